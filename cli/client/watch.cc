#include "cli/client/watch.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "cli/base/failure.h"
#include "cli/base/live_text.h"
#include "cli/base/output.h"
#include "cli/base/terminal.h"
#include "cli/client/event_lines.h"
#include "cli/client/json_fields.h"

namespace syncq {
namespace {

using std::chrono::milliseconds;
using Clock = Deadline::Clock;

// Times go on while nothing else changes.
constexpr Duration kRedrawEvery = std::chrono::seconds(1);

// One that ends each connection must not keep us busy.
constexpr Duration kBeforeNext = milliseconds(100);

// Lets the times in it go on: what is left of one that runs out becomes less.
void advance(nlohmann::json& value, std::int64_t ms) {
  if (!value.is_object() && !value.is_array()) return;
  for (auto it = value.begin(); it != value.end(); ++it) {
    if (value.is_object() && it->is_number_integer() &&
        it.key().ends_with("_ms")) {
      if (it.key() == "expected_run_ms") continue;  // all of it, always
      bool runs_out = it.key() == "deadline_ms" || it.key() == "due_ms" ||
                      it.key() == "expected_wait_ms" ||
                      it.key() == "settles_ms";
      auto number = it->get<std::int64_t>();
      *it = runs_out ? std::max<std::int64_t>(number - ms, 0) : number + ms;
    } else {
      advance(*it, ms);
    }
  }
}

ClientOptions without_spawn(ClientOptions options) {
  options.no_spawn = true;
  return options;
}

// Rows and JSON are for programs, too.
bool draws_on_terminal(const ClientOptions& options) {
  return !options.json() && can_redraw_stdout();
}

// Whether somebody still reads our stdout.
bool is_read() {
  pollfd output{STDOUT_FILENO, 0, 0};
  return poll(&output, 1, 0) == 0 ||
         (output.revents & (POLLERR | POLLNVAL)) == 0;
}

class Watch {
 public:
  Watch(const ClientOptions& options, const Watched& watched)
      : starter_(options),
        client_(without_spawn(options)),
        options_(options),
        watched_(watched),
        draws_(draws_on_terminal(options)) {}

  [[noreturn]] void run() {
    DaemonConnection connection = starter_.connect();
    for (;;) {
      try {
        follow(std::move(connection));
      } catch (const ConnectionLost&) {
      } catch (const Unreachable&) {
        // By what `ask` does.
      }
      connection = come_back();
    }
  }

 private:
  // Until the connection is lost.
  [[noreturn]] void follow(DaemonConnection connection) {
    EventLines lines(client_, std::move(connection), watched_.events,
                     watched_.doing, watched_.subject);
    for (;;) {
      Deadline redraw =
          draws_ ? Deadline::after(kRedrawEvery) : Deadline::never();
      if (auto line = lines.next(redraw)) {
        show(watched_.ask ? watched_.ask(client_) : *line);
      } else {
        draw();
      }
    }
  }

  void show(const std::string& text) {
    if (options_.json()) return print_line(text);
    shown_ = nlohmann::json::parse(text, nullptr, false);
    shown_at_ = Clock::now();
    draws_ ? draw() : print_rows();
  }

  void draw(std::string_view note = "") {
    nlohmann::json now = shown_;
    auto passed = Clock::now() - shown_at_;
    advance(now, std::chrono::duration_cast<milliseconds>(passed).count());
    std::string text = text_of(watched_.view, options_, now);
    // Who knows how far the terminal's next tab is.
    std::replace(text.begin(), text.end(), '\t', ' ');
    live_.draw(text, note);
  }

  // The daemon tells also what is the same but for its times. Whoever no longer
  // reads shows only when we write.
  void print_rows() {
    std::string rows = text_of(watched_.view, options_, shown_);
    if (rows == printed_ && is_read()) return;
    print(rows + '\n');
    printed_ = std::move(rows);
  }

  // To the next daemon, once there is one.
  DaemonConnection come_back() {
    constexpr std::string_view kGone =
        "the daemon has ended; waiting for the next one";
    std::this_thread::sleep_for(kBeforeNext);
    for (bool told = false;; told = true) {
      try {
        return client_.connect();
      } catch (const Unreachable&) {
        // Not yet.
      }
      if (draws_) {
        draw(kGone);
      } else if (!told) {
        say(kGone);
      }
      std::this_thread::sleep_for(kRedrawEvery);
    }
  }

  Client starter_;  // of the first connection
  Client client_;
  const ClientOptions& options_;
  const Watched& watched_;
  const bool draws_;
  LiveText live_;
  nlohmann::json shown_;
  Clock::time_point shown_at_ = Clock::now();
  std::optional<std::string> printed_;
};

}  // namespace

void watch(const ClientOptions& options, const Watched& watched) {
  if (!options.json() && options.format.empty() && !can_redraw_stdout()) {
    throw Failure(
        "-w draws on a terminal, and stdout is none that can: use -o json for "
        "a line for each change, or --format",
        kExitUsage);
  }
  Watch(options, watched).run();
}

}  // namespace syncq
