#include "cli/ssh/ssh_config.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "cli/base/failure.h"
#include "cli/ssh/ssh_process.h"

namespace syncq {
namespace {

std::string read_all(int fd, Deadline deadline) {
  std::string text;
  char buffer[4096];
  for (;;) {
    pollfd ready{fd, POLLIN, 0};
    if (poll(&ready, 1, deadline.poll_ms()) == 0) return text;
    ssize_t count = read(fd, buffer, sizeof buffer);
    if (count > 0) {
      text.append(buffer, static_cast<std::size_t>(count));
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      return text;
    }
  }
}

}  // namespace

std::vector<std::string> ssh_destination(const SshAddress& address) {
  std::vector<std::string> words;
  if (!address.user.empty()) words.insert(words.end(), {"-l", address.user});
  if (!address.port.empty()) words.insert(words.end(), {"-p", address.port});
  words.insert(words.end(), {"--", address.host});
  return words;
}

SshConfig parse_ssh_config(std::string_view text) {
  SshConfig config;
  bool master = false;
  bool persists = false;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    std::string_view key = line.substr(0, line.find(' '));
    std::string_view value = line.substr(std::min(key.size() + 1, line.size()));
    // All but the name that was typed: it may be one of several.
    if (key != "host") config.destination.append(line).push_back('\n');
    if (key == "controlpath") {
      config.control_path = value == "none" ? "" : value;
    } else if (key == "controlmaster") {
      master = value != "false";
    } else if (key == "controlpersist") {
      persists = value != "no";
    } else if (key == "serveraliveinterval") {
      config.has_keepalive = value != "0";
    } else if (key == "connecttimeout") {
      config.has_connect_timeout = value != "none";
    }
  }
  config.makes_shared = master && persists;
  return config;
}

SshConfig read_ssh_config(const SshAddress& address, Deadline limit) {
  std::vector<std::string> words = {"-T", "-G"};
  for (const std::string& word : ssh_destination(address)) {
    words.push_back(word);
  }
  SshProcess ssh(words, SshProcess::Use::kLogin);
  Deadline deadline = earlier(Deadline::after(kNetworkBound), limit);
  std::string text = [&] {
    UniqueFd fd = ssh.take_fd();
    return read_all(fd.get(), deadline);
  }();
  SshConfig config = parse_ssh_config(text);
  // Not by its exit code: our parent may have us ignore the end of children.
  if (!config.destination.empty()) return config;
  std::string why = deadline.passed() ? "it did not answer" : ssh.last_words();
  throw Failure(fmt::format(
      "reading the configuration of ssh for {}: {}; `ssh -G {}` tells more",
      address.url(), why, address.host));
}

}  // namespace syncq
