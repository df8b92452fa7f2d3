#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/error_code.h"
#include "common/rate.h"
#include "daemon/fifo/fifo_engine.h"
#include "daemon/queue/message_walk.h"

namespace syncq::sim {

enum class Verb {
  kFifoNew,
  kTicket,
  kWait,
  kJoin,
  kDone,
  kTouch,
  kHold,
  kCommand,
  kAnnounce,  // a line up the stream of a hold
  kFifoSet,
  kFront,
  kCancel,
  kFifoKill,
  kFifoPause,
  kFifoResume,
  kFifoShow,
  kFifoList,
  kFifoDelete,
  kPut,
  kHead,
  kTail,
  kConsume,
  kPeek,
  kAck,
  kNack,
  kExtend,
  kQueueNew,
  kQueueShow,
  kQueueList,
  kQueueDelete,
  kQueueEmpty,
  kMessages,
  kRedrive,
  kPause,
  kResume,
  kRemove,
  kSet,
  kStatus,
  kGarbage,  // not HTTP
  kOverview,
  kEvents,
};

// What a caller of /overview or /events wants to see.
struct Wanted {
  std::string only;  // the FIFO or the queue of this name; "": all
  int waiting = 1;   // of those who wait, so many of each FIFO
};

// What a remote client shows of itself.
enum class Shown {
  kToken,
  kPassword,  // the token as one
  kOwnPage,
  // These are not let in.
  kNothing,
  kWrongToken,
  kForeignHost,
  kForeignPage,
  kForeignSite,
};

// Names a thing whose UUID the daemon chooses (or a client): the model counts
// them, and learns the UUIDs from the store. 0: one that there is not.
using Id = int;

// One request, as its client means it.
struct Ask {
  Verb verb = Verb::kFifoList;
  std::string name;                 // of the FIFO or the queue
  Id by_uuid = 0;                   // names it by its UUID instead
  std::vector<std::string> more{};  // the other FIFOs of a hold of several
  Id ticket = 0;
  std::vector<Id> inside{};  // turns that the caller says it has
  Id lease = 0;
  std::optional<Id> chosen;  // the ticket or lease_id that the client chooses
  std::optional<int> slots;
  std::vector<std::string> slot_names{};  // of as many
  int priority = 0;
  IfWaiting if_waiting = IfWaiting::kQueue;
  std::optional<Duration> settle;
  std::optional<Duration> at_most;
  bool shared = false;
  int take = 1;
  Preempt preempt{};
  std::optional<Duration> wait_timeout;
  std::optional<Duration> accept_timeout;
  std::optional<Duration> done_timeout;
  std::optional<Duration> unused_timeout;
  bool overrides = false;  // allow_overrides
  bool create = false;
  bool nowait = false;
  bool exec = false;
  bool force = false;
  bool streams = false;  // the request of hold stays open
  pid_t pid = 0;
  std::optional<Duration> limit;  // timeout, or wait
  std::optional<Duration> lease_time;
  std::optional<std::int64_t> count;  // takes up to so many
  std::optional<Duration> delay;
  std::optional<Duration> ttl;
  std::string group;
  std::string key;
  std::int64_t sequence = 0;
  std::string body;
  std::int64_t index = 0;
  int most = 0;  // of a list, and of what is put back
  std::string to;
  std::int64_t generation = 0;  // of the message at the place `index`
  MessageState state = MessageState::kReady;
  bool dead = false;
  bool uncounted = false;
  std::string reason;
  bool ephemeral = false;
  std::optional<std::int64_t> capacity;
  bool reject = false;
  std::int64_t max_attempts = 0;
  std::string dead_letter;
  std::int64_t in_flight = 0;
  Rate rate;
  std::optional<Rate> turn_rate{};  // of a FIFO; without limit: any
  Wanted wanted;
  int garbage = 0;  // which
  std::optional<Shown> shown;
  // It is refused with this, and its connection ended.
  std::optional<ErrorCode> turned_away;
};

}  // namespace syncq::sim
