// Short leases of a daemon that is killed in a loop: one worker has a message
// at a time, and each message is acknowledged in the end.

#include <catch2/catch.hpp>
#include <set>

#include "tests/e2e/harness/lease_history.h"
#include "tests/e2e/harness/ordeal.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;

namespace {

using Fate = Call::Fate;

// Leases messages for a short time, and acknowledges them, gives them back, or
// forgets them.
class Worker {
 public:
  static constexpr Time kLease = 100'000'000;

  Worker(unsigned seed, std::vector<Delivery>& all, Oddities& oddities)
      : random_(seed), all_(all), oddities_(oddities) {}

  void step(RawClient& client) { work_on_one(client, false); }
  // Returns whether there was one.
  bool work_on_one(RawClient& client, bool to_the_end) {
    const std::string id = new_uuid(random_);
    const std::string target =
        "/queues/q/head?wait=20ms&lease=100ms&lease_id=" + id;
    Call call = insist(client, target);
    if (!call.answered_with(200)) return false;
    Delivery delivery{call.body, call.called, call.answered};
    const int choice = static_cast<int>(random_() % 4);
    if (to_the_end || choice < 2) {
      end(client, "ack", id, delivery);
    } else if (choice == 2) {
      end(client, "nack", id, delivery);
    }
    all_.push_back(delivery);
    return true;
  }

 private:
  void end(RawClient& client, const std::string& how, const std::string& id,
           Delivery& delivery) {
    const bool ack = how == "ack";
    const std::string target = "/queues/q/" + how + "/" + id;
    Call call = client.call("POST", target);
    delivery.ended_from = call.called;
    const bool sure = call.fate == Fate::kAnswered;
    if (!sure) call = insist(client, target);
    delivery.ended_by = call.answered;
    if (call.answered_with(200)) {
      delivery.end = ack ? Delivery::End::kAcked : Delivery::End::kGivenBack;
    } else if (call.answered_with(410) && !sure) {
      delivery.end =
          ack ? Delivery::End::kAckedMaybe : Delivery::End::kGivenBack;
    } else if (!call.answered_with(410)) {
      oddities_.add(how, call);
    }
  }

  std::mt19937_64 random_;
  std::vector<Delivery>& all_;
  Oddities& oddities_;
};

}  // namespace

TEST_CASE("leases of a daemon that is killed in a loop are leases", "[slow]") {
  // There each start gives every lease a minute more.
  if (shipped()) return;
  repeat_ordeal([](Sandbox& box) {
    constexpr int kEach = 4;
    Oddities oddities;
    std::vector<Push> pushes[kEach];
    std::vector<Delivery> deliveries[kEach + 1];
    std::vector<Pusher> pushers;
    std::vector<Worker> workers;
    for (int i = 0; i < kEach; ++i) {
      pushers.emplace_back(std::string(1, static_cast<char>('a' + i)),
                           pushes[i], oddities);
      workers.emplace_back(static_cast<unsigned>(i), deliveries[i], oddities);
    }
    Ordeal ordeal(box);
    for (Pusher& each : pushers) ordeal.add(each);
    for (Worker& each : workers) ordeal.add(each);
    ordeal.run();
    RawClient client(box.socket());
    Worker last(kEach, deliveries[kEach], oddities);
    CHECK(eventually(
        [&] {
          while (last.work_on_one(client, true)) {
          }
          Json queue = box.get("/queues/q")["queue"];
          return queue["size"] == 0 && queue["leased"] == 0;
        },
        seconds(120)));
    std::vector<Delivery> all;
    for (const auto& each : deliveries) {
      all.insert(all.end(), each.begin(), each.end());
    }
    std::set<std::string> seen;
    for (const Delivery& each : all) seen.insert(each.message);
    std::vector<std::string> messages;
    for (const auto& each : pushes) {
      for (const Push& push : each) {
        if (push.answered != kNever || seen.count(push.message) != 0) {
          messages.push_back(push.message);
        }
      }
    }
    CHECK(why_no_leases(messages, all, Worker::kLease) == "");
    CHECK(oddities.all() == "");
  });
}
