#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/duration.h"
#include "common/result.h"
#include "common/uuid.h"

namespace syncq {

struct DeadLetter;

// Names a connection with its one request in flight. Never used twice in a
// daemon's life.
using ConnectionId = std::uint64_t;

// It is the caller's turn.
struct Granted {
  Uuid ticket;
  std::int64_t fence = 0;
  int slot = 0;
  // True: the turn ends with a process. False: with the connection (hold) or
  // with `done` (wait).
  bool process_lease = false;
  // The ticket's done timeout; zero for none.
  Duration done{};
  // Of a ticket that takes several slots: the others, in order.
  std::vector<int> more_slots{};
  // Of all its slots; empty: they have none.
  std::vector<std::string> slot_names{};
  // Those of the tickets that were drawn with it, in order.
  std::vector<Granted> others{};
};

// Who has the turn now, for people.
struct Holder {
  std::string label;
  std::string cwd;
  std::int64_t pid = 0;
  std::int64_t held_ms = 0;
  std::optional<bool> stopped;  // its process; none: not looked at
  // All of its turn; none: not known.
  std::optional<Duration> expected_run;
};

// The position in line of a caller of `hold`.
struct PositionInLine {
  std::int64_t position = 0;  // 1 is next
  std::int64_t of = 0;        // how many wait
  bool has_holder = false;
  Holder holder;
  bool paused = false;  // the FIFO gives no turns
  // "10/s": a slot is free, and the FIFO gives turns no faster; "" otherwise.
  std::string rate{};
  // Until its turn; none: not known.
  std::optional<Duration> expected_wait;
  // Of a caller that waits in several FIFOs: which one; else empty.
  std::string fifo{};
};

// The caller's wait has ended without a turn, or its turn has ended.
struct Ended {
  Refusal why;
};

// A ticket has ended, for a caller that waits for that.
struct TicketOver {
  std::string_view end;       // "done", "cancelled" and so on
  std::optional<int> status;  // of its command (wait(2)), if it is known
};

// Somebody asks for the command of the caller's turn to be sent this signal.
struct Signalled {
  int number = 0;
};

// What there is now, for a caller that listens.
struct News {
  std::string line{};    // JSON, with its line end; empty: none
  bool is_last = false;  // no more come
};

// A message for a caller that takes or reads one.
struct Delivered {
  std::string id;
  std::string body;
  std::string type;
  std::int64_t attempt = 1;   // the number of this delivery
  std::optional<Uuid> lease;  // none: it is the caller's own now
  std::shared_ptr<const DeadLetter> dead;
  std::string group;  // empty: none
};

// The answer to a caller that is gone when it would be given something or be
// parked. Only a caller that shut down just its sending side still reads it.
inline Refusal gone_refusal() {
  return {ErrorCode::kBadRequest,
          "your side of the connection was closed before the answer: keep it "
          "open until the answer has come"};
}

// Messages for a caller that takes several at once; at least one.
using DeliveredBatch = std::vector<Delivered>;

using Notice = std::variant<Granted, PositionInLine, Ended, TicketOver,
                            Signalled, News, Delivered, DeliveredBatch>;

// The callers parked in the daemon, as the engine sees them. What is notified
// reaches the caller after the commit.
class Notifier {
 public:
  virtual ~Notifier() = default;
  // False when the other end is gone, even if its connection has not been seen
  // to close yet: it must not be given anything.
  virtual bool alive(ConnectionId caller) = 0;
  // True when its process is seen to be stopped: it could not use what it is
  // given, and would keep it from the others.
  virtual bool stopped(ConnectionId caller) = 0;
  virtual void notify(ConnectionId caller, const Notice& notice) = 0;
  // False while it has not read what it was sent: news would only pile up.
  virtual bool keeps_up(ConnectionId) { return true; }
  // False while too much is on its way to callers: a message has to wait.
  virtual bool has_room() { return true; }
};

}  // namespace syncq
