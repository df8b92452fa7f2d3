#include "cli/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/complete.h"
#include "cli/completion/completion_command.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/fifo/fifo_commands.h"
#include "cli/flock/flock_command.h"
#include "cli/overview/overview_commands.h"
#include "cli/queue/queue_commands.h"
#include "cli/run/run_command.h"
#include "cli/shim/shim_command.h"
#include "cli/synonyms.h"
#include "cli/top/top_command.h"
#include "cli/version.h"

namespace syncq {
namespace {

using enum Section;

constexpr std::array kCommands = {
    Command{"", "run", run_command, kTurns,
            "Run a command when it is its turn: run NAME -- CMD"},
    Command{"fifo", "run", run_command, kTurns, "The same as `syncq run`"},
    Command{"", "flock", flock_command, kTurns,
            "Run a command in the turn of a file: flock FILE CMD"},
    Command{"", "shim", shim_command, kTurns,
            "Have tools such as git and npm take turns by themselves"},
    Command{"fifo", "new", fifo_new_command, kTurns, "Make a FIFO"},
    Command{"fifo", "ticket", fifo_ticket_command, kTurns, "Draw a ticket"},
    Command{"fifo", "wait", fifo_wait_command, kTurns,
            "Wait for a ticket's turn"},
    Command{"fifo", "done", fifo_done_command, kTurns, "End a ticket"},
    Command{"fifo", "touch", fifo_touch_command, kTurns,
            "Restart its done timeout"},

    Command{"", "top", top_command, kLook,
            "Watch all of it on a full screen, and lend a hand"},
    Command{"", "ls", ls_command, kLook, "List all FIFOs and queues"},
    Command{"", "ps", ps_command, kLook,
            "Show who has a turn and who waits for one"},
    Command{"fifo", "ls", fifo_ls_command, kLook, "List all FIFOs"},
    Command{"fifo", "show", fifo_show_command, kLook,
            "Show a FIFO and its line"},
    Command{"", "history", history_command, kLook,
            "Show the turns that have ended"},
    Command{"", "status", status_command, kLook,
            "Show how the daemon is doing"},

    Command{"fifo", "front", fifo_front_command, kSteer,
            "Move a ticket to the front of its line"},
    Command{"fifo", "cancel", fifo_cancel_command, kSteer,
            "End tickets that wait"},
    Command{"fifo", "kill", fifo_kill_command, kSteer,
            "Send a signal to the command that has the turn"},
    Command{"fifo", "pause", fifo_pause_command, kSteer,
            "Give no turns for a while"},
    Command{"fifo", "resume", fifo_resume_command, kSteer, "Give turns again"},
    Command{"fifo", "set", fifo_set_command, kSteer,
            "Change slots and timeouts"},
    Command{"fifo", "rm", fifo_rm_command, kSteer, "Destroy FIFOs"},

    Command{"queue", "push", queue_push_command, kQueues,
            "Put messages at the tail"},
    Command{"queue", "pop", queue_pop_command, kQueues,
            "Take the oldest message"},
    Command{"queue", "each", queue_each_command, kQueues,
            "Run a command for each message: each Q -- CMD"},
    Command{"queue", "ls", queue_ls_command, kQueues, "List all queues"},
    Command{"queue", "show", queue_show_command, kQueues,
            "Show a queue and what is in it"},
    Command{"queue", "peek", queue_peek_command, kQueues,
            "Read a message and leave it there"},
    Command{"queue", "head", queue_head_command, kQueues, ""},
    Command{"queue", "tail", queue_tail_command, kQueues, ""},
    Command{"queue", "consume", queue_consume_command, kQueues,
            "Take the message at an index"},
    Command{"queue", "ack", queue_ack_command, kQueues,
            "Say that a leased message is done"},
    Command{"queue", "nack", queue_nack_command, kQueues,
            "Give a leased message back"},
    Command{"queue", "extend", queue_extend_command, kQueues,
            "Keep a lease for longer"},
    Command{"queue", "new", queue_new_command, kQueues, "Make a queue"},
    Command{"queue", "set", queue_set_command, kQueues,
            "Change the limits of a queue"},
    Command{"queue", "pause", queue_pause_command, kQueues,
            "Give no message of a queue out"},
    Command{"queue", "resume", queue_resume_command, kQueues,
            "Let a paused queue go on"},
    Command{"queue", "redrive", queue_redrive_command, kQueues,
            "Put dead letters back where they came from"},
    Command{"queue", "delete", queue_delete_command, kQueues,
            "Remove messages by their ids"},
    Command{"queue", "purge", queue_purge_command, kQueues,
            "Remove all messages from a queue"},
    Command{"queue", "rm", queue_rm_command, kQueues,
            "Remove queues and their messages"},

    Command{"daemon", "start", daemon_start_command, kDaemon,
            "Start the daemon"},
    Command{"daemon", "stop", daemon_stop_command, kDaemon, "End the daemon"},
    Command{"daemon", "restart", daemon_restart_command, kDaemon,
            "End it and start it"},
    Command{"daemon", "status", daemon_status_command, kDaemon,
            "Show its status, and never start it"},
    Command{"daemon", "config", daemon_config_command, kDaemon,
            "Show its settings and where they come from"},
    Command{"daemon", "logs", daemon_logs_command, kDaemon, "Print its log"},
    Command{"daemon", "token", daemon_token_command, kDaemon,
            "Print its token for TCP"},
    Command{"daemon", "run", daemon_run_command, kDaemon, "Be the daemon"},
    Command{"daemon", "dial", daemon_dial_command, kDaemon,
            "Be the other end of ssh://HOST"},
    Command{"", "doctor", doctor_command, kDaemon,
            "Check that the store is intact"},

    Command{"", "completion", completion_command, kOther,
            "Print the completion script of a shell"},
    Command{"", "version", version_command, kOther,
            "Print this program's version"},
    Command{"", "__complete", complete_command, kOther, ""},
    Command{"", "__shim", called_shim_command, kOther, ""},
};

}  // namespace

std::span<const Command> all_commands() { return kCommands; }

const Command* find_command(std::string_view group, std::string_view name) {
  for (const Command& command : kCommands) {
    if (command.group == group && command.name == name) return &command;
  }
  std::string_view meant = same_as(group, name);
  for (const Command& command : kCommands) {
    if (words_of(command) == meant) return &command;
  }
  return nullptr;
}

bool is_group(std::string_view word) {
  return !word.empty() &&
         std::any_of(kCommands.begin(), kCommands.end(),
                     [word](const Command& c) { return c.group == word; });
}

std::string words_of(const Command& command) {
  if (command.group.empty()) return std::string(command.name);
  return fmt::format("{} {}", command.group, command.name);
}

}  // namespace syncq
