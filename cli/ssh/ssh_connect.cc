#include "cli/ssh/ssh_connect.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>

#include "cli/base/failure.h"
#include "cli/ssh/shared_connection.h"
#include "cli/ssh/ssh_config.h"

namespace syncq {
namespace {

// What a shell there may print before the greeting.
constexpr std::size_t kMostNoise = 64 * 1024;
// The exit code of ssh for what failed on its own side of the command.
constexpr int kSshFailed = 255;
constexpr std::string_view kSilent = "it did not answer in time";

bool has_terminal() {
  return static_cast<bool>(UniqueFd(open("/dev/tty", O_RDWR | O_CLOEXEC)));
}

std::vector<std::string> words_for(std::string_view command,
                                   const SshAddress& address,
                                   const SshConfig& config,
                                   const SharedConnection& shared) {
  // Nothing that belongs to a login: it would fail, ask, or print.
  std::vector<std::string> words = {"-T",
                                    "-a",
                                    "-x",
                                    "-oClearAllForwardings=yes",
                                    "-oPermitLocalCommand=no",
                                    "-oRemoteCommand=none",
                                    "-oForkAfterAuthentication=no",
                                    "-oStdinNull=no"};
  if (!has_terminal()) words.push_back("-oBatchMode=yes");
  // A network that drops everything is noticed in ten seconds.
  if (!config.has_keepalive) {
    words.insert(words.end(),
                 {"-oServerAliveInterval=5", "-oServerAliveCountMax=2"});
  }
  if (!config.has_connect_timeout) words.push_back("-oConnectTimeout=10");
  for (std::string& word : shared.options()) words.push_back(std::move(word));
  for (std::string& word : ssh_destination(address)) {
    words.push_back(std::move(word));
  }
  words.emplace_back(command);
  return words;
}

// sshd drops connections when many come at once (MaxStartups, sshd_config(5)).
bool is_crowded(std::string_view words) {
  return words.find("kex_exchange_identification") != words.npos ||
         words.find("banner exchange") != words.npos;
}

std::string explain(const SshAddress& address, int code, std::string words) {
  if (words.empty()) words = fmt::format("ssh ended with status {}", code);
  std::string remedy =
      fmt::format("see whether `ssh {}` gets there", address.host);
  if (code == kExitNotFound || code == kExitNotExecutable) {
    remedy =
        "install syncq there, where the PATH of `ssh HOST env` finds it, such "
        "as in /usr/local/bin";
  } else if (code == kExitUsage) {
    remedy = "the syncq there may be older: install this version";
  } else if (code != kSshFailed) {
    remedy = "see `syncq daemon logs` there";
  }
  return fmt::format("connecting to the daemon at {}: {}; {}", address.url(),
                     words, remedy);
}

// What came of an attempt to connect that failed.
struct Attempt {
  int code = kSshFailed;  // ssh's exit code
  std::string words;
};

// A connection to be shared is made by an ssh of its own: it may ask, Ctrl-C
// ends it, and so does the end of this process. nullopt: go on.
std::optional<Attempt> log_in(const SshAddress& address,
                              const SshConfig& config,
                              const SharedConnection& shared, Deadline limit) {
  if (!shared.is_to_be_made()) return std::nullopt;
  SshProcess ssh(words_for("true", address, config, shared),
                 SshProcess::Use::kLogin);
  const bool asks = has_terminal();
  Deadline by = asks ? limit : earlier(limit, Deadline::after(kStartBound));
  std::optional<int> code = ssh.await_login(asks, by);
  if (!code) return Attempt{kSshFailed, std::string(kSilent)};
  if (*code != kSshFailed) return std::nullopt;
  return Attempt{kSshFailed, ssh.last_words()};
}

// Reads no further than the greeting: the daemon says nothing unasked.
Greeting await_greeting(int fd, Deadline deadline) {
  bool asked = false;
  std::string text;
  char buffer[4096];
  for (;;) {
    pollfd ready{fd, POLLIN, 0};
    int count = poll(&ready, 1, deadline.poll_ms());
    if (count == 0) return Greeting::kPending;
    if (count < 0) continue;
    ssize_t length = recv(fd, buffer, sizeof buffer, 0);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (length <= 0) return Greeting::kFailed;
    text.append(buffer, static_cast<std::size_t>(length));
    if (!asked && text.find(kDialAsks) != text.npos) {
      asked = true;
      // An empty line before a request means nothing: RFC 9112, section 2.2.
      static_cast<void>(send(fd, "\r\n", 2, MSG_NOSIGNAL));
    }
    Greeting greeting = take_greeting(text);
    if (greeting != Greeting::kPending) return greeting;
  }
}

// After the greeting did not come.
Attempt end_attempt(SshConnected& made, Deadline limit) {
  constexpr Duration kEnd = std::chrono::seconds(2);
  made.fd.reset();
  std::optional<int> code =
      made.ssh->exit_code(earlier(Deadline::after(kEnd), limit));
  return {code.value_or(kSshFailed), made.greeting == Greeting::kPending
                                         ? std::string(kSilent)
                                         : made.ssh->last_words()};
}

Duration some_of(Duration most) {
  std::random_device random;
  return most / 2 + most / 2 * (random() % 1024) / 1024;
}

}  // namespace

Greeting take_greeting(std::string& bytes) {
  std::size_t begin = 0;
  for (std::size_t end = bytes.find('\n'); end != bytes.npos;
       end = bytes.find('\n', begin)) {
    std::string_view line = std::string_view(bytes).substr(begin, end - begin);
    // A shell may have printed something before it on the same line.
    bool connected = line.ends_with(kDialGreeting);
    if (connected || line.ends_with(kDialNone)) {
      bytes.erase(0, end + 1);
      return connected ? Greeting::kConnected : Greeting::kNone;
    }
    begin = end + 1;
  }
  return bytes.size() > kMostNoise ? Greeting::kFailed : Greeting::kPending;
}

SshConnected connect_by_ssh(const SshAddress& address, bool may_spawn,
                            Await await, Deadline limit) {
  SshConfig config = read_ssh_config(address, limit);
  std::string_view dial = may_spawn ? "syncq daemon dial --greet"
                                    : "syncq daemon dial --greet --no-spawn";
  Deadline crowded_until = Deadline::after(kStartBound);
  Duration pause = std::chrono::milliseconds(100);
  SharedConnection shared(config);
  for (;;) {
    shared.wait_for_turn(limit);
    std::optional<Attempt> failed = log_in(address, config, shared, limit);
    const bool was_there = shared.is_there();
    if (!failed) {
      SshConnected made;
      made.ssh = std::make_unique<SshProcess>(
          words_for(dial, address, config, shared));
      made.fd = made.ssh->take_fd();
      if (await == Await::kNothing && was_there) return made;
      Duration bound = was_there ? kSharedBound : kStartBound;
      made.greeting =
          await_greeting(made.fd.get(), earlier(Deadline::after(bound), limit));
      if (made.greeting == Greeting::kConnected ||
          made.greeting == Greeting::kNone) {
        return made;
      }
      failed = end_attempt(made, limit);
    }
    if (limit.passed()) {
      throw Unreachable(explain(address, kSshFailed,
                                "ssh was still connecting when the time was "
                                "over"));
    }
    if (was_there && failed->code == kSshFailed) {
      // It may have ended just now, or hang.
      shared.give_up();
    } else if (failed->code != kSshFailed || !is_crowded(failed->words) ||
               crowded_until.passed()) {
      throw Unreachable(explain(address, failed->code, failed->words));
    }
    poll(nullptr, 0, earlier(Deadline::after(some_of(pause)), limit).poll_ms());
    pause = std::min<Duration>(pause * 2, std::chrono::seconds(2));
  }
}

}  // namespace syncq
