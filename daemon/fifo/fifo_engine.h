#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/result.h"
#include "daemon/commit/nearest_deadline.h"
#include "daemon/commit/notifier.h"
#include "daemon/commit/undo_log.h"
#include "daemon/fifo/events.h"
#include "daemon/fifo/fifo_calls.h"
#include "daemon/fifo/fifo_store.h"
#include "daemon/fifo/fifo_views.h"
#include "daemon/fifo/parked_callers.h"
#include "daemon/fifo/past_turns.h"
#include "daemon/fifo/population.h"
#include "daemon/fifo/position_notifier.h"
#include "daemon/fifo/preemptions.h"
#include "daemon/fifo/ticket_rules.h"
#include "daemon/fifo/turn_rate.h"
#include "daemon/process/processes.h"

namespace syncq {

// How often callers that were stopped when their turn came are looked at again,
// and how many processes are looked at in one go.
inline constexpr Duration kAskStopped = std::chrono::seconds(1);
inline constexpr int kMostLooks = 100;

// The rules of FIFOs and tickets (man/syncq-http.7). Knows neither sockets nor
// SQL nor a clock: `now` is handed in and must not go back. Answers that come
// later go to Notifier. Calls throw StoreError if the store fails; the
// transaction is then aborted, and rolled_back() must be called. One thread.
//
// A FIFO is named in calls by its UUID or its name.
class FifoEngine {
 public:
  FifoEngine(FifoStore& store, Notifier& notifier, Processes& processes,
             Events& events);
  ~FifoEngine();

  // To be called once, before all else, on a store that is not new; and again,
  // with `same_boot`, if the transaction in which it was is aborted.
  // `same_boot`: processes of the last run may still live.
  void recover(Instant now, bool same_boot);

  Result<Uuid> create(const NewFifo& wanted, Instant now, WallMillis wall);
  Result<Uuid> ticket(std::string_view fifo, const Overrides& overrides,
                      const TicketTerms& terms, Instant now);
  // The grant, or nullopt: the caller is parked and will be notified.
  Result<std::optional<Granted>> wait(std::string_view fifo, const Uuid& ticket,
                                      ConnectionId caller,
                                      std::optional<Duration> limit,
                                      Instant now);
  // How the ticket ended, or nullopt: the caller is parked, and will be
  // notified when it does. If it is replaced, that is when the other one does.
  Result<std::optional<TicketOver>> join(std::string_view fifo,
                                         const Uuid& ticket,
                                         ConnectionId caller,
                                         std::optional<Duration> limit,
                                         Instant now);
  // The ticket for which one with IfWaiting::kSkip is refused.
  std::optional<Uuid> last_in_line(std::string_view fifo);
  Result<> done(std::string_view fifo, const Uuid& ticket, const Done& how,
                Instant now, WallMillis wall);
  Result<> touch(std::string_view fifo, const Uuid& ticket, Instant now);
  Result<HoldReply> hold(std::string_view fifo, const HoldRequest& call,
                         ConnectionId caller, Instant now, WallMillis wall);
  // A live ticket made by hold.
  Result<Ticket> find_hold(std::string_view fifo, const Uuid& ticket,
                           Instant now);
  // Its process keeps the turn from now on, and those of the tickets that were
  // drawn with it.
  void set_command(const Ticket& of, const Process& command);
  // The same, said on the stream of a caller of hold.
  void announce(ConnectionId caller, const Process& command);
  // The caller of hold ends its turn, and says how its command ended (wait(2)),
  // if it knows.
  bool finish(ConnectionId caller, std::optional<int> status);
  // A new caller of hold has missed some of its news: it is told again.
  void not_told(ConnectionId caller);
  // While it is paused nobody is given a turn, and it is not destroyed for want
  // of use; whoever holds a turn keeps it. Idempotent.
  Result<> pause(std::string_view fifo, bool paused, Instant now);
  // Changes what is given, but not the name. More slots are given at once; of
  // fewer, those held beyond them are not given again, and there can't be fewer
  // than a waiting ticket takes. A held slot keeps its name, which can't be
  // that of another one meanwhile. Timeouts count for tickets made from now on.
  Result<> set(std::string_view fifo, const NewFifo& wanted, Instant now);
  // Of a ticket that waits: makes it the next one, before all priorities.
  Result<> front(std::string_view fifo, const Uuid& ticket, Instant now);
  // Ends a ticket, as done() does, but not one that is accepted.
  Result<> cancel(std::string_view fifo, const Uuid& ticket, Instant now);
  // Sends a signal to the process that has its turn, at once, whatever becomes
  // of the transaction; to a caller of hold whose process we don't see, the
  // word to do so. Returns its ticket. Without `ticket` one alone may have its
  // turn.
  Result<Ticket> kill(std::string_view fifo, const std::optional<Uuid>& ticket,
                      int signal, Instant now);
  // Idempotent: a FIFO that is not there is destroyed already.
  Result<> destroy(std::string_view fifo);

