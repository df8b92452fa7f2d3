#include "cli/overview.h"

#include <fmt/format.h>

#include <array>

#include "cli/commands.h"

namespace syncq {
namespace {

// What most people need, before all there is.
constexpr std::string_view kIntroduction =
    "syncq makes commands take turns, in order, whatever crashes, and keeps "
    "queues of\nmessages for them.\n\n"
    "Usage: syncq COMMAND [OPTIONS] ...\n\n"
    "Most used:\n"
    "  syncq run deploy -- make deploy     one deploy at a time, first come "
    "first served\n"
    "  syncq ps                            who has a turn, who waits\n"
    "  syncq top                           all of it, as it happens\n"
    "  syncq history deploy                how the last ones ended\n"
    "  syncq queue push jobs cat.png       a message for a worker\n"
    "  syncq queue each jobs -- ./resize   a worker\n";

struct Heading {
  Section section;
  std::string_view text;
};

constexpr std::array kHeadings = {
    Heading{Section::kTurns, "Take turns"}, Heading{Section::kLook, "Look"},
    Heading{Section::kSteer, "Steer"},      Heading{Section::kQueues, "Queues"},
    Heading{Section::kDaemon, "Daemon"},    Heading{Section::kOther, "Other"},
};

std::string section_text(const Heading& heading, std::string_view group) {
  std::string text;
  for (const Command& command : all_commands()) {
    if (command.section != heading.section || command.summary.empty()) continue;
    if (!group.empty() && command.group != group) continue;
    text += fmt::format("  {:<17}{}\n", words_of(command), command.summary);
  }
  return text.empty() ? text : fmt::format("\n{}:\n{}", heading.text, text);
}

}  // namespace

std::string overview(std::string_view group) {
  std::string text(kIntroduction);
  if (!group.empty()) {
    text = fmt::format("Usage: syncq {} COMMAND [OPTIONS] ...\n", group);
  }
  for (const Heading& heading : kHeadings) text += section_text(heading, group);
  std::string_view example = group.empty()      ? "run"
                             : group == "fifo"  ? "fifo new"
                             : group == "queue" ? "queue push"
                                                : "daemon run";
  return text + fmt::format(
                    "\n`syncq help {0}` or `syncq {0} --help` tells more of a "
                    "command,\n`syncq help options` what all of them take.\n",
                    example);
}

}  // namespace syncq
