#include "tests/e2e/harness/ordeal.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "tests/e2e/harness/process_table.h"
#include "tests/e2e/harness/tested_build.h"

namespace syncq::e2e {
namespace {

using Fate = Call::Fate;

constexpr Milliseconds kRound(500);
constexpr int kLeastKills = 10;

}  // namespace

void Ordeal::run() {
  const unsigned seed = std::random_device()();
  UNSCOPED_INFO("seed " << seed);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> pause(0, 80 * slowness());
  const auto begin = std::chrono::steady_clock::now();
  int kills = 0;
  for (; kills < repetitions(kLeastKills) || since(begin) < kRound * slowness();
       ++kills) {
    // Waits for nothing: it only picks a random moment.
    std::this_thread::sleep_for(Milliseconds(pause(random)));
    const pid_t daemon = box_.daemon_pid();
    REQUIRE(daemon > 0);
    kill(daemon, SIGKILL);
    // Until then it may still be found, and no other be started.
    REQUIRE(eventually([&] { return !alive(daemon); }));
    box_.ok("syncq daemon start");
  }
  end();
}

void Ordeal::end() {
  over_ = true;
  for (std::thread& each : threads_) each.join();
  threads_.clear();
}

void repeat_ordeal(const std::function<void(Sandbox&)>& round) {
  const char* asked = std::getenv("SYNCQ_HISTORY_SECONDS");
  const auto end =
      std::chrono::steady_clock::now() +
      std::chrono::seconds(asked != nullptr ? std::atoi(asked) : 0);
  do {
    Sandbox box;
    // A start gives each lease a minute more, or this part of it.
    box.env()["SYNCQ_GRACE_HASTE"] = "100";
    box.ok("syncq queue new q");
    round(box);
  } while (std::chrono::steady_clock::now() < end);
}

Call insist(RawClient& client, const std::string& target) {
  const Call first = client.call("POST", target);
  const Time give_up = first.called + 30'000'000'000;
  Call call = first;
  while (call.fate != Fate::kAnswered && time_now() < give_up) {
    std::this_thread::sleep_for(Milliseconds(1));
    call = client.call("POST", target);
  }
  call.called = first.called;
  return call;
}

std::string new_uuid(std::mt19937_64& random) {
  char text[40];
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%012llx",
                static_cast<unsigned>(random() >> 32),
                static_cast<unsigned>(random() >> 48),
                static_cast<unsigned>(random() >> 52),
                static_cast<unsigned>(random() >> 52),
                static_cast<unsigned long long>(random() >> 16));
  return text;
}

void Oddities::add(const std::string& what, const Call& call) {
  std::lock_guard lock(mutex_);
  all_ += what + ": " + std::to_string(call.status) + " " + call.body + "\n";
}

void Pusher::step(RawClient& client) {
  Push push{name_ + std::to_string(all_.size())};
  Call call = client.call("PUT", "/queues/q", push.message);
  if (call.fate == Fate::kNotSent) return;
  if (call.fate == Fate::kAnswered && call.status != 201) {
    return oddities_.add("push", call);
  }
  push.called = call.called;
  push.answered = call.answered;
  all_.push_back(push);
  // So that the queue is empty now and then.
  std::this_thread::sleep_for(Milliseconds(1));
}

}  // namespace syncq::e2e
