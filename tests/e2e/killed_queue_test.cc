// The history of a queue whose daemon is killed in a loop: whatever its clients
// saw, a daemon that never died could have told them the same.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/ordeal.h"
#include "tests/e2e/harness/queue_history.h"

using namespace syncq::e2e;

namespace {

using Fate = Call::Fate;

// Leases messages for longer than all this lasts, so that no take's answer is
// lost in the end, or also takes some for good.
class Taker {
 public:
  Taker(unsigned seed, bool for_good, std::vector<Take>& takes,
        Oddities& oddities)
      : random_(seed), for_good_(for_good), all_(takes), oddities_(oddities) {}

  void step(RawClient& client) {
    const bool pops = for_good_ && random_() % 2 == 0;
    pops ? pop(client) : lease(client);
  }

 private:
  void add(const Call& call) {
    const bool empty = call.answered_with(400) &&
                       call.body.find("\"empty\"") != call.body.npos;
    if (call.fate == Fate::kAnswered && call.status != 200 && !empty) {
      return oddities_.add("take", call);
    }
    Take take{std::nullopt, call.called, call.answered};
    if (call.answered_with(200)) take.message = call.body;
    all_.push_back(take);
  }
  void pop(RawClient& client) {
    Call call =
        client.call("POST", random_() % 2 == 0 ? "/queues/q/head"
                                               : "/queues/q/head?wait=5ms");
    if (call.fate != Fate::kNotSent) add(call);
  }
  void lease(RawClient& client) {
    const std::string lease = new_uuid(random_);
    Call call = insist(client, "/queues/q/head?lease=1h&lease_id=" + lease);
    add(call);
    if (!call.answered_with(200)) return;
    Call ack = client.call("POST", "/queues/q/ack/" + lease);
    if (ack.fate == Fate::kAnswered && ack.status != 200) {
      oddities_.add("ack", ack);
    }
  }

  std::mt19937_64 random_;
  bool for_good_;
  std::vector<Take>& all_;
  Oddities& oddities_;
};

}  // namespace

TEST_CASE("a queue whose daemon is killed in a loop is a queue", "[slow]") {
  const bool for_good = GENERATE(false, true);
  repeat_ordeal([&](Sandbox& box) {
    constexpr int kEach = 4;
    Oddities oddities;
    std::vector<Push> pushes[kEach];
    std::vector<Take> takes[kEach];
    std::vector<Pusher> pushers;
    std::vector<Taker> takers;
    for (int i = 0; i < kEach; ++i) {
      pushers.emplace_back(std::string(1, static_cast<char>('a' + i)),
                           pushes[i], oddities);
      takers.emplace_back(static_cast<unsigned>(i), for_good, takes[i],
                          oddities);
    }
    Ordeal ordeal(box);
    for (Pusher& each : pushers) ordeal.add(each);
    for (Taker& each : takers) ordeal.add(each);
    ordeal.run();
    QueueHistory history;
    for (const auto& each : pushes) {
      history.pushes.insert(history.pushes.end(), each.begin(), each.end());
    }
    for (const auto& each : takes) {
      history.takes.insert(history.takes.end(), each.begin(), each.end());
    }
    // All that is left, in order, and that then nothing is left.
    RawClient client(box.socket());
    for (;;) {
      Call call = client.call("POST", "/queues/q/head");
      REQUIRE(call.fate == Fate::kAnswered);
      const bool empty = call.status != 200;
      history.takes.push_back({empty ? std::nullopt : std::optional(call.body),
                               call.called, call.answered});
      if (empty) break;
    }
    INFO(history.pushes.size()
         << " pushes, " << history.takes.size() << " takes");
    CHECK(why_no_queue(history) == "");
    CHECK(oddities.all() == "");
  });
}
