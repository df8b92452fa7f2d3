#include "cli/top/top_loop.h"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <optional>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/process/signals.h"
#include "cli/top/curses_screen.h"
#include "cli/top/screen.h"
#include "cli/top/top_requests.h"

namespace syncq {
namespace {

// Times go on while nothing else changes; and between two tries to reach a
// daemon that has gone.
constexpr auto kTick = std::chrono::seconds(1);
// One that ends each connection must not keep us busy.
constexpr auto kBeforeReturn = std::chrono::milliseconds(100);

ClientOptions for_screen(ClientOptions options) {
  options.no_spawn = true;
  // Nothing but ncurses writes on the terminal.
  options.quiet = true;
  return options;
}

class TopLoop {
 public:
  TopLoop(const ClientOptions& options, EventLines events, TopControl& control)
      : client_(for_screen(options)),
        control_(control),
        requests_(client_, control),
        signals_{SIGINT, SIGTERM, SIGHUP, SIGQUIT},
        events_(std::move(events)) {}

  // Returns the signal that ended it; 0: the user has.
  int run() {
    CursesScreen screen;
    while (control_.mode() != TopControl::Mode::kOver) {
      for (const TopRequest& each : control_.due()) requests_.send(each);
      draw(screen);
      if (!wait()) return SIGHUP;
      if (auto signal = signals_.take()) {
        return static_cast<int>(signal->ssi_signo);
      }
      while (auto press = screen.key()) {
        if (auto request = control_.press(*press)) requests_.send(*request);
      }
      requests_.receive();
      listen(screen);
    }
    return 0;
  }

 private:
  void draw(CursesScreen& screen) {
    Moment now = Moment::clock::now();
    if (control_.is_connected()) control_.model().pass(now);
    screen.draw(draw_top(control_, {screen.size(), now, wall_now()}));
  }

  // For a key, a signal, the daemon or the next second. SIGWINCH interrupts.
  // False if the terminal is gone, which SIGHUP need not have told.
  bool wait() {
    std::vector<pollfd> waited{{STDIN_FILENO, POLLIN, 0},
                               {signals_.fd(), POLLIN, 0}};
    if (events_) waited.push_back({events_->fd(), POLLIN, 0});
    requests_.add_to(waited);
    Deadline until = Deadline::after(kTick);
    if (!events_) until = earlier(until, come_back_);
    if (poll(waited.data(), waited.size(), until.poll_ms()) <= 0) return true;
    return (waited[0].revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
  }

  void listen(CursesScreen& screen) {
    try {
      if (!events_ && come_back_.passed()) {
        connect();
        screen.forget();
      }
      Deadline now = Deadline::after(Duration::zero());
      while (events_) {
        auto line = events_->next(now);
        if (!line) break;
        control_.connected(true);
        control_.take_event(*line, Moment::clock::now());
      }
    } catch (const ConnectionLost&) {
      lost();
    } catch (const Unreachable&) {
      lost();
    } catch (const Failure& failure) {
      if (failure.exit_code() != kExitNotInTime) throw;
      lost();
    }
  }

  void connect() {
    events_.emplace(client_, client_.connect(reach_by(client_.target())),
                    top_target("/events"), kListening, subject_);
  }

  void lost() {
    if (events_) {
      come_back_ = Deadline::after(kBeforeReturn);
    } else {
      come_back_ = Deadline::after(kTick);
    }
    events_.reset();
    control_.connected(false);
  }

  Client client_;
  TopControl& control_;
  TopRequests requests_;
  Signals signals_;
  const Subject subject_;
  std::optional<EventLines> events_;
  Deadline come_back_ = Deadline::never();
};

}  // namespace

RequestTarget top_target(std::string path) {
  RequestTarget target(std::move(path));
  target.add("limit", "500").add("waiting", "10");
  return target;
}

int run_top(const ClientOptions& options, EventLines events,
            TopControl& control) {
  int signal = TopLoop(options, std::move(events), control).run();
  // As it would have ended without a screen to leave.
  if (signal != 0) reraise_default(signal);
  return signal == 0 ? kExitOk : kExitSignalBase + signal;
}

}  // namespace syncq
