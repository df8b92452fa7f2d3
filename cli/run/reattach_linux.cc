#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>

#include "cli/base/failure.h"
#include "cli/run/reattach.h"
#include "common/unique_fd.h"

namespace syncq {

using std::chrono::steady_clock;

// Shared by the thread and its creator; the eventfd orders their accesses.
struct Reattach::Work {
  Client& client;
  HoldQuery query;
  Deadline give_up;
  Duration longest_pause;
  UniqueFd ended;
  std::optional<HoldStream> stream;
  std::string failure;
  std::atomic<steady_clock::time_point> heard;

  void run();
  bool attempt();
};

// True if it is over, successful or not.
bool Reattach::Work::attempt() {
  try {
    HoldStream fresh(client, query);
    while (auto event = fresh.next(Deadline::after(kReplyBound))) {
      heard = steady_clock::now();
      if (event->kind == HoldEvent::Kind::kGrant) {
        stream.emplace(std::move(fresh));
        return true;
      }
      if (event->kind != HoldEvent::Kind::kEnded) continue;
      failure = event->message;
      return event->error != "shutting_down";
    }
    failure = "the daemon does not answer";
  } catch (const HoldRefused& refused) {
    failure = refused.what();
    heard = steady_clock::now();
    // A refusal of the ticket itself stands; a daemon in trouble may recover.
    return refused.code() == "not_found" || refused.code() == "expired" ||
           refused.code() == "cancelled" || refused.code() == "done" ||
           refused.code() == "destroyed" || refused.code() == "wait_timeout";
  } catch (const Unreachable& unreachable) {
    failure = unreachable.what();
    if (unreachable.error() == ECONNREFUSED &&
        !client.target().is_this_machine()) {
      heard = steady_clock::now();
    }
  } catch (const Failure& lost) {
    failure = lost.what();
  }
  return false;
}

void Reattach::Work::run() {
  Duration pause = std::chrono::milliseconds(5);
  while (!attempt() && !give_up.passed()) {
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, longest_pause);
  }
  eventfd_write(ended.get(), 1);
}

Reattach::Reattach(Client& client, HoldQuery query, Deadline give_up,
                   Duration longest_pause, steady_clock::time_point heard)
    : work_(new Work{client,
                     std::move(query),
                     give_up,
                     longest_pause,
                     above_stdio(UniqueFd(eventfd(0, EFD_CLOEXEC))),
                     {},
                     {},
                     heard}) {
  std::thread([work = work_] { work->run(); }).detach();
}

steady_clock::time_point Reattach::heard() const { return work_->heard; }

int Reattach::fd() const { return work_->ended.get(); }

std::optional<HoldStream> Reattach::take() { return std::move(work_->stream); }

const std::string& Reattach::failure() const { return work_->failure; }

}  // namespace syncq
