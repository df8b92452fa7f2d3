#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/commit/notifier.h"
#include "daemon/fifo/fifo_types.h"

namespace syncq {

// What a caller asks for a ticket; none: the FIFO's own.
struct Overrides {
  std::optional<Duration> wait;
  std::optional<Duration> accept;
  std::optional<Duration> done;
};

// What is done about a ticket that waits in the FIFO already; the last in line,
// if there are several.
enum class IfWaiting {
  kQueue,    // the new one stands behind it
  kSkip,     // no new one is drawn
  kReplace,  // it ends, and the new one stands at the end of the line
};

// Between the signal that ends a turn and KILL, if nothing else is said.
inline constexpr Duration kPreemptGrace = std::chrono::seconds(10);

// A newcomer ends the turns that keep it from its own.
struct Preempt {
  int signal = 0;    // what their processes are sent; 0: none is ended
  Duration grace{};  // after so long they are sent KILL; zero: never

  explicit operator bool() const { return signal != 0; }
};

// How a ticket is drawn.
struct TicketTerms {
  int priority = 0;  // -kMostPriority to kMostPriority
  // Has its turn together with the shared ones before and behind it.
  bool shared = false;
  // How many slots it takes; of a shared one, 1.
  int take = 1;
  IfWaiting if_waiting = IfWaiting::kQueue;
  // It has no turn before nobody has asked anew for so long; zero: at once.
  Duration settle{};
  // But no later than so long after the first of those who asked; zero: however
  // long that takes.
  Duration at_most{};
  Preempt preempt{};  // of hold; it stands before all who wait
};

struct NewFifo {
  std::string name;  // empty: none
  std::optional<int> slots;
  std::vector<std::string> slot_names{};  // of as many; empty: they have none
  std::optional<Rate> rate{};             // without limit: any
  Overrides timeouts;
  std::optional<Duration> unused_destroy;
  std::optional<bool> allow_overrides;
};

struct HoldRequest {
  NewFifo fifo;  // what to make, and what to insist on
  // More FIFOs, by name or UUID: all turns come at once, or none.
  std::vector<std::string> with{};
  // Make the ticket, and the FIFO if there is none of that name.
  bool create = false;
  bool nowait = false;
  // Chosen by the caller: a repeated request does not make it twice. Without
  // `create` it must exist.
  std::optional<Uuid> ticket;
  TicketTerms terms;              // of one that is made
  std::optional<Duration> limit;  // of this call's wait; 0: none
  // Tickets of turns that the caller has already. Whoever waits for one of
  // these FIFOs, too, waits for its end, and is passed: else neither went on.
  std::vector<Uuid> inside{};
  std::string label;
  std::string cwd;
  Process owner;      // pid 0: the daemon can't see the caller's process
  bool exec = false;  // the owner becomes the command itself
};

struct Done {
  // Even if the process that keeps the turn still runs.
  bool force = false;
  std::optional<int> status;  // how the work ended, as of wait(2)
};

// What became of those whose turns a caller of hold wants to end.
struct Preempted {
  std::vector<Ticket> signalled;
  int others = 0;  // that are in its way, and can't be sent a signal
};

// The beginning of hold's answer.
struct HoldReply {
  Fifo fifo;
  bool created = false;  // the FIFO is new
  Uuid ticket;
  std::int64_t position = 0;  // 0: holds at once
  std::optional<Granted> granted;
  // Of a new ticket in line: what is told at once.
  std::optional<PositionInLine> news;
  std::optional<Preempted> preempted;  // if it asked for that, and waits
  // The same of the FIFOs that were named with it; `granted` has theirs.
  std::vector<HoldReply> others{};
};

}  // namespace syncq
