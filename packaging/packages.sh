# shellcheck shell=bash disable=SC2034
# The Debian packages that ./dev relies on, and how it gets them: for ./dev to
# source.

# The one table of Debian packages.
readonly build_packages=(
  cmake g++ libboost-dev libcli11-dev libfmt-dev libncurses-dev libspdlog-dev
  libsqlite3-dev libuv1-dev ninja-build nlohmann-json3-dev pkg-config)
readonly test_packages=(
  catch2 ccache curl faketime fish git haproxy iproute2 jq make nginx-light
  openssh-client openssh-server openssl procps sqlite3 strace tmux valgrind zsh)
readonly lint_packages=(clang-format clang-tidy git mandoc shellcheck)
readonly fuzz_packages=(clang libclang-rt-14-dev)
readonly conformance_packages=(python3 python3-venv)
readonly package_packages=(debian-archive-keyring lintian mmdebstrap procps)
readonly bench_packages=(
  beanstalkd openssh-server python3 redis-server task-spooler util-linux)
readonly record_packages=(make procps python3 python3-pyte util-linux)

# Sees to it that these Debian packages are there, or ends with what to do.
need() {
  if ! is_debian; then
    need_elsewhere "$@"
    return
  fi
  local missing
  mapfile -t missing < <(comm -23 <(printf '%s\n' "$@" | sort -u) \
    <(installed "$@" | sort -u))
  if ((!${#missing[@]})); then return; fi
  say "installing ${missing[*]}"
  install_packages "${missing[@]}" </dev/null 1>&2 || {
    say "could not install what is missing; do it as root with:" \
      "apt-get update && apt-get install --no-install-recommends" \
      "${missing[*]}"
    exit 1
  }
}

is_debian() {
  local ID='' ID_LIKE=''
  # shellcheck source=/dev/null
  if [[ -r /etc/os-release ]]; then . /etc/os-release; fi
  [[ " $ID $ID_LIKE " == *' debian '* || " $ID $ID_LIKE " == *' ubuntu '* ]]
}

installed() {
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
    sed -n 's/^installed //p'
}

install_packages() {
  # A broken third-party list must not stop what the others can give.
  as_root apt-get update -q || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
    --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif ! command -v sudo >/dev/null; then
    return 1
  elif [[ -t 2 ]]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# Without dpkg the build itself is asked whether it finds everything.
need_elsewhere() {
  local preset=release log=build/configure.log
  if [[ " $* " == *' catch2 '* ]]; then preset=dev; fi
  mkdir -p build
  if cmake --preset "$preset" >"$log" 2>&1 </dev/null; then return; fi
  say "this is neither Debian nor Ubuntu, and something to build with is" \
    "missing ($log says what). Install what these Debian packages hold:" \
    "$*"
  exit 1
}
