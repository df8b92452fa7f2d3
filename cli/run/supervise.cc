#include "cli/run/supervise.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "cli/base/exit_code.h"
#include "cli/base/output.h"
#include "cli/process/child.h"
#include "cli/process/exec_command.h"
#include "cli/process/signals.h"
#include "cli/run/announcement.h"
#include "cli/run/farewell.h"
#include "cli/run/reattach.h"
#include "common/tcp_watch.h"

namespace syncq {
namespace {

// Between TERM and KILL for a command that has lost its turn.
constexpr Duration kGrace = std::chrono::seconds(10);

class Supervisor {
 public:
  Supervisor(Client& client, Turn turn, HoldQuery again,
             const RunOptions& options)
      : client_(client),
        options_(options),
        again_(std::move(again)),
        done_timeout_(turn.grant.done_timeout),
        silence_(turn.grant.connection_timeout / kPartsOfTimeout),
        stream_(std::move(turn.stream)),
        child_(options.command, signals_) {}

  int run() {
    watch_connection();
    begin();
    for (;;) {
      if (exec_error_ != 0) {
        int code = report_exec_error(options_.command, exec_error_);
        code = options_.exec_failed_code.value_or(code);
        end_turn(code << 8);
        return code;
      }
      wait();
      pass_signals();
      if (auto state = child_.poll_state()) {
        if (state->kind != ChildState::Kind::kStopped) return finish(*state);
        stop_with_child(state->value);
      }
      if (due_.passed()) end_command();
      on_connection();
      if (silent_until().passed()) give_up_turn();
    }
  }

 private:
  // Until a signal, the connection or a deadline needs attention.
  void wait() {
    pollfd fds[3] = {
        {signals_.fd(), POLLIN, 0}, {-1, POLLIN, 0}, {-1, POLLIN, 0}};
    if (stream_) fds[1].fd = stream_->fd();
    if (reattach_) fds[1].fd = reattach_->fd();
    if (announcement_) fds[2].fd = announcement_->fd();
    Deadline wake = earlier(due_, silent_until());
    if (stream_) wake = earlier(wake, stream_->next_beat());
    poll(fds, 3, wake.poll_ms());
    connection_ready_ = fds[1].revents != 0;
    answer_ready_ = fds[2].revents != 0;
  }

  void pass_signals() {
    while (auto signal = signals_.take()) {
      auto number = static_cast<int>(signal->ssi_signo);
      if (number == SIGCONT) {
        // One sent to the group has woken the command already.
        if (child_.is_stopped()) child_.signal(SIGCONT);
      } else if (number != SIGCHLD &&
                 should_forward(*signal, child_.pid(),
                                child_.has_pending(number))) {
        child_.signal(number);
      }
    }
  }

  // Our parent, a shell, sees the job stop as with the bare command.
  void stop_with_child(int number) {
    // It may have been continued since; then no one would continue us.
    if (!child_.is_stopped()) return;
    if (stream_) follow([this] { stream_->pause(); });
    // In an orphaned process group, where no shell could continue us, SIGTSTP
    // stops no process (POSIX.1-2017, XSH 2.4.3); SIGSTOP would.
    reraise_default(number == SIGSTOP ? SIGTSTP : number);
  }

  // --timeout has passed, or the turn is lost: TERM, then KILL.
  void end_command() {
    if (asked_) {
      child_.signal_all(SIGKILL);
      due_ = Deadline::never();
      return;
    }
    timed_out_ = !lost_;
    send_term(lost_ ? std::optional(grace()) : options_.kill_after);
  }

  void send_term(std::optional<Duration> kill_after) {
    asked_ = true;
    child_.signal_all(SIGTERM);
    // A stopped command acts on it only when continued, as in timeout(1).
    child_.signal_all(SIGCONT);
    due_ = kill_after ? Deadline::after(*kill_after) : Deadline::never();
  }

  void on_connection() {
    if (connection_ready_ && reattach_) {
      finish_reattach();
    } else if (connection_ready_ && stream_) {
      follow([this] { read_stream(); });
    }
    if (answer_ready_ && announcement_) follow([this] { read_answer(); });
    if (stream_ && stream_->next_beat().passed()) {
      follow([this] { stream_->beat(); });
    }
  }

  // Runs a step on the connection, which may turn out to be lost.
  template <typename Step>
  void follow(Step step) {
    try {
      step();
    } catch (const Failure&) {
      lose_connection(give_up());
    }
  }

  void lose_connection(Deadline until) {
    auto heard = Deadline::Clock::now();
    // It counts from then, however late it was seen.
    if (stream_ && again_.beats) {
      heard = std::min(heard, stream_->proven() + silence_);
    }
    stream_.reset();
    announcement_.reset();
    reattach_.emplace(client_, again_, until, longest_pause(), heard);
  }

  void read_stream() {
    while (auto event = stream_->next(Deadline::after(Duration::zero()))) {
      if (event->kind == HoldEvent::Kind::kSignal && event->signal != 0) {
        child_.signal(event->signal);
      }
      if (event->kind != HoldEvent::Kind::kEnded) continue;
      // The daemon closes the connection next.
      if (event->error == "shutting_down") break;
      lose_turn(event->message);
      stream_.reset();
      announcement_.reset();
      return;
    }
  }

  // A daemon of another machine sees nothing of our processes.
  void begin() {
    if (client_.target().is_remote()) return begin_command();
    follow([this] { announce(); });
  }

