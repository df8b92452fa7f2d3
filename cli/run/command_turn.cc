#include "cli/run/command_turn.h"

#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "cli/base/text.h"
#include "cli/client/explain.h"
#include "cli/run/nested.h"

namespace syncq {

std::string default_label(Arguments command) {
  // Long enough to tell commands apart, short enough for a line.
  constexpr std::size_t kColumns = 80;
  std::vector<std::string> words(command.begin(), command.end());
  return cut_to_width(sanitize(shell_line(words)), kColumns);
}

std::string working_directory() {
  char buffer[4096];
  return getcwd(buffer, sizeof buffer) == nullptr ? "" : buffer;
}

Turn take_turn(Client& client, const HoldQuery& query, Deadline limit,
               WaitingLine& line) {
  try {
    return wait_for_turn(client, query, limit, line);
  } catch (const HoldRefused& refused) {
    std::string why = explain(client, refused.status(), refused.code(),
                              refused.what(), {.fifo = query.fifo});
    if (refused.code() == "already_waiting") {
      throw AlreadyWaiting(why, refused.ticket());
    }
    const bool replaced = refused.code() == "replaced";
    throw Failure(why, replaced ? kExitNotInTime : refused.exit_code());
  }
}

void tell_command(const Turn& turn) {
  const std::string& fifos = turn.fifos;
  std::string fences = std::to_string(turn.grant.fence);
  setenv("SYNCQ_FIFO", fifos.substr(0, fifos.find(',')).c_str(), 1);
  setenv("SYNCQ_TICKET", turn.grant.ticket.c_str(), 1);
  setenv("SYNCQ_FENCE", fences.c_str(), 1);
  bool several = note_turn(turn.grant.ticket) || !turn.grant.others.empty();
  for (const auto& other : turn.grant.others) {
    note_turn(other.ticket);
    fences += ',' + std::to_string(other.fence);
  }
  // Inside another turn they would be of that.
  if (several) {
    setenv("SYNCQ_FIFOS", fifos.c_str(), 1);
    setenv("SYNCQ_FENCES", fences.c_str(), 1);
  }
  const std::string& slots = turn.grant.slots;
  setenv("SYNCQ_SLOT", slots.substr(0, slots.find(',')).c_str(), 1);
  setenv("SYNCQ_SLOTS", slots.c_str(), 1);
}

}  // namespace syncq