  // The caller's connection has closed. Returns whether it had its turn.
  bool caller_gone(ConnectionId caller);
  // The same for a remote caller, which may live on where we see nothing of
  // it: until then its turn waits for it, and with `keeps_place` its place in
  // line as well. Returns whether one does.
  bool caller_lost(ConnectionId caller, bool keeps_place, Instant until);
  // A process given to Processes::watch has ended, with this status (wait(2)),
  // if it is known.
  void process_ended(std::int64_t seq, std::optional<int> status);

  // Does all that is due. tick() again at next_deadline(), and after every
  // other call that may have changed something.
  void tick(Instant now, WallMillis wall);
  // The time of the next tick; none: nothing is due ever.
  std::optional<Instant> next_deadline();

  // The transaction was committed / aborted.
  void committed();
  void rolled_back();

  // Answers every parked caller with this: the daemon is going down. Their
  // tickets stay.
  void dismiss_callers(const Refusal& why);

  using View = FifoView;
  using TicketView = syncq::TicketView;
  std::vector<View> list(std::int64_t after, int limit, Instant now);
  Result<View> show(std::string_view fifo, Instant now);
  // Held ones first, then those waiting, in order. Looks at the processes of
  // the first `looks` of them.
  std::vector<TicketView> live_tickets(const Fifo& fifo, int limit, Instant now,
                                       int looks = kMostLooks);
  // As they are stored: those there are, and the next with live tickets, by id,
  // from the one behind `after`.
  std::vector<Fifo> rows(std::int64_t after, int limit) {
    return store_.list_fifos(after, limit);
  }
  struct InUse {
    std::int64_t id = 0;
    // None: it is destroyed, and its tickets are still to be ended.
    std::optional<Fifo> fifo;
  };
  std::optional<InUse> next_in_use(std::int64_t after);
  // The turns of a FIFO that have ended, the last ones drawn first, from the
  // one before the ticket `before`.
  std::vector<Ticket> history(std::int64_t fifo, std::int64_t before,
                              int limit) {
    return store_.ended_turns(fifo, before, limit);
  }
  // Of all FIFOs that there are. Looks at `looks` tickets and moves `before`
  // on: to 0 when there are no more.
  struct Turn {
    Ticket ticket;
    std::string fifo;  // its name, or its UUID
  };
  std::vector<Turn> history_of_all(std::int64_t& before, int looks);
  std::size_t parked() const { return parked_.size() + joiners_.size(); }
  // Changes since the last commit that an abort would take back.
  std::size_t undoable() const { return undo_.size(); }
  // Turns that are held by nothing but an open connection.
  std::int64_t connection_turns();