  void announce() { announcement_.emplace(client_, again_, child_.pid()); }

  void read_answer() {
    if (!announcement_->answered()) return;
    announcement_.reset();
    begin_command();
  }

  // The daemon has stored the process: the command never runs without the turn
  // bound to it.
  void begin_command() {
    if (std::exchange(begun_, true)) return;
    exec_error_ = child_.begin();
    if (options_.timeout) due_ = Deadline::after(*options_.timeout);
  }

  // A local daemon that knows the process keeps its turn whether we are
  // attached or not; a remote one only for the done timeout.
  Deadline give_up() const {
    bool forever =
        !client_.target().is_remote() || done_timeout_ == Duration::zero();
    return forever ? Deadline::never() : Deadline::after(done_timeout_);
  }

  // The daemon passes the turn on no sooner than a connection timeout after it
  // has lost us. By seven eighths of that the command has ended: two until we
  // notice, three for attempts to come back, two for it to end by TERM.
  void watch_connection() {
    if (silence_ > Duration::zero()) watch_tcp_peer(stream_->fd(), silence_);
  }

  Deadline silent_until() const {
    bool bounded = reattach_ && silence_ > Duration::zero() && !lost_;
    return bounded ? Deadline::at(reattach_->heard() + silence_ * 3 / 2)
                   : Deadline::never();
  }

  // What still tries to come back goes on: if it does, the turn is kept until
  // the command has ended.
  void give_up_turn() {
    Deadline kill = Deadline::at(reattach_->heard() + silence_ * 5 / 2);
    lose_turn("the daemon can't be reached");
    due_ = earlier(due_, kill);
  }

  Duration longest_pause() const {
    constexpr Duration kLongest = std::chrono::seconds(2);
    return silence_ > Duration::zero() ? std::min(kLongest, silence_ / 4)
                                       : kLongest;
  }

  Duration grace() const {
    return silence_ > Duration::zero() ? std::min(kGrace, silence_) : kGrace;
  }

  void finish_reattach() {
    stream_ = reattach_->take();
    std::string failure = reattach_->failure();
    reattach_.reset();
    if (!stream_) return lose_turn(failure);
    if (lost_) return;
    watch_connection();
    // poll(2) does not report again what came with the answer.
    begin();
    if (stream_) follow([this] { read_stream(); });
  }

  void lose_turn(std::string_view why) {
    if (std::exchange(lost_, true)) return;
    say(fmt::format("run {}: the turn is lost: {}; ending the command",
                    options_.name, why));
    if (!asked_) send_term(grace());
  }

  // With how the command ended (wait(2)), which the daemon can't see itself.
  void end_turn(int status) {
    if (silence_ == Duration::zero()) return tell_status(status);
    // Else a daemon that sees nothing of our processes would wait for us to
    // come back. If it can't be told, it does.
    Deadline deadline = Deadline::after(2 * silence_);
    while (!said_done(status, deadline) && !deadline.passed()) {
    }
  }

  // The turn ends with us in any case.
  void tell_status(int status) {
    constexpr Duration kBound = std::chrono::seconds(1);
    if (!stream_) return;
    try {
      post_done(client_, again_, Deadline::after(kBound), status);
    } catch (const Failure&) {
      // Then history does not know it.
    }
  }

  // False if it has to be tried again.
  bool said_done(int status, Deadline deadline) {
    if (reattach_ && !stream_ && !lost_) await_reattach(deadline);
    if (!stream_) return true;
    try {
      again_.beats ? stream_->finish(status, deadline)
                   : post_done(client_, again_, deadline, status);
      return true;
    } catch (const Failure&) {
      lose_connection(deadline);
      return false;
    }
  }

  // The connection broke just before the command ended.
  void await_reattach(Deadline deadline) {
    pollfd ended{reattach_->fd(), POLLIN, 0};
    while (poll(&ended, 1, deadline.poll_ms()) < 0 && errno == EINTR) {
    }
    if (ended.revents != 0) stream_ = reattach_->take();
  }

  int finish(const ChildState& state) {
    bool exited = state.kind == ChildState::Kind::kExited;
    end_turn(exited ? state.value << 8 : state.value);
    if (lost_) return kExitOwnFailure;
    if (exited) {
      return timed_out_ ? kExitTimedOut : state.value;
    }
    if (timed_out_) {
      return state.value == SIGKILL ? kExitSignalBase + SIGKILL : kExitTimedOut;
    }
    reraise_default(state.value);
    return kExitSignalBase + state.value;
  }

  Client& client_;
  const RunOptions& options_;
  HoldQuery again_;
  Duration done_timeout_;
  Duration silence_;  // zero: the turn does not depend on a network
  Signals signals_;
  std::optional<HoldStream> stream_;
  Child child_;
  std::optional<Announcement> announcement_;
  std::optional<Reattach> reattach_;
  Deadline due_ = Deadline::never();
  int exec_error_ = 0;
  bool begun_ = false;
  bool connection_ready_ = false;
  bool answer_ready_ = false;
  bool asked_ = false;
  bool timed_out_ = false;
  bool lost_ = false;
};

}  // namespace

int supervise(Client& client, Turn turn, HoldQuery again,
              const RunOptions& options) {
  return Supervisor(client, std::move(turn), std::move(again), options).run();
}

}  // namespace syncq
