#include "cli/client/target.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "cli/base/failure.h"
#include "common/environment.h"
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

}  // namespace

std::string Target::host_field() const {
  return endpoint ? endpoint->host_field() : "localhost";
}

std::string Target::address() const {
  if (!endpoint) return paths.socket;
  return endpoint->is_unix() ? endpoint->path : endpoint->host_field();
}

std::string_view Target::way_out() const {
  return endpoint ? "check the endpoint, and that a syncq daemon runs there"
                  : "see `syncq daemon logs`";
}

Target find_target(const ClientOptions& options) {
  Target target;
  target.endpoint = find_endpoint(options);
  target.may_spawn =
      !target.endpoint && !options.no_spawn && env("SYNCQ_NO_SPAWN") != "1";
  if (target.endpoint) {
    target.token = read_token();
    return target;
  }
  Result<Paths> paths = find_paths(
      options.socket.empty() ? std::optional<std::string>() : options.socket);
  if (!paths) throw Failure(paths.refusal().message);
  target.paths = *paths;
  return target;
}

}  // namespace syncq
