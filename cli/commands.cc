#include "cli/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "cli/base/text.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/overview/overview_commands.h"
#include "cli/queue/queue_commands.h"
#include "cli/run/run_command.h"
#include "cli/version.h"

namespace syncq {
namespace {

constexpr std::array kCommands = {
    Command{"", "run", run_command,
            "Run a command when it is its turn: run NAME -- CMD"},
    Command{"fifo", "run", run_command, "The same as `syncq run`"},
    Command{"fifo", "new", fifo_new_command, "Make a FIFO"},
    Command{"fifo", "ticket", fifo_ticket_command, "Draw a ticket"},
    Command{"fifo", "wait", fifo_wait_command, "Wait for a ticket's turn"},
    Command{"fifo", "done", fifo_done_command, "End a ticket"},
    Command{"fifo", "touch", fifo_touch_command, "Restart its done timeout"},
    Command{"fifo", "set", fifo_set_command, "Change slots and timeouts"},
    Command{"fifo", "pause", fifo_pause_command, "Give no turns for a while"},
    Command{"fifo", "resume", fifo_resume_command, "Give turns again"},
    Command{"fifo", "front", fifo_front_command,
            "Move a ticket to the front of its line"},
    Command{"fifo", "cancel", fifo_cancel_command, "End tickets that wait"},
    Command{"fifo", "kill", fifo_kill_command,
            "Send a signal to the command that has the turn"},
    Command{"fifo", "ls", fifo_ls_command, "List all FIFOs"},
    Command{"fifo", "show", fifo_show_command, "Show a FIFO and its line"},
    Command{"fifo", "rm", fifo_rm_command, "Destroy FIFOs"},
    Command{"queue", "new", queue_new_command, "Make a queue"},
    Command{"queue", "ls", queue_ls_command, "List all queues"},
    Command{"queue", "show", queue_show_command, "Show a queue"},
    Command{"queue", "rm", queue_rm_command,
            "Remove queues and their messages"},
    Command{"queue", "purge", queue_purge_command,
            "Remove all messages from a queue"},
    Command{"queue", "set", queue_set_command, "Change the limits of a queue"},
    Command{"queue", "delete", queue_delete_command,
            "Remove messages by their ids"},
    Command{"queue", "pause", queue_pause_command,
            "Give no message of a queue out"},
    Command{"queue", "resume", queue_resume_command,
            "Let a paused queue go on"},
    Command{"queue", "redrive", queue_redrive_command,
            "Put dead letters back where they came from"},
    Command{"queue", "push", queue_push_command, "Put messages at the tail"},
    Command{"queue", "pop", queue_pop_command, "Take the oldest message"},
    Command{"queue", "head", queue_head_command, ""},
    Command{"queue", "tail", queue_tail_command, ""},
    Command{"queue", "peek", queue_peek_command,
            "Read a message and leave it there"},
    Command{"queue", "consume", queue_consume_command,
            "Take the message at an index"},
    Command{"queue", "ack", queue_ack_command,
            "Say that a leased message is done"},
    Command{"queue", "nack", queue_nack_command, "Give a leased message back"},
    Command{"queue", "extend", queue_extend_command, "Keep a lease for longer"},
    Command{"queue", "each", queue_each_command,
            "Run a command for each message: each Q -- CMD"},
    Command{"", "ls", ls_command, "List all FIFOs and queues"},
    Command{"", "ps", ps_command, "Show who has a turn and who waits for one"},
    Command{"", "history", history_command, "Show the turns that have ended"},
    Command{"", "status", status_command, "Show how the daemon is doing"},
    Command{"", "doctor", doctor_command, "Check that the store is intact"},
    Command{"daemon", "run", daemon_run_command, "Be the daemon"},
    Command{"daemon", "start", daemon_start_command, "Start the daemon"},
    Command{"daemon", "stop", daemon_stop_command, "End the daemon"},
    Command{"daemon", "restart", daemon_restart_command, "End it and start it"},
    Command{"daemon", "status", daemon_status_command,
            "Show its status, and never start it"},
    Command{"daemon", "config", daemon_config_command,
            "Show its settings and where they come from"},
    Command{"daemon", "logs", daemon_logs_command, "Print its log"},
    Command{"daemon", "dial", daemon_dial_command,
            "Be the other end of ssh://HOST"},
    Command{"daemon", "token", daemon_token_command, "Print its token for TCP"},
    Command{"", "version", version_command, "Print this program's version"},
};

constexpr std::string_view kIntroduction =
    "syncq makes commands take turns, in order, whatever crashes, and keeps "
    "queues of\nmessages for them.\n\n"
    "Usage: syncq COMMAND [OPTIONS] ...\n\n"
    "Examples:\n"
    "  syncq run deploy -- make deploy     one deploy at a time, first come "
    "first served\n"
    "  syncq run -n backup -- ./backup     skip it if one is running\n"
    "  syncq fifo show deploy              who holds the turn, who waits\n"
    "  syncq queue push jobs cat.png       a message for a worker\n"
    "  syncq queue each jobs -- ./resize   a worker\n\n";

std::string words_of(const Command& command) {
  if (command.group.empty()) return std::string(command.name);
  return fmt::format("{} {}", command.group, command.name);
}

}  // namespace

std::span<const Command> all_commands() { return kCommands; }

const Command* find_command(std::string_view group, std::string_view name) {
  for (const Command& command : kCommands) {
    if (command.group == group && command.name == name) return &command;
  }
  return nullptr;
}

bool is_group(std::string_view word) {
  return !word.empty() &&
         std::any_of(kCommands.begin(), kCommands.end(),
                     [word](const Command& c) { return c.group == word; });
}

std::string overview(std::string_view group) {
  std::string text(group.empty() ? kIntroduction : "");
  if (!group.empty()) {
    text += fmt::format("Usage: syncq {} COMMAND [OPTIONS] ...\n\n", group);
  }
  text += "Commands:\n";
  for (const Command& command : kCommands) {
    if (!group.empty() && command.group != group) continue;
    if (command.summary.empty()) continue;
    text += fmt::format("  {:<16}{}\n", words_of(command), command.summary);
  }
  std::string_view one = group.empty() ? "run" : group;
  text += fmt::format(
      "\n`syncq help COMMAND` or `syncq COMMAND --help` tells more, such as "
      "`syncq help {}{}`.\n",
      one,
      group.empty()      ? ""
      : group == "fifo"  ? " new"
      : group == "queue" ? " push"
                         : " run");
  return text;
}

std::string unknown_command(std::string_view group, std::string_view word) {
  std::vector<std::string_view> names;
  for (const Command& command : kCommands) {
    if (command.summary.empty()) continue;
    if (command.group == group) names.push_back(command.name);
    if (group.empty()) names.push_back(command.group);
  }
  std::erase(names, "");
  if (group.empty()) names.push_back("help");
  std::string space(group.empty() ? "" : " ");
  std::string_view meant = nearest(word, names);
  std::string known =
      meant.empty()
          ? fmt::format("`syncq help{}{}` lists all", space, group)
          : fmt::format("did you mean `syncq {}{}{}`?", group, space, meant);
  return fmt::format("there is no command '{}{}{}'; {}", group, space, word,
                     known);
}

}  // namespace syncq
