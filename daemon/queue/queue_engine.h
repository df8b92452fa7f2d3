#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/patience.h"
#include "common/result.h"
#include "daemon/commit/nearest_deadline.h"
#include "daemon/commit/parked_calls.h"
#include "daemon/queue/message_walk.h"
#include "daemon/queue/queue_events.h"
#include "daemon/queue/queue_row_cache.h"

namespace syncq {

// How long an idempotency key is remembered, and how many at most, over all
// queues: each one more drops the one that would be next anyway. A stream's key
// is remembered from its last message on, and longer by up to the slack, so
// that its time need not be written with each message.
inline constexpr Duration kRememberKeys = std::chrono::hours(24);
inline constexpr Duration kStreamSlack = std::chrono::seconds(1);
inline constexpr std::int64_t kMaxKeys = 1'000'000;
// How many queues there may be.
inline constexpr std::int64_t kMaxQueues = 100'000;

// The least that a lease has left after a start of the daemon: its worker may
// not have been able to renew it.
inline const Duration kLeastLease = grace(std::chrono::minutes(1));

struct Push {
  std::string body;
  std::string type;
  std::optional<Duration> delay;
  std::optional<Duration> ttl;
  std::string group;  // empty: none
  std::string key;    // idempotency key; empty: none
  // Of the messages sent under one key: those up to the last one stored are
  // repeats. One message per key: 0.
  std::int64_t sequence = 0;
};

enum class QueueEnd { kHead, kTail };

// How many messages one request may give, take or acknowledge, and how many
// bytes of messages are taken at once: more only if the first alone has.
inline constexpr std::int64_t kMaxBatch = 1000;
inline constexpr std::size_t kBatchBytes = std::size_t{1} << 20;

struct Take {
  QueueEnd end = QueueEnd::kHead;
  std::optional<Duration> lease;  // lease instead of remove
  // The lease's id, chosen by the caller: a repeated request with it, as after
  // a lost answer, gets the same message, leased again.
  std::optional<Uuid> lease_id;
  // Wait for a message; 0: without limit.
  std::optional<Duration> wait;
  // Take up to so many, 1 to kMaxBatch. Then lease_id names the first lease,
  // and those after it are counted up from it.
  std::optional<std::int64_t> count;
};

struct Nack {
  std::optional<Duration> delay;
  // Give up: to the dead letter queue at once.
  bool dead = false;
  // Nobody worked on it: this delivery is no attempt.
  bool uncounted = false;
  // Why it failed; a dead letter keeps it.
  std::string reason;
};

// The rules of queues and messages (man/syncq-http.7).
// Like FifoEngine it knows neither sockets nor SQL nor a clock. A queue is
// named in calls by its UUID or its name. One thread.
class QueueEngine {
 public:
  // Ephemeral queues live in a store of their own.
  QueueEngine(QueueStore& durable, QueueStore& ephemeral, Notifier& notifier,
              QueueEvents& events);
  ~QueueEngine();

  // Once, before all else, and again if the transaction in which it was is
  // aborted. No lease ends because the daemon was down. Delays
  // and times to live go on while it is down: nobody can be late for their end.
  void recover(Instant now);

  Result<Queue> create(const QueueConfig& config, WallMillis wall);
  Result<Queue> show(std::string_view name);
  // By rank, from the one behind `after`.
  std::vector<Queue> list(const QueueRank& after, int limit);
  void destroy(std::string_view name);
  Result<> empty(std::string_view name);
  // Name and ephemeral can't change.
  Result<Queue> configure(std::string_view name, const QueueConfig& config);
  // While it is paused no message of it is given out; all else goes on.
  Result<> set_paused(std::string_view name, bool paused);

  // Makes the queue if it is not there.
  Result<> push(std::string_view name, Push push, Instant now, WallMillis wall);
  // The message, or nullopt: the caller is parked and will be notified.
  Result<std::optional<Delivered>> take(std::string_view name, const Take& take,
                                        ConnectionId caller, Instant now);
  // The same for a caller that gives a count; empty: it is parked. Those that
  // wait get what there is as soon as there is one.
  Result<DeliveredBatch> take_batch(std::string_view name, const Take& take,
                                    ConnectionId caller, Instant now);
  // Of `how` only the lease counts.
  Result<Delivered> consume(std::string_view name, std::int64_t index,
                            ConnectionId caller, Instant now,
                            const Take& how = {});
  Result<Delivered> peek(std::string_view name, std::int64_t index,
                         Instant now);

  // Removes the message, leased or not: its lease is over then.
  Result<> remove(std::string_view name, const MessageId& id);
  // A walk from `from` on through at most `limit` messages; walk() takes its
  // next step, past at most `most` of them.
  Result<MessageWalk> begin_walk(std::string_view name, MessageState state,
                                 std::int64_t from, std::int64_t limit);
  std::vector<Glimpse> walk(MessageWalk& walk, int most, Instant now);

  // Puts dead letters of a walk back where they came from, or into the queue
  // `to`, as new ones at the tail; past at most `most` messages. Adds to
  // `moved`, also if it is refused.
  Result<> redrive(MessageWalk& walk, std::string_view to, int most,
                   std::int64_t& moved);

