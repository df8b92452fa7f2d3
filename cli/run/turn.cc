#include "cli/run/turn.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <utility>

#include "cli/base/failure.h"
#include "cli/client/daemon_process.h"
#include "cli/run/farewell.h"
#include "cli/run/preempting.h"
#include "common/uuid.h"

namespace syncq {
namespace {

using Kind = HoldEvent::Kind;

// How long the daemon may stay away while we wait.
const Duration kReattachBound = patience(std::chrono::seconds(30));

class Wait {
 public:
  Wait(Client& client, HoldQuery query, Deadline limit, WaitingLine& line)
      : client_(client), query_(std::move(query)), limit_(limit), line_(line) {
    // If an answer is lost, we ask for the same ticket again: a second one
    // would stand behind the first and wait for itself.
    query_.ticket = Uuid::random().text();
  }

  Turn run() {
    for (;;) {
      try {
        return attend();
      } catch (const ConnectionLost& lost) {
        unsure_ = unsure_ || lost.sent();
        recover(lost);
      } catch (const HoldRefused& refused) {
        if (refused.code() == "shutting_down" ||
            refused.code() == "too_many_callers") {
          recover(refused);
        } else if (!draw_anew(refused.code())) {
          throw;
        }
      } catch (const Unreachable& unreachable) {
        if (query_.create && !unsure_) throw;
        recover(unreachable);
      }
    }
  }

 private:
  // Whether to draw a ticket after all: we were never told of the last one.
  bool draw_anew(const std::string& code) {
    if (told_of_end_) return false;
    bool ended = code == "cancelled" || code == "done" || code == "expired";
    if (ended && !query_.create && client_.target().is_remote()) {
      // It was kept for a while; the command has not begun.
      line_.note(
          "the place in line was lost with the connection; a new ticket");
      query_.create = true;
    }
    if (!query_.create) return false;
    // It was drawn, and ended with the connection that carried its answer.
    if (ended) query_.ticket = Uuid::random().text();
    return ended;
  }

  // One connection's part of the wait.
  Turn attend() {
    query_.timeout = limit_.is_never() ? Duration::zero() : limit_.left();
    if (limit_.passed()) throw not_in_time();
    // The daemon keeps the limit; ours is in case it hangs.
    Deadline own_limit =
        limit_.is_never()
            ? limit_
            : Deadline::after(limit_.left() + std::chrono::seconds(2));
    DaemonConnection connection = client_.connect(limit_);
    // From the request on: it may have the turn as soon as that is sent.
    std::optional<Farewell> farewell;
    if (client_.target().is_tcp()) farewell.emplace(client_, query_);
    HoldStream stream(client_, query_, std::move(connection));
    // The first answer comes soon; the others may take any time.
    Deadline first = Deadline::after(kReplyBound);
    bool answered = false;
    for (;;) {
      auto event = next_event(
          stream, farewell,
          earlier(earlier(answered ? line_.next_redraw() : first, own_limit),
                  stream.next_beat()));
      if (stream.next_beat().passed()) stream.beat();
      if (event) {
        answered = true;
        if (take(*event)) return {std::move(stream), fifos_, *event};
      } else if (own_limit.passed()) {
        throw not_in_time();
      } else if (answered) {
        line_.redraw();
      } else if (!first.passed()) {
        continue;
      } else if (client_.target().is_remote() || query_.nowait) {
        throw Failure(no_reply(client_.target()));
      } else {
        note_trouble();
        first = Deadline::after(kReplyBound);
      }
    }
  }

  // nullopt at the deadline.
  static std::optional<HoldEvent> next_event(HoldStream& stream,
                                             std::optional<Farewell>& farewell,
                                             Deadline deadline) {
    if (!farewell) return stream.next(deadline);
    for (;;) {
      auto event = stream.next(Deadline::after(Duration::zero()));
      farewell->leave_if_told();
      if (event || deadline.passed()) return event;
      pollfd fds[2] = {{stream.fd(), POLLIN, 0}, {farewell->fd(), POLLIN, 0}};
      poll(fds, 2, deadline.poll_ms());
    }
  }

  // Whether it was the grant.
  bool take(const HoldEvent& event) {
    switch (event.kind) {
      case Kind::kTicket:
        query_.ticket = event.ticket;
        query_.create = false;
        fifos_ = event.fifo;
        for (const auto& other : event.others) fifos_ += ',' + other.fifo;
        line_.stand_in(1 + event.others.size());
        trouble_ = Deadline::never();
        if (auto ends = preempting_text(event); !ends.empty()) {
          line_.note(fmt::format("{}: {}", query_.fifo, ends));
        }
        break;
      case Kind::kPosition:
        line_.show(event.position);
        break;
      case Kind::kGrant:
        return true;
      case Kind::kEnded:
        throw_ended(event);
      case Kind::kBeat:
      case Kind::kSignal:
      case Kind::kUnknown:
        break;
    }
    return false;
  }

  [[noreturn]] void throw_ended(const HoldEvent& event) {
    told_of_end_ = event.error != "shutting_down";
    if (event.error == "shutting_down") {
      throw ConnectionLost(event.message, true);
    }
    bool in_time =
        event.error != "wait_timeout" && event.error != "still_waiting";
    throw HoldRefused(event.error, event.message, in_time ? 410 : 408);
  }

  Failure not_in_time() const {
    return Failure("its turn did not come in time", kExitNotInTime);
  }

  // After a loss: waits a little longer each time, and gives up after a while
  // without any ticket line. Not if the same daemon has run all along: it has
  // no room now, but will have.
  void recover(const Failure& lost) {
    if (trouble_.is_never()) {
      trouble_ = Deadline::after(kReattachBound);
      pause_ = std::chrono::milliseconds(5);
      daemon_ = query_.nowait ? std::nullopt : local_daemon();
    }
    if (trouble_.passed()) {
      if (!daemon_ || daemon_ != local_daemon()) throw Failure(lost);
      trouble_ = Deadline::after(kReattachBound);
      note_trouble();
    }
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(pause_ * 2, std::chrono::milliseconds(500));
  }

  std::optional<pid_t> local_daemon() const {
    const Target& target = client_.target();
    return target.is_remote() ? std::nullopt : find_daemon(target);
  }

  void note_trouble() {
    if (std::exchange(troubled_, true)) return;
    line_.note("the daemon has not answered yet; waiting on");
  }

  Client& client_;
  HoldQuery query_;
  Deadline limit_;
  WaitingLine& line_;
  std::string fifos_;
  bool unsure_ = false;
  bool troubled_ = false;
  // The daemon ended the ticket while we were connected.
  bool told_of_end_ = false;
  std::optional<pid_t> daemon_;
  Deadline trouble_ = Deadline::never();
  std::chrono::milliseconds pause_{};
};

}  // namespace

Turn wait_for_turn(Client& client, HoldQuery query, Deadline limit,
                   WaitingLine& line) {
  return Wait(client, std::move(query), limit, line).run();
}

}  // namespace syncq
