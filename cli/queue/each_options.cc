#include "cli/queue/each_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/base/exit_code.h"
#include "cli/base/number.h"
#include "cli/base/output.h"
#include "cli/base/text.h"
#include "cli/options/command_line.h"
#include "cli/queue/message_batch.h"
#include "cli/queue/message_command.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr std::int64_t kMostJobs = 1024;
constexpr std::int64_t kMostAttempts = 1'000'000;

constexpr std::string_view kEachHelp =
    "Runs CMD once for each message, oldest first, and waits for more; the "
    "queue is made\nif there is none. CMD has the message on its stdin, and "
    "in place of {} in an ARG\n(there without a final newline). When CMD "
    "exits 0 the message is done and removed.\nElse it is given back and "
    "tried again after 1s, 2s, 4s, ... up to 1m, and after the\nattempts of "
    "--max-attempts, or else of the queue, it moves to the dead letter "
    "queue:\nthe queue's own, or QUEUE.dead.\n\n"
    "While CMD runs the message is leased, so no other worker has it. If "
    "this process\nis killed, the message returns when its lease ends: CMD "
    "may then run twice for one\nmessage, so make sure that is harmless.\n\n"
    "With --batch N CMD gets up to N messages at once, those that are there, "
    "on its stdin:\neach with a line end unless it has one, or with a NUL "
    "after it (-0). If it exits 0 all\nare done, but for those whose numbers, "
    "from 1, it has written to the file\n$SYNCQ_REPORT (--report); else none "
    "is.\n\n"
    "On a terminal a line every 10s shows how it goes.\n\n"
    "With --on-failure stop the first message for which CMD fails is given "
    "back at once,\nand no more are taken.\n\n"
    "Interrupted (Ctrl-C, TERM, HUP) it lets what runs finish and takes no "
    "more; the\nsecond time it ends CMD with TERM, and KILL 2s later, and "
    "gives its message back.\nCMD does not see the Ctrl-C.\n\n"
    "To CMD: SYNCQ_QUEUE, SYNCQ_MESSAGE_ID, SYNCQ_ATTEMPT (1 the first "
    "time),\nSYNCQ_GROUP; with --batch SYNCQ_QUEUE, SYNCQ_MESSAGES (how many), "
    "SYNCQ_REPORT.\n\n"
    "Examples:\n"
    "  syncq queue each jobs -- ./work\n"
    "  syncq queue each images -j4 -- convert {} -resize 50% small/{}\n"
    "  syncq queue each urls --batch 100 -- xargs -n 1 curl -sfO\n"
    "  syncq queue each mail --max-attempts 5 --until-empty -- sendmail -t\n\n"
    "Exit codes: 0 with --until-empty, all done; 1 some message was given up, "
    "or failed;\n2 usage; 126, 127 CMD can't be run, and its message is given "
    "back; interrupted: the\nsignal\n\n";

struct Texts {
  std::string jobs;
  std::string lease;
  std::string max_attempts;
  std::string batch;
  std::string on_failure = "continue";
};

constexpr std::string_view kEachCommand = "syncq queue each";

void add_options(CommandLine& line, EachOptions& options, Texts& texts) {
  line.required("QUEUE", options.queue, "The queue's name or UUID");
  line.number("-j,--jobs", texts.jobs, 1, kMostJobs,
              "How many messages at once (default 1)");
  line.duration("--lease", texts.lease,
                "How long each lease is; renewed while CMD runs (default 30s)");
  line.number("--max-attempts", texts.max_attempts, 1, kMostAttempts,
              "Give a message up after this many (default: the queue's)");
  line.number("--batch", texts.batch, 1, kMostAtOnce,
              "Give CMD up to this many messages at once");
  line.flag("-0,--null", options.null,
            "With --batch, each message ends with a NUL");
  line.flag("--report", options.report,
            "With --batch, CMD may say which messages it could not do");
  line.flag("--until-empty", options.until_empty,
            "End when nothing is left and failures have been tried again");
  line.choice("--on-failure", texts.on_failure, {"continue", "stop"},
              "What to do when CMD fails (default continue)");
  line.flag("-q,--quiet", options.client.quiet,
            "Say nothing about messages that fail, nor how it goes");
  line.client(options.client);
  line.footer(kEachHelp);
  line.keep_extra_args();
}

}  // namespace

ClientOptions silent(ClientOptions options) {
  options.quiet = true;
  return options;
}

std::optional<int> parse_each_options(Arguments arguments,
                                      EachOptions& options) {
  auto [own, command] = split_at_dashes(arguments);
  options.command = command.value_or(Arguments());
  Texts texts;
  CommandLine line("syncq queue each [OPTIONS] QUEUE -- CMD [ARG...]",
                   "Run a command for each message of a queue.");
  add_options(line, options, texts);
  if (auto code = line.parse(own)) return code;
  if (auto strange = line.rest(); !strange.empty()) {
    return usage_error(kEachCommand,
                       fmt::format("'{}' before `--` is neither an option nor "
                                   "the queue's name",
                                   strange.front()));
  }
  if (options.command.empty()) {
    return usage_error(kEachCommand, "the command must stand after `--`");
  }
  options.jobs = read_number(texts.jobs, 1, kMostJobs).value_or(1);
  options.max_attempts =
      read_number(texts.max_attempts, 1, kMostAttempts).value_or(0);
  options.batch = read_number(texts.batch, 1, kMostAtOnce).value_or(0);
  if (options.batch == 0 && (options.null || options.report)) {
    return usage_error(kEachCommand,
                       "-0 and --report are for --batch: give it too");
  }
  if (options.batch > 0 && has_placeholder(options.command)) {
    return usage_error(kEachCommand,
                       "{} stands for one message: without it, CMD has those "
                       "of a --batch on its stdin");
  }
  options.stop_on_failure = texts.on_failure == "stop";
  if (!texts.lease.empty()) {
    options.lease = parse_duration(texts.lease, "lease").value();
  }
  constexpr Duration kShortestLease = std::chrono::seconds(1);
  if (options.lease < kShortestLease) {
    return usage_error(kEachCommand,
                       "--lease must be at least 1s: it has to be renewed");
  }
  return std::nullopt;
}

}  // namespace syncq