  Result<> ack(std::string_view name, const Uuid& lease, Instant now);
  Result<> nack(std::string_view name, const Uuid& lease, const Nack& how,
                Instant now, WallMillis wall);
  Result<> extend(std::string_view name, const Uuid& lease, Duration by,
                  Instant now);

  void caller_gone(ConnectionId caller);
  // Does all that is due and serves the parked; then writes what the
  // transaction has held back.
  void tick(Instant now, WallMillis wall);
  std::optional<Instant> next_deadline();
  void committed();
  void rolled_back();
  void dismiss_callers(const Refusal& why);

  // Idempotency keys remembered.
  std::int64_t keys() const { return keys_; }
  std::size_t parked() const { return parked_.size(); }

 private:
  struct Found {
    QueueRowCache* cache = nullptr;
    Queue* queue = nullptr;
  };
  struct Call {
    Uuid queue;
    Take take;
    std::optional<Instant> limit;
  };

  Result<Found> find(std::string_view name);
  Result<Found> get_or_create(std::string_view name, WallMillis wall);
  // One that is not there yet. Refused past kMaxQueues.
  Result<Found> add(QueueConfig config, WallMillis wall);
  Result<Found> with_room(Found found);
  Result<std::pair<Found, Unavailable>> find_lease(std::string_view name,
                                                   const Uuid& lease,
                                                   Instant now);
  Result<Found> at_turn(std::string_view name, ConnectionId caller,
                        Instant now);
  Result<> park_or_refuse(std::string_view name, Found found, const Take& take,
                          ConnectionId caller, Instant now);
  // Why the queue gives nothing out now; nullopt: it may.
  enum class Withheld { kPaused, kInFlight, kRate };
  std::optional<Withheld> withheld(const Queue& queue, Instant now);
  // The same for one who asks for that index; nullopt as well if it is for
  // another reason that there is nothing to give.
  std::optional<Refusal> why_withheld(std::string_view name, const Queue& queue,
                                      std::int64_t index, Instant now);
  Instant next_by_rate(const Queue& queue) const;
  void forget_next(const Queue& queue);
  void count_for_rate(const Queue& queue, Instant now);
  void end_lease(Queue& queue);
  // It is unavailable no more.
  void count_out(Queue& queue, const Unavailable& unavailable);
  std::optional<Delivered> take_now(Found found, const Take& take, Instant now);
  DeliveredBatch batch_now(Found found, const Take& take, Instant now);
  std::optional<Notice> notice_now(Found found, const Take& take, Instant now);
  std::optional<Delivered> given_before(Found found, const Take& take,
                                        Instant now);
  Delivered hand_out(Found found, Message message, const Take& take,
                     Instant now);
  // Puts a new message at the tail, delayed until `due`.
  void put(Found found, Message&& message, std::optional<Instant> due);
  // A message that is out of its queue was the last that held up its group.
  void leave_group(Found found, const Message& message);
  void unblock(Found found, std::int64_t offset);
  // Takes a readable message out for good.
  void discard(Found found, const Message& message);
  std::optional<Message> next_message(Found found, QueueEnd end, Instant now);
  void remember_key(Found found, const Push& push,
                    const std::optional<QueueStore::Key>& last, Instant now);
  // An unavailable message returns, or becomes a dead letter. Refused, with
  // nothing changed, if `how` gives it up and no dead letter queue can take it.
  Result<> requeue(Found found, Unavailable unavailable, const Nack& how,
                   Instant now, WallMillis wall);
  Result<Found> dead_letter_queue_of(const Queue& queue, WallMillis wall);
  void move_to_dead_letters(Found dead_letters, const Queue& from,
                            Message message, const std::string& reason,
                            WallMillis wall);
  Result<> redrive_one(const MessageWalk& walk, std::string_view to,
                       Message message);
  void mark_ready(const Queue& queue) { ready_queues_.insert(queue.uuid); }

  void park(const Queue& queue, const Take& take, ConnectionId caller,
            Instant now);
  void unpark(ConnectionId caller);
  void serve(const Uuid& queue, Instant now);
  void refuse_parked(const Uuid& queue, const Refusal& why);
  void due_unavailable(QueueRowCache& cache, Instant now, WallMillis wall);
  void due_expired(QueueRowCache& cache, Instant now);
  void due_calls(Instant now);
  void forget_one_key(QueueRowCache& added_to);

  QueueRowCache durable_;
  QueueRowCache ephemeral_;
  Notifier& notifier_;
  QueueEvents& events_;
  ParkedCalls<Call> parked_;
  // Those parked at a queue, in order of arrival.
  std::map<Uuid, std::deque<ConnectionId>> waiters_;
  std::set<Uuid> ready_queues_;  // queues that may have a message for someone
  // When each queue with a rate has given its last message. An aborted
  // transaction's count: none is given too soon for it.
  std::map<Uuid, Instant> last_given_;
  // When a queue that somebody asked may give its next.
  std::set<std::pair<Instant, Uuid>> next_given_;
  bool purging_ = true;
  NearestDeadline nearest_;
  std::int64_t keys_ = 0;  // idempotency keys that there are
  std::int64_t keys_kept_ = 0;
  std::int64_t queues_ = 0;
  std::int64_t queues_kept_ = 0;
};

}  // namespace syncq
