#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/commit/notifier.h"
#include "daemon/fifo/fifo_types.h"
#include "daemon/process/processes.h"
#include "daemon/queue/queue_engine.h"
#include "tests/sim/ask.h"
#include "tests/sim/expected.h"
#include "tests/sim/preempting.h"
#include "tests/sim/stored.h"

namespace syncq::sim {

// What the model needs to know of the world.
struct Surroundings {
  std::function<bool(ConnectionId)> alive;
  std::function<bool(ConnectionId)> stopped;
  std::function<ProcessState(const Process&)> look;
  std::function<pid_t(ConnectionId)> pid_of;  // 0: remote
  std::function<Process(pid_t)> process;      // pid 0: none
  std::function<pid_t(pid_t)> parent_of;      // 0: none
  std::function<void(ConnectionId, Expected)> say;
};

// The rules of both services once more, as plain as they can be said:
// everything is a list that is walked. The files *_rules.cc are to be read
// beside man/syncq-http.7; the daemon must do the same.
class Model {
 public:
  explicit Model(Surroundings world) : world_(std::move(world)) {}

  // What a request does. True: its caller waits now.
  bool ask(const Ask& ask, ConnectionId caller, Instant now);
  void tick(Instant now);
  // The daemon's transaction is committed or undone.
  void commit();
  void abort();
  // The daemon has noticed it. `wait_until`: of a remote caller that may live.
  void caller_gone(ConnectionId caller, bool remote, bool lost,
                   Instant wait_until);
  void process_ended(Id ticket) { gone_.insert(ticket); }
  // Each parked caller is told that the daemon goes.
  void dismiss();
  // A daemon has begun over `kept`.
  void restart(Stored kept);
  void recover(Instant now, bool same_boot);

  const Stored& stored() const { return stored_; }
  const Stored& committed() const { return committed_; }
  bool parked(ConnectionId caller) const;
  // Where a caller of hold is in its lines, from 1, by what the FIFOs are
  // called; if it has one only, by "".
  std::map<std::string, int> places_of(ConnectionId caller);
  std::size_t parked_fifo() const { return waiters_.size() + joiners_.size(); }
  std::size_t parked_queue() const { return takers_.size(); }
  std::size_t listeners() const { return listeners_.size(); }
  // The daemon ends its stream now. False if there is no reason to.
  bool end_listener(ConnectionId caller, Instant now);
  bool listens_too_long(Instant now) const;
  // What an end of the daemon would lose, or end too early.
  bool keeps_anything() const;
  // The first thing that is due; none: nothing ever.
  std::optional<Instant> next_fifo() const;
  std::optional<Instant> next_queue() const;
  // A turn that nothing will ever end, if there is one.
  std::optional<Id> turn_without_end() const;
  // The signals that were sent to processes since the last call.
  std::vector<std::pair<pid_t, int>> take_signals() {
    return std::exchange(signals_, {});
  }
  // One that waits in several lines and is next in all of them, if none of
  // these is to be asked.
  std::optional<Id> forgotten_group();
  // A client names a thing by a UUID of its own.
  Id new_id() { return ++last_id_; }

 private:
  struct Waiter {
    ConnectionId caller = 0;
    Id ticket = 0;
    bool hold = false;
    bool granted = false;
    bool fresh = false;  // parked in this transaction
    std::optional<Instant> limit;
    pid_t owner = 0;  // of hold: its process, if it was named and is seen
    std::vector<Id> others{};  // tickets that were drawn with it

    bool is_of(Id id) const {
      return ticket == id || std::count(others.begin(), others.end(), id) > 0;
    }
  };
  struct Taker {
    ConnectionId caller = 0;
    Id queue = 0;
    Take take;
    std::optional<Id> chosen;
    std::optional<Instant> limit;
  };

  struct Listener {
    ConnectionId caller = 0;
    std::optional<Instant> until;
  };

