#include "common/paths.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "common/environment.h"
#include "common/state_file.h"

namespace syncq {
namespace {

std::optional<std::string> given(const char* name) {
  std::string value(env(name));
  return value.empty() ? std::nullopt : std::optional(std::move(value));
}

// Of XDG's variables: a path that is not absolute is to be ignored
// (specifications.freedesktop.org/basedir-spec).
std::optional<std::string> env_dir(const char* name) {
  auto value = given(name);
  if (value && value->front() != '/') return std::nullopt;
  return value;
}

// Nearly always, and the library takes long to find out.
bool is_normal(const std::string& path) {
  return path.front() == '/' && path.find("//") == path.npos &&
         path.find("/.") == path.npos;
}

// Of one that is not empty.
std::string absolute(const std::string& path) {
  std::error_code ec;
  std::string whole = path;
  if (!is_normal(path)) {
    whole = std::filesystem::absolute(path, ec).lexically_normal().string();
  }
  while (whole.size() > 1 && whole.back() == '/') whole.pop_back();
  return ec ? path : whole;
}

// The same short name for the same path, for every client: a version 5 UUID.
std::string short_name(const std::string& path) {
  boost::uuids::name_generator_sha1 generator(boost::uuids::ns::url());
  return boost::uuids::to_string(generator("file://" + path));
}

// Whether nobody else can put anything in it.
bool is_own_dir(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && info.st_uid == geteuid() &&
         (info.st_mode & 022) == 0;
}

// $XDG_RUNTIME_DIR, unless su or sudo left another user's in place. cron sets
// none: what it would be is where pam_systemd(8) makes it.
std::optional<std::string> runtime_dir() {
  auto xdg = env_dir("XDG_RUNTIME_DIR");
  if (xdg && is_own_dir(*xdg)) return absolute(*xdg);
  std::string usual = fmt::format("/run/user/{}", geteuid());
  return is_own_dir(usual) ? std::optional(usual) : std::nullopt;
}

Result<std::string> find_state_dir() {
  if (auto dir = given("SYNCQ_STATE_DIR")) return absolute(*dir);
  if (auto xdg = env_dir("XDG_STATE_HOME")) return absolute(*xdg) + "/syncq";
  auto home = given("HOME");
  if (home && home->front() == '/') {
    return absolute(*home) + "/.local/state/syncq";
  }
  if (home) {
    return Refusal{
        ErrorCode::kBadRequest,
        fmt::format("finding the state directory: HOME is '{}', and must be an "
                    "absolute path; correct it, or set SYNCQ_STATE_DIR to a "
                    "directory of your own",
                    *home)};
  }
  return Refusal{ErrorCode::kBadRequest,
                 "finding the state directory: HOME is not set; set "
                 "SYNCQ_STATE_DIR to a directory of your own"};
}

// Named after the state directory: one user's second daemon, with another HOME,
// never answers for the first. packaging/systemd/syncq.socket has to say the
// same, so the name is readable; but in /tmp it is in a directory that is
// checked whole (make_private_dir) by those who make it. A client checks who
// listens.
std::string derive_socket(const std::string& state_dir) {
  if (auto runtime = runtime_dir()) {
    std::string path = *runtime + "/syncq" + state_dir + ".sock";
    if (path.size() <= kMaxSocketPath) return path;
    path = *runtime + "/syncq/" + short_name(state_dir) + ".sock";
    if (path.size() <= kMaxSocketPath) return path;
  }
  return fmt::format("/tmp/syncq-{}/{}.sock", geteuid(), short_name(state_dir));
}

// Another path in its place would be another daemon's.
Refusal too_long(const std::string& socket) {
  return {ErrorCode::kBadRequest,
          fmt::format("using the socket {}: its path has {} bytes, and a "
                      "socket's may have {}; name a shorter one by --socket "
                      "or SYNCQ_SOCKET",
                      socket, socket.size(), kMaxSocketPath)};
}

// Says what is wrong with a directory that only its owner may use, and how to
// fix it; "" if nothing is.
std::string fault_of(const std::string& path) {
  struct stat info;
  if (lstat(path.c_str(), &info) != 0) return std::strerror(errno);
  if (S_ISLNK(info.st_mode)) return "it is a symbolic link; remove it";
  if (!S_ISDIR(info.st_mode)) return "it is not a directory; remove it";
  if (info.st_uid != geteuid()) {
    return fmt::format("it belongs to user {}, not to you; remove it",
                       info.st_uid);
  }
  if ((info.st_mode & 022) != 0) {
    return fmt::format("others can write to it; `chmod 700 {}`", path);
  }
  if ((info.st_mode & 0700) != 0700) {
    return fmt::format("its mode {:04o} keeps you out; `chmod 700 {}`",
                       info.st_mode & 07777, path);
  }
  return "";
}

Refusal cannot_make(const std::string& path) {
  return {ErrorCode::kBadRequest,
          fmt::format("making the directory {}: {}; {} SYNCQ_STATE_DIR and "
                      "SYNCQ_SOCKET to places you can write to",
                      path, std::strerror(errno),
                      errno == ENOSPC ? "make room there, or set" : "set")};
}

// Makes it and its missing parents, each with mode 0700 (XDG Base Directory
// Specification, "Referencing this specification"), whatever the umask would
// make of that.
Result<> make_dir(const std::string& path) {
  int made = mkdir(path.c_str(), 0700);
  if (made != 0 && errno == ENOENT) {
    Result<> above =
        make_dir(std::filesystem::path(path).parent_path().string());
    if (!above) return above;
    made = mkdir(path.c_str(), 0700);
  }
  if (made != 0 && errno == EEXIST) return Nothing{};
  if (made != 0 || chmod(path.c_str(), 0700) != 0) return cannot_make(path);
  return Nothing{};
}

Result<> make_private_dir(const std::string& path) {
  Result<> made = make_dir(path);
  if (!made) return made;
  std::string fault = fault_of(path);
  if (fault.empty()) return Nothing{};
  return Refusal{ErrorCode::kBadRequest,
                 fmt::format("using the directory {}: {}, or set "
                             "SYNCQ_STATE_DIR or SYNCQ_SOCKET to a place of "
                             "your own",
                             path, fault)};
}

}  // namespace

Result<Paths> find_paths(const std::optional<std::string>& socket_option) {
  Result<std::string> state_dir = find_state_dir();
  if (!state_dir) return state_dir.refusal();
  Paths paths;
  paths.state_dir = *state_dir;
  auto named = socket_option ? socket_option : given("SYNCQ_SOCKET");
  if (named) {
    paths.socket = absolute(*named);
    paths.socket_is_explicit = true;
    if (paths.socket.size() > kMaxSocketPath) return too_long(paths.socket);
  } else {
    paths.socket = derive_socket(paths.state_dir);
  }
  return paths;
}

ConfigPath find_config_path() {
  if (const char* named = std::getenv("SYNCQ_CONFIG")) {
    if (*named == '\0') return {};
    return {absolute(named), true};
  }
  constexpr const char* kFile = "/syncq/config.toml";
  if (auto xdg = env_dir("XDG_CONFIG_HOME")) return {absolute(*xdg) + kFile};
  if (auto home = env_dir("HOME")) {
    return {absolute(*home) + "/.config" + kFile};
  }
  return {};
}

Result<> make_directories(const Paths& paths) {
  Result<> state = make_private_dir(paths.state_dir);
  if (!state || paths.socket_is_explicit) return state;
  return make_private_dir(
      std::filesystem::path(paths.socket).parent_path().string());
}

std::optional<std::string> read_socket_pointer(const Paths& paths) {
  UniqueFd fd = open_state_file(paths.socket_pointer(), O_RDONLY);
  char text[kMaxSocketPath + 1];
  ssize_t length = fd ? read(fd.get(), text, sizeof text) : 0;
  std::string_view line(text,
                        static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  // The path itself may have others.
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.empty()) return std::nullopt;
  return std::string(line);
}

}  // namespace syncq
