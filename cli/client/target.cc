#include "cli/client/target.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "cli/base/failure.h"
#include "common/environment.h"
#include "common/tcp_address.h"
#include "common/unique_fd.h"

namespace syncq {
namespace {

// A token is one line; this is far above any.
constexpr std::size_t kMaxToken = 4096;

std::string read_token() {
  std::string path(env("SYNCQ_TOKEN_FILE"));
  if (path.empty()) return {};
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string token(kMaxToken, '\0');
  ssize_t length = fd ? read(fd.get(), token.data(), token.size()) : -1;
  if (length < 0) {
    throw Failure(
        fmt::format("reading the token file {}: {}; point "
                    "SYNCQ_TOKEN_FILE to the daemon's token file, "
                    "or unset it",
                    path, std::strerror(errno)));
  }
  token.resize(static_cast<std::size_t>(length));
  token.resize(token.find_last_not_of(" \t\r\n") + 1);
  if (token.find_first_of(std::string_view("\r\n\0", 3)) != token.npos) {
    throw Failure(
        fmt::format("reading the token file {}: it has more than "
                    "one line; it must hold the token alone",
                    path));
  }
  return token;
}

std::optional<Endpoint> find_endpoint(const ClientOptions& options) {
  if (!options.endpoint.empty() && !options.socket.empty()) {
    throw Failure("--endpoint and --socket name two daemons: give one",
                  kExitUsage);
  }
  std::string_view url = options.endpoint;
  if (url.empty() && options.socket.empty()) url = env("SYNCQ_ENDPOINT");
  if (url.empty()) return std::nullopt;
  Result<Endpoint> endpoint = parse_endpoint(url);
  if (!endpoint) throw Failure(endpoint.refusal().message, kExitUsage);
  return *endpoint;
}

bool may_spawn(const ClientOptions& options) {
  return !options.no_spawn && env("SYNCQ_NO_SPAWN") != "1";
}

}  // namespace

std::string Target::host_field() const {
  return endpoint ? endpoint->host_field() : "localhost";
}

std::string Target::address() const {
  return endpoint ? endpoint->name() : paths.socket;
}

bool Target::is_this_machine() const {
  if (!is_tcp()) return false;
  bool ipv6 = endpoint->host.find(':') != endpoint->host.npos;
  auto address = parse_tcp_address(
      fmt::format(fmt::runtime(ipv6 ? "[{}]:0" : "{}:0"), endpoint->host));
  return address && address->is_loopback();
}

std::string_view Target::way_out() const {
  return endpoint ? "check the endpoint, and that a syncq daemon runs there"
                  : "see `syncq daemon logs`";
}

Target find_target(const ClientOptions& options) {
  std::optional<Endpoint> endpoint = find_endpoint(options);
  if (!endpoint) return find_local_target(options);
  Target target;
  target.endpoint = std::move(endpoint);
  target.may_spawn = target.is_ssh() && may_spawn(options);
  target.token = read_token();
  return target;
}

Target find_local_target(const ClientOptions& options) {
  Result<Paths> paths = find_paths(
      options.socket.empty() ? std::optional<std::string>() : options.socket);
  if (!paths) throw Failure(paths.refusal().message);
  Target target;
  target.paths = *paths;
  target.may_spawn = may_spawn(options);
  return target;
}

}  // namespace syncq
