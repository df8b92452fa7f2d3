#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "daemon/overview/overview.h"
#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/queue/queue_fixture.h"

namespace syncq::test {

// Both engines, each over a store of its own, with one clock.
struct OverviewFixture {
  FifoFixture fifos;
  QueueFixture queues;
  QueueRates rates;
  Instant now = fifos.now;

  void advance(Duration step) {
    now += step;
    fifos.advance(step);
    queues.advance(step);
  }

  void hold(const std::string& fifo, ConnectionId caller,
            const std::string& label = "") {
    HoldRequest request;
    request.label = label;
    fifos.hold(fifo, caller, request);
  }
  void make_fifo(const std::string& name, int slots = 1) {
    NewFifo wanted;
    wanted.slots = slots;
    fifos.named(name, wanted);
  }
  void make_queue(const std::string& name) {
    QueueConfig config;
    config.name = name;
    queues.make(config);
  }

  // The whole document. Sets the number of steps that it took.
  nlohmann::json look(const OverviewWanted& wanted = {}, int* steps = nullptr) {
    Overview overview(*fifos.engine, *queues.engine, rates, wanted);
    int count = 1;
    while (overview.step(now)) ++count;
    if (steps != nullptr) *steps = count;
    fingerprint = overview.fingerprint();
    JsonObject object;
    overview.add_to(object);
    return nlohmann::json::parse(object.text());
  }

  std::uint64_t fingerprint = 0;  // of the last one
};

// The member `key` of each, in their order.
inline std::vector<nlohmann::json> each(const nlohmann::json& list,
                                        const char* key) {
  std::vector<nlohmann::json> values;
  for (const auto& item : list) values.push_back(item.at(key));
  return values;
}

}  // namespace syncq::test