  // --- fifo_rules.cc and hold_rules.cc: what is asked; admission_rules.cc:
  // whose turn it is; turn_rules.cc: what becomes of it
  bool ask_fifo(const Ask& ask, ConnectionId caller);
  void tick_fifos();
  bool hold(const Ask& ask, ConnectionId caller);
  bool reattach(const Ask& ask, ConnectionId caller);
  bool hold_several(const Ask& ask, ConnectionId caller);
  void take_back(ModelTicket& ticket);
  std::optional<ErrorCode> refusal(const ModelFifo& fifo, const Ask& ask) const;
  bool wait(const Ask& ask, ConnectionId caller);
  void done(const Ask& ask, ConnectionId caller);
  void touch(const Ask& ask, ConnectionId caller);
  int front_rank(const ModelFifo& fifo);
  void front(const Ask& ask, ConnectionId caller);
  void cancel(const Ask& ask, ConnectionId caller);
  void kill(const Ask& ask, ConnectionId caller);
  std::optional<ErrorCode> set(ModelFifo& fifo, const Ask& ask);
  void pause(ModelFifo& fifo, bool paused);
  void command(const Ask& ask, ConnectionId caller);
  void show(const ModelFifo& fifo, ConnectionId caller);
  ModelFifo* fifo(const Ask& ask);
  ModelFifo* fifo(Id id);
  ModelTicket* ticket(Id id);
  // The ticket that is asked for, live or not; else its caller is refused.
  ModelTicket* ticket_of(const Ask& ask, ConnectionId caller);
  ModelTicket* live_hold(const Ask& ask, ConnectionId caller);
  // With what the request overrides; how an ended ticket answers.
  static Timeouts merged(Timeouts timeouts, const Ask& ask);
  static ErrorCode code_of(TicketEnd end);
  Id create_fifo(const Ask& ask);
  Process owner_of(const Ask& ask, ConnectionId caller) const;
  ModelTicket& new_ticket(const ModelFifo& fifo, const Ask& ask, Id id);
  // Those who wait, in order.
  std::vector<ModelTicket*> in_line(const ModelFifo& fifo);
  int position(const ModelTicket& waiting);  // from 1
  int held(const ModelFifo& fifo) const;
  int live(const ModelFifo& fifo) const;
  bool is_waited_for(const ModelFifo& in, const Ask& ask);
  // `without`: turns as if they had ended.
  bool admits(const ModelFifo& fifo, bool shared, int take,
              const std::set<Id>& without = {}) const;
  bool may_take(const Ask& ask, int slots, ConnectionId caller);
  bool has_room(ModelFifo& fifo, const Ask& ask);
  // Both return the first that has to wait for others, if there is one.
  const ModelTicket* ask_line(ModelFifo& fifo);
  const ModelTicket* promote(ModelFifo& fifo);
  // When it may give its next turn by its rate.
  Instant next_turn(const ModelFifo& fifo) const;
  void take_slots(const ModelFifo& fifo, ModelTicket& ticket);
  void ask_by(Id fifo, Instant when);
  bool leave_if_alone(ModelTicket& ticket);
  enum class Given { kTaken, kLeft, kStopped, kWaits };
  Given give_turn(ModelFifo& fifo, ModelTicket& ticket);
  // --- several_rules.cc: turns in several FIFOs at once
  std::vector<ModelTicket*> group(const ModelTicket& ticket);
  bool is_next(ModelFifo& fifo, const ModelTicket* ticket, const Ask& as);
  bool are_next(const ModelTicket& ticket);
  void take_turn(ModelFifo& fifo, ModelTicket& ticket, bool attended);
  void release(Id id, bool broken);
  void accept(ModelFifo& fifo, ModelTicket& ticket);
  Expected grant(const ModelTicket& ticket, bool line) const;
  void end(ModelTicket& ticket, TicketEnd how, ErrorCode why);
  void settle(ModelFifo& fifo);
  void tell(const ModelTicket& ticket, const std::optional<ErrorCode>& end);
  std::vector<ConnectionId> callers_of(Id ticket) const;
  bool held_open(Id ticket) const;
  bool is_stopped(const ModelTicket& ticket) const;
  void release_gone();
  void end_calls_due();
  void end_destroyed();
  void expire_due();
  void recover_hold(ModelTicket& ticket, bool same_boot);
  void destroy(Id fifo);

  // --- joining_rules.cc: what a newcomer does about those who wait, and who
  // waits for the end of another's ticket
  // False: it is refused. Else whom it replaces.
  bool meet_waiting(ModelFifo& fifo, const Ask& ask, ConnectionId caller,
                    std::optional<Id>& replaced, Instant& first);
  void follow(std::optional<Id> replaced, Id by);
  // The clock of one that settles, and of who asks anew.
  struct Settling {
    Instant until;
    Duration settle{};
    Instant first;
    std::optional<Duration> at_most;
  };
  void begin_settling(Id id, const Ask& ask, Instant first);
  void postpone(Settling& settling);
  void stop_settling(Id id);
  void move_joiners(Id from, Id to);
  bool join(const Ask& ask, ConnectionId caller);
  void tell_joiners(const ModelTicket& ticket);
  void end_joins_due();

  // --- preempting_rules.cc: turns that are ended for one who comes later
  bool send_signal(const ModelTicket& turn, int number);
  void stop_preempting(const ModelTicket& ticket);
  // What its caller is told of it.
  nlohmann::json clear_way(const ModelFifo& fifo);
  bool has_live_caller(Id ticket) const;
  void kill_due();

