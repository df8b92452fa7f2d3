#include "tests/sim/action.h"

#include <fmt/format.h>

#include <random>

namespace syncq::sim {
namespace {

struct Kind {
  const char* name;
  int weight;  // in a thousand or so
};

constexpr std::array<Kind, kKinds> kKindsOf = {{
    {"fifo-new", 6},      {"ticket", 60},      {"wait", 60},
    {"done", 50},         {"touch", 15},       {"hold", 90},
    {"command", 20},      {"announce", 15},    {"fifo-set", 10},
    {"front", 30},        {"cancel", 15},      {"fifo-kill", 15},
    {"fifo-pause", 8},    {"fifo-resume", 16}, {"fifo-show", 20},
    {"fifo-list", 6},     {"fifo-delete", 6},  {"put", 110},
    {"head", 70},         {"tail", 25},        {"consume", 20},
    {"peek", 15},         {"ack", 30},         {"nack", 40},
    {"extend", 15},       {"queue-new", 12},   {"queue-show", 15},
    {"queue-list", 6},    {"queue-delete", 5}, {"queue-empty", 5},
    {"messages", 25},     {"redrive", 25},     {"pause", 8},
    {"resume", 20},       {"remove", 12},      {"set", 20},
    {"status", 10},       {"garbage", 8},      {"overview", 20},
    {"events", 12},       {"close", 30},       {"half-close", 8},
    {"break", 10},        {"reading", 10},     {"pass", 110},
    {"iterate", 40},      {"end-process", 15}, {"stop-process", 8},
    {"go-on-process", 8}, {"kill", 5},         {"stop", 3},
    {"power-cut", 4},     {"sleep", 1},        {"stall", 4},
    {"fail-write", 10},   {"fail-sync", 3},    {"fill", 6},
    {"idle", 3},
}};

}  // namespace

std::string Action::text() const {
  return fmt::format("{} {} {} {} {} {}",
                     kKindsOf[static_cast<std::size_t>(kind)].name, who,
                     numbers[0], numbers[1], numbers[2], numbers[3]);
}

// Nothing of <random> but the generator itself: how its distributions draw is
// not the same everywhere.
std::vector<Action> steps_of(std::uint64_t seed, int steps) {
  std::mt19937_64 random(seed);
  auto below = [&](std::uint64_t limit) {
    return static_cast<int>(random() % limit);
  };
  std::array<int, kKinds> weights{};
  int sum = 0;
  constexpr std::array kFactors = {0, 1, 1, 1, 2, 4};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = kKindsOf[i].weight * kFactors[random() % kFactors.size()];
    sum += weights[i];
  }
  int clients = 1 + below(6);
  std::vector<Action> actions;
  for (int step = 0; step < steps; ++step) {
    Action action;
    int at = below(static_cast<std::uint64_t>(sum) + 1);
    while (action.kind + 1 < kKinds &&
           at >= weights[static_cast<std::size_t>(action.kind)]) {
      at -= weights[static_cast<std::size_t>(action.kind)];
      ++action.kind;
    }
    action.who = below(static_cast<std::uint64_t>(clients));
    for (std::uint32_t& number : action.numbers) {
      number = static_cast<std::uint32_t>(random());
    }
    actions.push_back(action);
  }
  return actions;
}

}  // namespace syncq::sim
