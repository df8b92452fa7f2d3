#include <fcntl.h>
#include <fmt/format.h>

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "cli/base/failure.h"
#include "cli/base/number.h"
#include "cli/base/output.h"
#include "cli/base/text.h"
#include "cli/client/socket_connect.h"
#include "cli/options/command_line.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_hand_over.h"
#include "cli/queue/queue_message.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr std::string_view kQueuePopHelp =
    "Writes the message's exact bytes and nothing else (on a terminal, a final "
    "newline).\nWith -o json: {\"queue\", \"id\", \"attempt\", \"lease\", "
    "\"type\", \"group\", \"dead\",\n\"encoding\", \"body\"}, where encoding "
    "is text or "
    "base64, and dead tells of a dead\nletter where it failed. A message is "
    "given to one only, and leaves the queue when it\nhas been written: if "
    "that fails it is still there.\n\n"
    "With -n up to so many are taken at once, each written with a line end "
    "unless it has\none, or with a NUL after it (-0). --wait then waits for "
    "the first of them.\n\n"
    "With --lease the message stays in the queue, hidden from others, until "
    "it is\nacknowledged (`queue ack`) or given back (`queue nack`), or the "
    "lease ends. The\nlease's id goes to the --lease-file, to .lease of -o "
    "json, or else to stderr.\n\n"
    "--wait waits until there is a message, --wait=D no longer than D, in the "
    "order of\narrival; the queue is made if there is none.\n\n"
    "Examples:\n"
    "  syncq queue pop jobs\n"
    "  while job=$(syncq queue pop -q jobs); do echo \"$job\"; done\n"
    "  syncq queue pop backups --wait 1h > backup.tar.gz\n"
    "  syncq queue pop urls -n 100 | xargs -n 1 curl -sO\n"
    "  syncq queue pop jobs --lease 5m --lease-file id > job &&\n"
    "    ./work < job && syncq queue ack jobs \"$(cat id)\"\n\n"
    "Exit codes: 0 a message; 1 the queue is empty, or failed; 66 there is no "
    "such queue;\n69 the daemon can't be reached, or is in trouble; 75 none "
    "came within --wait=D, or the\nqueue is paused or at its limits; 2 "
    "usage\n\n";

struct PopOptions {
  ClientOptions client;
  std::string queue;
  std::string wait;
  std::string lease;
  std::string lease_file;
  std::string count;
  bool null = false;
  bool newest = false;

  std::string bytes(const DaemonReply& message) const {
    if (count.empty() || client.json()) {
      return message_bytes(queue, message, client);
    }
    return with_end(message.body, null ? '\0' : '\n');
  }
};

constexpr std::string_view kPopCommand = "syncq queue pop";

// --wait has a value if one follows it, and must not take the queue's name for
// one. --tail is the old name of --newest.
std::vector<std::string> plain_options(Arguments arguments) {
  std::vector<std::string> words;
  bool bare = false;
  bool ended = false;
  for (std::string_view word : arguments) {
    bool is_value = bare && parse_duration(word, "wait").ok();
    if (bare) words.back() += "=" + std::string(is_value ? word : "0");
    ended = ended || word == "--";
    bare = !ended && word == "--wait";
    if (is_value) continue;
    words.emplace_back(!ended && word == "--tail" ? "--newest" : word);
  }
  if (bare) words.back() += "=0";
  return words;
}

