// Tickets of plain HTTP clients whose daemon is killed in a loop: turns in the
// order they were drawn, one at a time, with fences that grow.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/line_history.h"
#include "tests/e2e/harness/ordeal.h"

using namespace syncq::e2e;

namespace {

constexpr Time kAcceptTimeout = 500'000'000;

// Draws a ticket, waits for its turn and ends it.
class Contender {
 public:
  Contender(std::vector<Turn>& turns, Oddities& oddities)
      : all_(turns), oddities_(oddities) {}

  void step(RawClient& client) {
    Call drawn = client.call("POST", "/fifo/f/ticket");
    // A ticket that nobody knows of goes when nobody accepts its turn.
    if (!drawn.answered_with(200)) return;
    const std::string ticket = Json::parse(drawn.body)["ticket"];
    Call granted = insist(client, "/fifo/f/wait/" + ticket);
    // Not waiting for so long, on a busy machine, it may have lost its turn.
    if (granted.answered_with(410) &&
        granted.answered - drawn.called > kAcceptTimeout) {
      return;
    }
    if (!granted.answered_with(200)) return oddities_.add("wait", granted);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    Call released = insist(client, "/fifo/f/done/" + ticket);
    if (!released.answered_with(200)) oddities_.add("done", released);
    Json grant = Json::parse(granted.body);
    all_.push_back({{drawn.called, drawn.answered},
                    {granted.called, granted.answered},
                    {released.called, released.answered},
                    grant["fence"],
                    grant["slot"]});
  }

 private:
  std::vector<Turn>& all_;
  Oddities& oddities_;
};

}  // namespace

TEST_CASE("the turns of a daemon that is killed in a loop are in order",
          "[slow]") {
  const int slots = GENERATE(1, 2);
  repeat_ordeal([&](Sandbox& box) {
    box.ok("syncq fifo new --name f --accept-timeout 500ms --slots " +
           std::to_string(slots));
    constexpr int kEach = 6;
    Oddities oddities;
    std::vector<Turn> turns[kEach];
    std::vector<Contender> contenders;
    for (auto& each : turns) contenders.emplace_back(each, oddities);
    Ordeal ordeal(box);
    for (Contender& each : contenders) ordeal.add(each);
    ordeal.run();
    std::vector<Turn> all;
    for (const auto& each : turns) {
      all.insert(all.end(), each.begin(), each.end());
    }
    CHECK(all.size() > 1);
    CHECK(why_no_line(all, slots) == "");
    CHECK(oddities.all() == "");
  });
}
