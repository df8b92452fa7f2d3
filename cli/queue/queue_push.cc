#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/client.h"
#include "cli/options/command_line.h"
#include "cli/process/signals.h"
#include "cli/queue/message_input.h"
#include "cli/queue/push_progress.h"
#include "cli/queue/push_stream.h"
#include "cli/queue/queue_commands.h"
#include "common/characters.h"
#include "common/names.h"
#include "common/uuid.h"

namespace syncq {
namespace {

constexpr std::string_view kQueuePushHelp =
    "Each MESSAGE is one message. Without one, or with -, all of stdin is one "
    "message,\nbyte for byte; an empty one needs --allow-empty. With --lines "
    "or -0 each of its\nlines is one, pushed as it comes. A queue that does "
    "not exist is made. It returns\nonce all is stored, in order.\n\n"
    "A message sent again because the daemon went away is stored once. To have "
    "the same\nfor a push that you repeat yourself, give it a KEY: under one "
    "key, within 24 hours,\na message is stored once, and lines already "
    "stored are passed over.\n\n"
    "While a message of a GROUP is leased, or rests after it failed, no later "
    "one of that\ngroup is handed out; others are.\n\n"
    "Examples:\n"
    "  syncq queue push jobs 'resize cat.png' 'resize dog.png'\n"
    "  tar cz src | syncq queue push backups --type application/gzip\n"
    "  find . -name '*.png' -print0 | syncq queue push jobs -0\n"
    "  syncq queue push --lines jobs --key import-7 < jobs.txt\n"
    "  syncq queue push mail --delay 10m --ttl 1d -- '-v'\n"
    "  syncq queue push orders --group customer-7 'paid 12'\n\n"
    "Exit codes: 0 all stored; 1 refused or failed, and how many were stored "
    "is on stderr;\n2 usage; interrupted: the signal\n\n";

constexpr const char* kStdinEmpty =
    "stdin is empty, and nothing is pushed; --allow-empty pushes an empty "
    "message";

struct PushOptions {
  ClientOptions client;
  PushHead head;
  bool lines = false;
  bool null = false;
  bool key_given = false;
  bool allow_empty = false;
  std::vector<std::string> messages;

  bool reads_stdin() const { return messages.empty(); }
  std::optional<char> separator() const {
    if (lines) return '\n';
    if (null) return '\0';
    return std::nullopt;
  }
};

constexpr std::string_view kPushCommand = "syncq queue push";

std::optional<int> check(const PushOptions& options) {
  if (options.lines && options.null) {
    return usage_error(kPushCommand,
                       "--lines and -0 are two ways to split: give one");
  }
  if (options.separator() && !options.reads_stdin()) {
    return usage_error(kPushCommand,
                       "--lines and -0 split stdin: give no MESSAGE with them");
  }
  if (!is_field_value(options.head.key) || !is_field_value(options.head.type)) {
    return usage_error(kPushCommand,
                       "--key and --type take no control characters");
  }
  if (options.allow_empty && (options.separator() || !options.reads_stdin())) {
    return usage_error(kPushCommand,
                       "--allow-empty is for a stdin that is one message");
  }
  return std::nullopt;
}

std::optional<int> parse(Arguments arguments, PushOptions& options) {
  auto [own, after] = split_at_dashes(arguments);
  CommandLine line("syncq queue push [OPTIONS] QUEUE [MESSAGE... | -]",
                   "Put messages at a queue's tail.");
  PushHead& head = options.head;
  line.required("QUEUE", head.queue, "The queue's name or UUID");
  line.flag("--lines", options.lines, "Each line of stdin is a message");
  line.flag("-0,--null", options.null, "Messages on stdin end with a NUL");
  line.flag("--allow-empty", options.allow_empty,
            "Push an empty stdin as an empty message");
  line.duration("--delay", head.delay, "Not to be read before this long");
  line.duration("--ttl", head.ttl, "Dropped after this long");
  line.checked("--group", head.group,
               "Messages of a group are handed out one after the other",
               "GROUP", [](const std::string& text) {
                 Result<> valid = check_group(text);
                 return valid ? std::string() : valid.refusal().message;
               });
  line.option("--key", head.key,
              "Store a message with this key once in 24 hours");
  line.option("--type", head.type,
              "The Content-Type (default application/octet-stream)");
  line.flag("-q,--quiet", options.client.quiet, "No progress on a terminal");
  line.client(options.client);
  line.footer(kQueuePushHelp);
  line.keep_extra_args();
  if (auto code = line.parse(own)) return code;
  options.messages = line.rest();
  auto& words = options.messages;
  if (words == std::vector<std::string>{"-"}) {
    words.clear();
  } else if (std::find(words.begin(), words.end(), "-") != words.end()) {
    return usage_error(kPushCommand,
                       "- is all of stdin and stands alone; the message '-' "
                       "is written after --");
  }
  if (after) words.insert(words.end(), after->begin(), after->end());
  return check(options);
}

// One push from its first message to its last acknowledgement.
class Push {
 public:
  Push(Client& client, const PushOptions& options)
      : options_(options),
        signals_({SIGINT, SIGTERM, SIGHUP}),
        input_(options.reads_stdin()
                   ? MessageInput(STDIN_FILENO, options.separator())
                   : MessageInput(options.messages)),
        stream_(client, options.head),
        progress_(options.client.quiet || !options.separator()) {}