std::optional<int> parse(std::string_view verb, Arguments arguments,
                         PopOptions& options) {
  CommandLine line("syncq queue pop [OPTIONS] QUEUE",
                   "Take the oldest message of a queue.");
  line.required("QUEUE", options.queue, "The queue's name or UUID");
  line.duration("-w,--wait", options.wait,
                "Wait for a message; with D, at most this long", "[D]");
  line.number("-n,--count", options.count, 1, kMostAtOnce,
              "Up to this many messages");
  line.flag("-0,--null", options.null, "With -n, each ends with a NUL");
  line.flag("--newest", options.newest, "The newest message, not the oldest");
  line.duration("--lease", options.lease,
                "Keep it in the queue, hidden, for this long");
  line.option("--lease-file", options.lease_file,
              "Write the lease's id to this file", "FILE");
  line.flag("-q,--quiet", options.client.quiet,
            "Say nothing if the queue is empty");
  line.client(options.client);
  line.footer(kQueuePopHelp);
  std::vector<std::string> words = plain_options(arguments);
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  if (auto code = line.parse(pointers)) return code;
  if (verb == "tail") options.newest = true;
  if (!options.lease_file.empty() && options.lease.empty()) {
    return usage_error(kPopCommand, "--lease-file needs --lease");
  }
  if (options.null && options.count.empty()) {
    return usage_error(kPopCommand,
                       "-0 needs -n: one message is written as it is");
  }
  if (!options.lease.empty() &&
      parse_duration(options.lease, "lease").value() == Duration::zero()) {
    return usage_error(kPopCommand, "--lease must be above 0, like 5m");
  }
  return std::nullopt;
}

class Pop {
 public:
  explicit Pop(const PopOptions& options)
      : options_(options),
        client_(options.client),
        notice_(fmt::format("a message in {}", sanitize(options.queue)),
                options.client.quiet),
        connection_(client_),
        out_(connection_, options.queue, doing(),
             [this](const DaemonReply& message) {
               return options_.bytes(message);
             }) {
    request_.queue = options.queue;
    request_.count = read_number(options.count, 1, kMostAtOnce);
    if (options.newest) request_.what = {"tail"};
    if (!options.lease.empty()) {
      request_.lease = parse_duration(options.lease, "lease").value();
    }
    if (options.wait.empty()) return;
    connection_.tell_by(notice_);
    Duration wait = parse_duration(options.wait, "wait").value();
    request_.wait =
        wait == Duration::zero() ? Deadline::never() : Deadline::after(wait);
  }

  int run() {
    DaemonReply reply = take();
    if (is_no_queue(reply) && request_.wait) {
      make_queue(client_, nlohmann::json{{"name", options_.queue}}.dump());
      reply = take();
    }
    return reply.ok() ? kExitOk : refused(reply);
  }

 private:
  std::string doing() const {
    return fmt::format("popping from queue '{}'", options_.queue);
  }

  DaemonReply take() {
    if (options_.lease.empty()) return out_.take(request_);
    DaemonReply reply = *take_by_lease(connection_, request_);
    if (reply.ok()) keep(taken_messages(request_, reply));
    return reply;
  }

  int refused(const DaemonReply& reply) {
    bool waited = request_.wait && error_code(reply) == "empty";
    int code = report_no_message(
        client_, reply, doing(), options_.client,
        {.queue = options_.queue, .verb = request_.wait ? "wait" : ""});
    return waited ? kExitNotInTime : code;
  }

  void keep(const Messages& messages) {
    if (!options_.lease_file.empty()) {
      write_leases(messages);
    } else if (!options_.client.json()) {
      for (const DaemonReply& message : messages) {
        say(fmt::format("lease {} for {}", message.lease, options_.lease));
      }
    }
    out_.write(messages, leases_of(messages));
  }

  void write_leases(const Messages& messages) {
    const std::string& path = options_.lease_file;
    std::string lines;
    for (const DaemonReply& message : messages) lines += message.lease + "\n";
    int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool written = fd >= 0 && write(fd, lines.data(), lines.size()) ==
                                  static_cast<ssize_t>(lines.size());
    if (fd >= 0 && close(fd) == 0 && written) return;
    out_.fail(leases_of(messages), fmt::format("writing the lease to {}: {}",
                                               path, std::strerror(errno)));
  }

  const PopOptions& options_;
  Client client_;
  WaitNotice notice_;
  KeptConnection connection_;
  HandOver out_;
  TakeRequest request_;
};

int pop(std::string_view verb, Arguments arguments) {
  PopOptions options;
  if (auto code = parse(verb, arguments, options)) return *code;
  return read_queue([&] { return Pop(options).run(); });
}

}  // namespace

int queue_pop_command(Arguments arguments) { return pop("pop", arguments); }
int queue_head_command(Arguments arguments) { return pop("head", arguments); }
int queue_tail_command(Arguments arguments) { return pop("tail", arguments); }

}  // namespace syncq
