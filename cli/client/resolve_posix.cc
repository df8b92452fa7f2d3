#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <optional>
#include <sstream>

#include "cli/base/failure.h"
#include "cli/client/resolve.h"
#include "cli/process/pipe.h"

extern char** environ;

namespace syncq {
namespace {

// A host with more addresses than fit here has plenty.
constexpr std::size_t kMostOutput = 16 * 1024;

in_port_t port_number(const std::string& text) {
  std::uint16_t port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return htons(port);
}

// RFC 4007, section 11: the zone of an address, an interface's name or number.
std::optional<std::uint32_t> zone_number(const std::string& zone) {
  if (std::uint32_t index = if_nametoindex(zone.c_str())) return index;
  std::uint32_t number = 0;
  const char* end = zone.data() + zone.size();
  auto read = std::from_chars(zone.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

std::optional<SocketAddress> parse_address(const std::string& text,
                                           const std::string& port) {
  SocketAddress address;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = port_number(port);
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.size = sizeof v4;
    return address;
  }
  std::size_t percent = text.find('%');
  std::optional<std::uint32_t> zone = 0;
  if (percent != text.npos) zone = zone_number(text.substr(percent + 1));
  if (zone && inet_pton(AF_INET6, text.substr(0, percent).c_str(),
                        &v6.sin6_addr) == 1) {
    v6.sin6_scope_id = *zone;
    v6.sin6_family = AF_INET6;
    v6.sin6_port = port_number(port);
    std::memcpy(&address.storage, &v6, sizeof v6);
    address.size = sizeof v6;
    return address;
  }
  return std::nullopt;
}

[[noreturn]] void fail(const Endpoint& endpoint, std::string_view why) {
  throw Failure(
      fmt::format("finding the host {}: {}; check the endpoint, or give its "
                  "numeric address",
                  endpoint.host, why));
}

// The program's stdout is the pipe; everything else of ours is close-on-exec.
pid_t start_getent(const Endpoint& endpoint, int out) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
                                   O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                   O_WRONLY, 0);
  std::string host = endpoint.host;
  std::string program = "getent";
  std::string database = "ahosts";
  std::string end_of_options = "--";
  char* argv[] = {program.data(), end_of_options.data(), database.data(),
                  host.data(), nullptr};
  pid_t pid = 0;
  int fault =
      posix_spawnp(&pid, program.c_str(), &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (fault != 0) {
    fail(endpoint, fmt::format("running getent: {}", std::strerror(fault)));
  }
  return pid;
}

std::string read_all(int fd, Deadline deadline) {
  std::string text;
  char buffer[1024];
  while (text.size() < kMostOutput) {
    pollfd readable{fd, POLLIN, 0};
    int ready = poll(&readable, 1, deadline.poll_ms());
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) break;
    ssize_t count = read(fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  return text;
}

std::string run_getent(const Endpoint& endpoint, Deadline deadline) {
  std::optional<Pipe> pipe = make_pipe();
  if (!pipe) fail(endpoint, std::strerror(errno));
  pid_t pid = start_getent(endpoint, pipe->writer.get());
  pipe->writer.reset();
  std::string text = read_all(pipe->reader.get(), deadline);
  // It has closed its output, or its time is up.
  kill(pid, SIGKILL);
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return text;
}

}  // namespace

std::vector<SocketAddress> parse_addresses(const std::string& text,
                                           const std::string& port) {
  std::vector<SocketAddress> addresses;
  std::vector<std::string> seen;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::string word = line.substr(0, line.find_first_of(" \t"));
    if (std::find(seen.begin(), seen.end(), word) != seen.end()) continue;
    if (auto address = parse_address(word, port)) {
      addresses.push_back(*address);
      seen.push_back(std::move(word));
    }
  }
  return addresses;
}

std::vector<SocketAddress> resolve(const Endpoint& endpoint,
                                   Deadline deadline) {
  // RFC 6761, section 6.3: `localhost` is never looked up.
  std::string numeric = endpoint.host == "localhost"
                            ? std::string("127.0.0.1\n::1")
                            : endpoint.host;
  std::vector<SocketAddress> found = parse_addresses(numeric, endpoint.port);
  if (!found.empty()) return found;
  found = parse_addresses(run_getent(endpoint, deadline), endpoint.port);
  if (found.empty()) {
    fail(endpoint, deadline.passed() ? "no answer came in time"
                                     : "no address of it is known");
  }
  return found;
}

}  // namespace syncq