  int run() {
    try {
      while (!over()) step();
    } catch (const Failure& failure) {
      progress_.clear();
      throw Failure(fmt::format("pushing to queue '{}': {}{}",
                                options_.head.queue, failure.what(), tally()),
                    failure.exit_code());
    }
    if (signal_ != 0) return report_interrupted();
    progress_.finish(stream_.acknowledged());
    if (options_.client.json()) {
      print_line(fmt::format("{{\"messages\":{}}}", stream_.acknowledged()));
    }
    return kExitOk;
  }

 private:
  // Most likely, the command piped into us failed.
  bool refuses_empty() const {
    return options_.reads_stdin() && !options_.separator() &&
           !options_.allow_empty;
  }

  bool over() const {
    if (signal_ != 0) return stream_.under_way() == 0 || leave_at_.passed();
    return input_.finished() && stream_.under_way() == 0;
  }

  bool wants_input() const {
    return signal_ == 0 && stream_.room() && !input_.finished();
  }

  void step() {
    while (wants_input()) {
      auto message = input_.next();
      if (!message) break;
      if (message->empty() && refuses_empty()) throw Failure(kStdinEmpty);
      stream_.add(*message);
    }
    pollfd fds[3] = {{signals_.fd(), POLLIN, 0},
                     {stream_.fd(), stream_.events(), 0},
                     {wants_input() ? input_.fd() : -1, POLLIN, 0}};
    Deadline wake =
        earlier(earlier(stream_.wake(), progress_.next()), leave_at_);
    poll(fds, 3, wake.poll_ms());
    while (auto signal = signals_.take()) interrupt(*signal);
    if (fds[2].revents != 0) input_.read_some();
    stream_.advance();
    progress_.update(stream_.acknowledged());
  }

  // The first signal leaves messages under way a moment to be acknowledged, so
  // that the count we give is right; the second does not.
  void interrupt(const signalfd_siginfo& signal) {
    constexpr Duration kLeaveWithin = std::chrono::seconds(2);
    leave_at_ = Deadline::after(signal_ == 0 ? kLeaveWithin : Duration::zero());
    signal_ = static_cast<int>(signal.ssi_signo);
  }

  // What to say of a push that ends early; "" for a single message.
  std::string tally() const {
    if (!options_.head.sequenced) return {};
    std::string text =
        fmt::format("; {} messages are stored", stream_.acknowledged());
    if (stream_.in_doubt()) {
      text +=
          fmt::format(", and perhaps some of the next {}", stream_.under_way());
    }
    if (options_.key_given)
      text += "; the same push with the same --key goes on";
    return text;
  }

  int report_interrupted() {
    progress_.clear();
    say(fmt::format("pushing to queue '{}': interrupted{}", options_.head.queue,
                    tally()));
    reraise_default(signal_);
    return kExitSignalBase + signal_;
  }

  const PushOptions& options_;
  Signals signals_;
  MessageInput input_;
  PushStream stream_;
  PushProgress progress_;
  int signal_ = 0;
  Deadline leave_at_ = Deadline::never();
};

}  // namespace

int queue_push_command(Arguments arguments) {
  PushOptions options;
  if (auto code = parse(arguments, options)) return *code;
  options.head.sequenced = options.separator() || options.messages.size() > 1;
  options.key_given = !options.head.key.empty();
  if (!options.key_given) options.head.key = Uuid::random().text();
  Client client(options.client);
  if (options.reads_stdin() && isatty(STDIN_FILENO) == 1) {
    say(
        fmt::format("reading {} from the keyboard; Ctrl-D at the beginning of "
                    "a line ends {}",
                    options.separator() ? "messages" : "a message",
                    options.separator() ? "them" : "it"));
  }
  return Push(client, options).run();
}

}  // namespace syncq