 private:
  Result<Fifo> find(std::string_view fifo);
  Result<Ticket> find(const Fifo& fifo, const Uuid& ticket, Instant now);
  View view_of(Fifo fifo, int looked, Instant now);
  static void configure(FifoConfig& config, const NewFifo& wanted);
  Result<> leaves_enough(const Fifo& fifo, const NewFifo& wanted);
  Result<> leaves_names(const Fifo& fifo, const NewFifo& wanted);
  Result<Fifo> create_fifo(const NewFifo& wanted, Instant now, WallMillis wall);
  Result<Fifo> get_or_create(std::string_view fifo, const HoldRequest& call,
                             Instant now, WallMillis wall, bool& created);
  // `own`: what equals the FIFO's own timeouts overrides nothing.
  Result<Timeouts> timeouts_for(const Fifo& fifo, const Overrides& overrides,
                                bool own);
  Ticket new_ticket(const Fifo& fifo, const Uuid& uuid,
                    const Timeouts& timeouts, const TicketTerms& terms,
                    Instant now);
  // It is stored, and waits from now on.
  void join_line(const Ticket& ticket);
  // Of a newcomer that would wait: whom it is to replace, or why there is to be
  // none.
  Result<std::optional<Ticket>> meet_waiting(Fifo& fifo,
                                             const TicketTerms& terms,
                                             Instant now);
  // Returns when the first of those who asked did.
  Instant end_replaced(Fifo& fifo, std::optional<Ticket>& replaced,
                       Instant now);
  void follow(const std::optional<Ticket>& replaced, const Ticket& by);
  // fifo_settling.cc
  void settle(const Ticket& ticket, const TicketTerms& terms, Instant first,
              Instant now);
  void postpone(const Ticket& waiting, Instant now);
  void stop_settling(std::int64_t seq);
  std::optional<Instant> settles_until(std::int64_t seq, Instant now) const;
  // Of one that could have its turn: none, it has it now.
  std::optional<Instant> stands_until(const Fifo& fifo, const Ticket& ticket,
                                      Instant now) const {
    auto settled = settles_until(ticket.seq, now);
    return settled ? settled : rate_.next(fifo, now);
  }
  void tell_joiners(const Ticket& ticket);
  // fifo_preempting.cc
  // Ends the turns in the way of the first in line, if it asks for that.
  Preempted clear_way(const Fifo& fifo, Instant now);
  static void put_needed_first(std::vector<Ticket>& turns, Fifo then,
                               const Ticket& first);
  bool has_live_caller(const Ticket& ticket) const;
  void take_over(const Fifo& fifo, std::int64_t turn,
                 Preemptions::Ending ending, const Ticket& first, Instant now);
  void kill_due(Instant now);
  std::string why_not_now(const Fifo& fifo, const TicketTerms& terms,
                          Instant now) const;
  Result<HoldReply> new_hold(Fifo fifo, const HoldRequest& call,
                             ConnectionId caller, Instant now);
  Result<HoldReply> reattach(std::string_view fifo, const HoldRequest& call,
                             ConnectionId caller, Instant now);
  bool is_known(const Uuid& ticket, Instant now);
  struct Standing {
    std::int64_t lead = 0;
    std::int64_t rank = 0;
  };
  Ticket draw(Fifo& fifo, const HoldRequest& call, const Uuid& uuid,
              const Timeouts& timeouts, bool free, Standing standing,
              HoldReply& start, Instant now);
  HoldReply take_back(Fifo& fifo, Ticket& ticket, Instant now);
  struct Member {
    Fifo fifo;
    Ticket ticket;
  };
  void park_hold(const Fifo& fifo, const Ticket& ticket,
                 std::span<const Member> others, const HoldRequest& call,
                 ConnectionId caller, bool is_new, HoldReply& start,
                 Instant now);
  // fifo_group.cc
  struct Wanted {
    std::string name;
    std::int64_t fifo = 0;  // 0: it is to be made
    Timeouts timeouts{};
  };
  Result<Wanted> want(std::string_view name, const HoldRequest& call,
                      Instant now);
  Result<std::vector<Wanted>> want_all(std::string_view name,
                                       const HoldRequest& call, Instant now);
  bool have_room(const std::vector<Wanted>& all, const TicketTerms& terms,
                 Instant now);
  Result<HoldReply> hold_several(std::string_view name, const HoldRequest& call,
                                 ConnectionId caller, Instant now,
                                 WallMillis wall);
  Result<HoldReply> reattach_group(const Ticket& first, const HoldRequest& call,
                                   ConnectionId caller, Instant now);
  bool is_waited_for(const Fifo& fifo, const HoldRequest& call);
  std::int64_t rank_of_all(const std::vector<Wanted>& all,
                           const HoldRequest& call);
  bool is_next(const Fifo& fifo, const InLine& place, bool shared, int take,
               Instant now);
  void end_others(const Ticket& ended);
  // Itself among them.
  std::vector<Ticket> together_with(const Ticket& ticket);
  // What the FIFOs of the others are called.
  std::vector<std::string> names_with(const Ticket& ticket);

  // Whether the next ticket may have its turn now: the one rule of admission,
  // for those in line and for newcomers. A shared one joins those that have
  // their turn; if even that is not admitted, none is.
  static bool admits(const Fifo& fifo, bool shared, int take = 1) {
    bool joins = shared && fifo.shared > 0;
    int others = fifo.slots_taken() - (joins ? 1 : 0);
    return !fifo.paused && others + take <= fifo.config.slots &&
           fifo.held < kMaxHeld;
  }
  // Gives turns to those who are first in line. Changes `fifo` only; save()
  // writes it. Returns the first one that is still to be asked, or to wait for
  // others; none: those who wait are all stopped.
  std::optional<InLine> promote(Fifo& fifo, Instant now);
  // Whether all who could take its turn are stopped.
  bool is_stopped(const Ticket& ticket);
  // Whether it has ended, since its callers left for good.
  bool leave_if_alone(Fifo& fifo, Ticket& ticket, Instant now);
  bool attended(const Ticket& ticket) const;
  enum class Given { kTaken, kLeft, kStopped, kWaits };
  Given give_turn(Fifo& fifo, Ticket& ticket, Instant now);
  Given give_turns(Fifo& fifo, Ticket& ticket, Instant now);
  void make_ready(Ticket& ticket, Instant now);
  bool has_room(Fifo& fifo, const TicketTerms& terms, Instant now);
  std::optional<InLine> ask_again(Fifo& fifo, Instant now);
  void ask_stopped(Instant now);
  void ask_by(std::int64_t fifo, Instant when);
  void forget_passed_over(std::int64_t fifo);
  Granted accept(Fifo& fifo, Ticket& ticket, Instant now);
  void set_state(Ticket& ticket, TicketState state, Duration clock,
                 Instant now);
  void end(Fifo& fifo, Ticket& ticket, TicketEnd how, const Refusal& why,
           Instant now);
  // The same for one that may have had its turn: with how that ended, if it is
  // known, and when.
  void end_turn(Fifo& fifo, Ticket& ticket, TicketEnd how, const Refusal& why,
                std::optional<int> status, Instant now, WallMillis wall);
  void save(Fifo& fifo, Instant now);
  void take_slots(Fifo& fifo, Ticket& ticket, Instant now);
  void notify_all(const Ticket& ticket, const Notice& notice);
  // Sends a signal to the process of a turn, or the word to do so to its
  // caller. Whether there is one.
  bool send_signal(const Ticket& turn, int signal);

