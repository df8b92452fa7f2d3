#include <fcntl.h>
#include <fmt/format.h>

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/dial.h"
#include "cli/failure.h"
#include "cli/message.h"
#include "cli/queue_message.h"
#include "cli/queue_take.h"
#include "cli/verbs.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr std::string_view kHelp =
    "Writes the message's very bytes and nothing else (on a terminal, a final "
    "newline).\nWith -o json: {\"queue\", \"id\", \"attempt\", \"lease\", "
    "\"type\", \"encoding\", \"body\"},\nwhere encoding is text or base64. A "
    "message is given to one only.\n\n"
    "With --lease the message stays in the queue, hidden from others, until "
    "it is\nacknowledged (`queue ack`) or given back (`queue nack`), or the "
    "lease ends. The\nlease's id goes to the --lease-file, to .lease of -o "
    "json, or else to stderr.\n\n"
    "--wait waits until there is a message, --wait=D at the most so long; the "
    "queue is\nmade if there is none.\n\n"
    "Examples:\n"
    "  syncq queue pop jobs\n"
    "  while job=$(syncq queue pop -q jobs); do echo \"$job\"; done\n"
    "  syncq queue pop backups --wait=1h > backup.tar.gz\n"
    "  syncq queue pop jobs --lease 5m --lease-file id > job &&\n"
    "    ./work < job && syncq queue ack jobs \"$(cat id)\"\n\n"
    "Exit codes: 0 a message; 1 the queue is empty or missing, or failed; 75 "
    "none came\nwithin --wait=D; 2 usage\n\n";

// Within this time a message that is popped must be acknowledged by us, at the
// first try; one that we could not take away is back after it.
constexpr Duration kPopLease = std::chrono::seconds(5);

struct PopOptions {
  ClientOptions client;
  std::string queue;
  std::string wait;
  std::string lease;
  std::string lease_file;
  bool tail = false;
};

int usage_error(std::string_view message) {
  write_stderr(
      fmt::format("syncq queue pop: {}; see `syncq queue pop "
                  "--help`\n",
                  message));
  return kExitUsage;
}

// A bare --wait has no value, and must not take the next word for one.
std::vector<char*> with_bare_wait(Arguments arguments) {
  static char bare[] = "--wait=0";
  std::vector<char*> words(arguments.begin(), arguments.end());
  for (char*& word : words) {
    if (std::string_view(word) == "--wait") word = bare;
  }
  return words;
}

std::optional<int> parse(std::string_view verb, Arguments arguments,
                         PopOptions& options) {
  CommandLine line(fmt::format("syncq queue {} [OPTIONS] QUEUE", verb),
                   verb == "tail" ? "Take the newest message of a queue."
                                  : "Take the oldest message of a queue.");
  line.required("QUEUE", options.queue, "The queue's name or UUID");
  line.duration("--wait", options.wait,
                "Wait for a message; --wait=D: at the most so long");
  if (verb == "pop") {
    line.flag("--tail", options.tail, "The newest message, not the oldest");
  }
  line.duration("--lease", options.lease,
                "Keep it in the queue, hidden, for so long");
  line.option("--lease-file", options.lease_file,
              "Write the lease's id to this file");
  line.flag("-q,--quiet", options.client.quiet,
            "Say nothing where the queue is empty");
  line.client(options.client);
  line.footer(std::string(kHelp) + kEnvironmentHelp);
  std::vector<char*> words = with_bare_wait(arguments);
  if (auto code = line.parse(words)) return code;
  if (verb == "tail") options.tail = true;
  if (!options.lease_file.empty() && options.lease.empty()) {
    return usage_error("--lease-file needs --lease");
  }
  if (!options.lease.empty() &&
      parse_duration(options.lease, "lease").value() == Duration::zero()) {
    return usage_error("--lease must be above 0, like 5m");
  }
  return std::nullopt;
}

class Pop {
 public:
  explicit Pop(const PopOptions& options)
      : options_(options), client_(options.client), connection_(client_) {
    request_.queue = options.queue;
    if (options.tail) request_.end = "tail";
    request_.lease = options.lease.empty()
                         ? kPopLease
                         : parse_duration(options.lease, "lease").value();
    if (options.wait.empty()) return;
    Duration wait = parse_duration(options.wait, "wait").value();
    request_.wait =
        wait == Duration::zero() ? Deadline::never() : Deadline::after(wait);
  }

  int run() {
    for (;;) {
      DaemonReply reply = *take_by_lease(connection_, request_);
      if (is_no_queue(reply) && request_.wait && !made_) {
        make();
        continue;
      }
      if (!reply.ok()) return refused(reply);
      if (!options_.lease.empty()) return keep(reply);
      if (!take_away(reply)) {
        say(
            fmt::format("{}: the lease of {} ended before the message was "
                        "here; trying again with twice as long",
                        doing(), format_duration(request_.lease)));
        request_.lease *= 2;
        continue;
      }
      reply.lease.clear();
      print_message(options_.queue, reply, options_.client);
      return kExitOk;
    }
  }

 private:
  std::string doing() const {
    return fmt::format("popping from queue '{}'", options_.queue);
  }

  void make() {
    made_ = true;
    nlohmann::json config;
    config["name"] = options_.queue;
    make_queue(client_, config.dump());
  }

  int refused(const DaemonReply& reply) {
    bool waited = request_.wait && error_code(reply) == "empty";
    int code = report_no_message(reply, doing(), options_.client);
    return waited ? kExitNotInTime : code;
  }

  int keep(const DaemonReply& message) {
    if (!options_.lease_file.empty()) {
      write_lease(message.lease);
    } else if (!options_.client.json()) {
      say(fmt::format("lease {} for {}", message.lease, options_.lease));
    }
    print_message(options_.queue, message, options_.client);
    return kExitOk;
  }

  // The message stays leased where this fails, and comes back.
  void write_lease(const std::string& lease) {
    const std::string& path = options_.lease_file;
    UniqueFd fd = above_stdio(UniqueFd(
        open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)));
    std::string line = lease + "\n";
    if (!fd || write(fd.get(), line.data(), line.size()) !=
                   static_cast<ssize_t>(line.size())) {
      throw Failure(
          fmt::format("{}: writing the lease to {}: {}; the message "
                      "returns when its lease ends",
                      doing(), path, std::strerror(errno)));
    }
  }

  // Takes the message out of the queue before it is written anywhere: it is
  // nobody else's then, and a reply that got lost has lost no message. False
  // where the lease ended first, because we were stopped, say.
  bool take_away(const DaemonReply& message) {
    Deadline sure =
        Deadline::after(request_.lease / 2 - connection_.reply_took());
    DaemonReply reply =
        acknowledge(connection_, options_.queue, message.lease, sure);
    if (error_code(reply) == "expired") return false;
    require_ok(reply, doing());
    return true;
  }

  const PopOptions& options_;
  Client client_;
  KeptConnection connection_;
  TakeRequest request_;
  bool made_ = false;
};

int pop(std::string_view verb, Arguments arguments) {
  PopOptions options;
  if (auto code = parse(verb, arguments, options)) return *code;
  return Pop(options).run();
}

}  // namespace

int queue_pop_verb(Arguments arguments) { return pop("pop", arguments); }
int queue_head_verb(Arguments arguments) { return pop("head", arguments); }
int queue_tail_verb(Arguments arguments) { return pop("tail", arguments); }

}  // namespace syncq