  // --- queue_rules.cc: what is asked; message_rules.cc: who gets what
  bool ask_queue(const Ask& ask, ConnectionId caller);
  void tick_queues();
  ModelQueue* queue(const Ask& ask);
  ModelQueue* queue(Id id);
  ModelQueue& make_queue(const QueueConfig& config);
  void renew(ModelQueue& queue);
  void clear(const ModelQueue& queue);
  void put(const Ask& ask, ConnectionId caller);
  bool has_room(ModelQueue& queue);
  bool take(const Ask& ask, ConnectionId caller, ModelQueue& queue);
  std::optional<Expected> give(ModelQueue& queue, const Take& take,
                               const std::optional<Id>& chosen);
  std::optional<Expected> take_now(ModelQueue& queue, const Take& take,
                                   const std::optional<Id>& chosen);
  std::optional<Expected> given_before(ModelQueue& queue, const Take& take,
                                       const std::optional<Id>& chosen);
  Expected hand_out(ModelQueue& queue, ModelMessage message, const Take& take,
                    const std::optional<Id>& chosen);
  void at_index(const Ask& ask, ConnectionId caller, ModelQueue& queue);
  void remove(const Ask& ask, ConnectionId caller, ModelQueue& queue);
  void redrive(const Ask& ask, ConnectionId caller, ModelQueue& queue);
  void list(const Ask& ask, ConnectionId caller, const ModelQueue& queue);
  void serve(ModelQueue& queue);
  // The error of one who does not wait; none: something may be given out.
  std::optional<ErrorCode> withheld(const ModelQueue& queue);
  static bool is_full_in_flight(const ModelQueue& queue);
  Instant next_by_rate(const ModelQueue& queue) const;
  void forget_next(const ModelQueue& queue);
  void end_lease(const ModelQueue& queue, Id lease);
  bool is_lease(Id id, bool ephemeral) const;
  static Expected message_of(const ModelQueue& queue,
                             const ModelMessage& message, Id lease);
  // The error with which it is refused; none: done.
  std::optional<ErrorCode> requeue(Id queue, const ModelHidden& hidden,
                                   const Ask& how);
  ModelQueue* dead_letters_of(const QueueConfig& config, ErrorCode& why);
  void reinsert(ModelQueue& queue, ModelMessage message);
  // A new message, delayed until then.
  void append(ModelQueue& queue, ModelMessage message,
              std::optional<Instant> due);
  // A message of that group has gone.
  void unblock(ModelQueue& queue, const ModelMessage& gone);
  void due_hidden(bool ephemeral);
  void expire(ModelQueue& queue);

  // --- overview_rules.cc
  void overview(const Ask& ask, ConnectionId caller);
  bool listen(const Ask& ask, ConnectionId caller);

  // --- model.cc
  nlohmann::json census();
  void ask_lines();
  void refuse_stranded();
  void refuse(ConnectionId caller, ErrorCode code);
  void answer(ConnectionId caller, nlohmann::json json);

  Surroundings world_;
  Instant now_;
  Stored stored_;
  Stored committed_;
  Id last_id_ = 0;
  bool recovered_ = false;  // what recover() did is committed

  // In memory: what does not outlive the daemon.
  std::vector<Waiter> waiters_;
  std::vector<Waiter> joiners_;  // for the end of their ticket
  std::map<Id, Settling> settling_;
  std::map<Id, Settling> committed_settling_;
  std::map<Id, Settling> stopped_settling_;  // since then
  Preempting preempting_;
  Preempting committed_preempting_;
  std::vector<std::pair<pid_t, int>> signals_;  // see take_signals()
  // When a FIFO with a rate has given its last turn, or would have.
  std::map<Id, Instant> last_turn_;
  std::map<Id, Instant> committed_last_turn_;
  std::vector<Taker> takers_;  // in order of arrival
  std::vector<Listener> listeners_;
  std::set<Id> gone_;  // tickets whose caller or process is gone
  // Those of which one that was drawn with them has ended.
  std::set<Id> broken_;
  std::map<Id, Instant> lost_;
  std::map<Id, Instant> ask_again_;  // FIFOs whose line is stopped
  std::map<Id, Instant> committed_ask_again_;
  std::vector<ConnectionId> stranded_;  // wait for a ticket that never was
  std::set<Id> fresh_;  // queues that have a new message for those who wait
  // When a queue with a rate has given its last message, or would have.
  std::map<Id, Instant> last_given_;
  // When one that was asked too early is asked again.
  std::set<std::pair<Instant, Id>> next_given_;
  std::int64_t last_ephemeral_ = 0;
  // What an abort takes back of that.
  std::set<Id> released_;
  std::set<Id> touched_;
  std::set<Id> recheck_;
  // From whom to whom joiners went.
  std::vector<std::pair<Id, Id>> followed_;
};

Expected refusal_of(ErrorCode code);
std::string reference(Id id);  // "$7"

}  // namespace syncq::sim
