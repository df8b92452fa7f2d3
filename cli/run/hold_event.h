#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/client/holder.h"

namespace syncq {

// A waiting ticket's position in line.
struct Position {
  unsigned position = 0;
  unsigned of = 0;
  std::optional<HolderInfo> holder;
  bool paused = false;  // the FIFO gives no turns
  // Until its turn; none: not known.
  std::optional<Duration> expected_wait{};
  // In which FIFO, of one who waits in several; else "".
  std::string fifo{};
  // "10/s": a slot is free, and it gives turns no faster; "" otherwise.
  std::string rate{};
};

// One line of the stream that `hold` answers with.
struct HoldEvent {
  enum class Kind {
    kTicket,
    kPosition,
    kGrant,
    kBeat,
    kSignal,
    kEnded,
    kUnknown
  };

  Kind kind = Kind::kUnknown;
  // kTicket. kGrant repeats the ticket.
  std::string fifo;
  std::string ticket;
  // Of turns in several FIFOs: those behind the first.
  struct Other {
    std::string fifo;  // kTicket
    std::string ticket;
    std::uint64_t fence = 0;  // kGrant
  };
  std::vector<Other> others;
  // kTicket and kPosition.
  Position position;
  // kTicket: the turns that are ended for it, and how many can't be.
  std::vector<HolderInfo> preempted;
  unsigned not_preempted = 0;
  // kGrant.
  std::uint64_t fence = 0;
  std::string slots;  // "0", "0,1,4", or their names
  // kGrant: the daemon sees the process and keeps the turn until it ends;
  // otherwise the connection is the lease.
  bool process_lease = false;
  // kGrant: the ticket's done timeout, how long a lost connection may stay
  // lost; zero means forever.
  Duration done_timeout{};
  // kTicket and kGrant: if the daemon can't be reached for so long, it passes
  // the turn on; zero if that does not depend on a network.
  Duration connection_timeout{};
  // kSignal: what the command is to be sent; 0 if we know no such signal.
  int signal = 0;
  // kEnded: the API's code and its message.
  std::string error;
  std::string message;
};

// A client that hears nothing for this part of the connection timeout takes its
// connection for lost.
inline constexpr int kPartsOfTimeout = 4;

// Reads one line. Unknown events, of a newer daemon, are kUnknown. Throws
// Failure if the line is not a JSON object.
HoldEvent parse_hold_event(std::string_view line);

}  // namespace syncq