  void expire(Ticket ticket, Instant now, WallMillis wall);
  void expire_due(Instant now, WallMillis wall);
  Refusal not_in_time(const ParkedCallers::Entry& entry);
  void end_calls_due(Instant now);
  void end_joins_due(Instant now);
  void destroy(const Fifo& fifo, const Refusal& why);
  void end_destroyed(int most, Instant now);
  void release_if_gone(std::int64_t seq, std::optional<int> status, bool broken,
                       Instant now, WallMillis wall);
  void give_up_lost(Instant now);
  void release_gone(Instant now, WallMillis wall);
  bool held_by_process(const Ticket& ticket);
  void unwatch(const Ticket& ticket);
  void recheck_if_undone(std::int64_t seq) {
    undo_.push([this, seq] { recheck_.insert(seq); });
  }
  void recheck(std::int64_t seq, Instant now);
  void recover_lines(Instant now);
  void recover_destroyed();
  void recover_hold(const Ticket& ticket, Instant now, bool same_boot);
  void forget(Instant now);
  void forget_turns(const Fifo& fifo, const Ticket& last, Instant now);
  void forget_oldest_turns(Instant now);
  Result<Ticket> holder(const Fifo& fifo, const std::optional<Uuid>& uuid,
                        Instant now);

  FifoStore& store_;
  Notifier& notifier_;
  Processes& processes_;
  Events& events_;
  // A FIFO with a free slot whose line is stopped. `after`: the last ticket
  // that was looked at, if there was no time for all.
  struct PassedOver {
    Instant ask_again;
    InLine after;
  };

  Population population_;
  ParkedCallers parked_;
  ParkedCallers joiners_;  // wait for the end of a ticket
  // Tickets that wait until nobody asks anew. Memory only: after a restart they
  // have settled.
  struct Settling {
    Instant until;
    Duration settle{};
    Instant first;  // when the first of those who asked did
    Duration at_most{};
  };
  std::map<std::int64_t, Settling> settling_;
  std::map<std::int64_t, PassedOver> passed_over_;
  Preemptions preemptions_{undo_};
  TurnRate rate_{undo_};
  PastTurns past_turns_;
  PositionNotifier positions_;
  // Destroyed FIFOs whose tickets are still to be ended, and what those are
  // told.
  std::map<std::int64_t, Refusal> destroyed_;
  // Tickets whose caller or process is gone, not yet handled, and how the
  // process ended, if that is known.
  std::map<std::int64_t, std::optional<int>> gone_;
  // The same of tickets of which one that was drawn with them has ended. Empty
  // after each tick.
  std::map<std::int64_t, std::optional<int>> broken_;
  // Tickets that wait for a lost caller, and until when. Memory only: after a
  // restart each gets new time to come back.
  std::unordered_map<std::int64_t, Instant> lost_;
  // The same by time, with what is no longer so.
  std::multimap<Instant, std::int64_t> lost_until_;
  // Tickets of hold whose connection or process an aborted transaction changed.
  std::set<std::int64_t> recheck_;
  // Callers of wait whose ticket was made in an aborted transaction.
  std::vector<ConnectionId> stranded_;
  // What this transaction has changed of all that. Nothing is pushed that can
  // happen again and again without a write: only a commit clears it.
  UndoLog undo_;
  NearestDeadline nearest_;
  // Tickets that have ended: those that never had a turn, and turns.
  std::int64_t ended_ = 0;
  std::int64_t turns_ = 0;
  bool ended_known_ = false;
  // Where to go on looking for the oldest turns, and not before when.
  std::int64_t oldest_after_ = 0;
  Instant look_for_oldest_;
};

}  // namespace syncq
