// What the checkers of histories refuse, and what they let pass.

#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>
#include <random>

#include "tests/e2e/harness/lease_history.h"
#include "tests/e2e/harness/line_history.h"
#include "tests/e2e/harness/queue_history.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// The definition itself: is there an order? For a handful of operations.
struct Step {
  std::optional<std::string> push;  // a take if none
  std::optional<std::string> took;
  Time called = 0;
  Time answered = 0;
};

bool has_order(std::vector<Step> left, const std::deque<std::string>& queue) {
  Time first = kNever;
  for (const Step& each : left) first = std::min(first, each.answered);
  if (first == kNever) return true;  // the rest may never have happened
  for (std::size_t i = 0; i < left.size(); ++i) {
    const Step step = left[i];
    if (step.called > first) continue;
    std::deque<std::string> after = queue;
    if (step.push) {
      after.push_back(*step.push);
    } else if (step.answered == kNever) {
      if (!after.empty()) after.pop_front();
    } else if (step.took) {
      if (after.empty() || after.front() != *step.took) continue;
      after.pop_front();
    } else if (!after.empty()) {
      continue;
    }
    std::vector<Step> rest = left;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    if (has_order(std::move(rest), after)) return true;
  }
  return false;
}

bool has_order(const QueueHistory& history) {
  std::vector<Step> steps;
  for (const Push& each : history.pushes) {
    steps.push_back({each.message, std::nullopt, each.called, each.answered});
  }
  for (const Take& each : history.takes) {
    steps.push_back({std::nullopt, each.message, each.called, each.answered});
  }
  return has_order(std::move(steps), {});
}

// Three pushes and three or four takes with any answers at any times, few of
// them lost: about as many with an order as without.
QueueHistory any_history(std::mt19937& random, bool with_losses) {
  auto below = [&](int bound) {
    return std::uniform_int_distribution<int>(0, bound - 1)(random);
  };
  std::vector<Time> times(16);
  for (std::size_t i = 0; i < times.size(); ++i) {
    times[i] = static_cast<Time>(i) + 1;
  }
  std::shuffle(times.begin(), times.end(), random);
  auto span = [&] {
    Span made{times[times.size() - 2], times.back()};
    times.resize(times.size() - 2);
    if (made.called > made.answered) std::swap(made.called, made.answered);
    if (with_losses && below(4) == 0) made.answered = kNever;
    return made;
  };
  QueueHistory history;
  std::vector<std::string> names = {"a", "b", "c"};
  for (const std::string& name : names) {
    Span at = span();
    history.pushes.push_back({name, at.called, at.answered});
  }
  std::shuffle(names.begin(), names.end(), random);
  for (int i = 3 + below(2); i > 0; --i) {
    Span at = span();
    Take take{std::nullopt, at.called, at.answered};
    if (at.answered != kNever && !names.empty() && below(4) != 0) {
      take.message = names.back();
      names.pop_back();
    }
    history.takes.push_back(take);
  }
  return history;
}

Turn turn(Time from, std::uint64_t fence) {
  return {{from, from + 1}, {from + 2, from + 3}, {from + 4, from + 5}, fence};
}

}  // namespace

TEST_CASE("a queue's history is refused exactly if it has no order") {
  std::mt19937 random(1);
  const bool with_losses = GENERATE(false, true);
  int passed = 0;
  int refused = 0;
  int missed = 0;
  for (int i = 0; i < 6000; ++i) {
    QueueHistory history = any_history(random, with_losses);
    const std::string why = why_no_queue(history);
    const bool ordered = has_order(history);
    INFO("history " << i << ": " << why);
    if (ordered && !why.empty()) FAIL("refused, though it has an order");
    ++(ordered ? passed : why.empty() ? missed : refused);
  }
  CHECK(passed > 100);
  CHECK(refused > 100);
  CHECK(missed <= (with_losses ? 10 : 0));
}

TEST_CASE("a queue's history that is wrong is refused with the reason") {
  QueueHistory history{{{"a", 1, 2}, {"b", 3, 4}}, {}};
  auto why = [&](std::vector<Take> takes) {
    history.takes = std::move(takes);
    return why_no_queue(history);
  };
  CHECK(why({{"a", 5, 6}, {"b", 7, 8}}).empty());
  CHECK_THAT(why({{"b", 5, 6}, {"a", 7, 8}}), Contains("a was overtaken"));
  CHECK_THAT(why({{"a", 5, 6}, {"a", 7, 8}}), Contains("taken twice"));
  CHECK_THAT(why({{"b", 1, 2}}), Contains("before it was pushed"));
  CHECK_THAT(why({{"c", 5, 6}}), Contains("never pushed"));
  CHECK_THAT(why({{"b", 5, 6}}), Contains("are gone"));
  CHECK_THAT(why({{std::nullopt, 5, 6}, {"a", 7, 8}, {"b", 7, 8}}),
             Contains("none though"));
  // A take whose answer was lost may have had it, but not two, nor too late.
  CHECK(why({{std::nullopt, 5, kNever}, {"b", 7, 8}}).empty());
  CHECK_THAT(why({{std::nullopt, 9, kNever}, {"b", 7, 8}}),
             Contains("are gone"));
  CHECK_THAT(why({{std::nullopt, 5, kNever}, {std::nullopt, 7, 8}}),
             Contains("2 messages are gone"));
}

TEST_CASE("turns that can't be those of one line are refused") {
  auto why = [](std::vector<Turn> turns, int slots = 1) {
    return why_no_line(std::move(turns), slots);
  };
  CHECK(why({turn(10, 2), turn(0, 1)}).empty());
  CHECK_THAT(why({turn(0, 1), turn(10, 1)}), Contains("twice"));
  CHECK_THAT(why({turn(0, 2), turn(10, 1)}), Contains("overtaken"));
  // Drawn at once: either may be first, but not both together.
  Turn late = turn(0, 2);
  late.granted = {2, 9};
  late.released = {10, 11};
  CHECK(why({turn(0, 1), late}).empty());
  CHECK_THAT(why({turn(0, 1), turn(0, 2)}), Contains("beside it"));
  Turn other_slot = turn(0, 2);
  other_slot.slot = 1;
  CHECK(why({turn(0, 1), other_slot}, 2).empty());
  CHECK_THAT(why({turn(0, 1), other_slot}, 1), Contains("no slot"));
}

TEST_CASE("deliveries that can't be those of one queue are refused") {
  using End = Delivery::End;
  auto why = [](const std::vector<Delivery>& all) {
    return why_no_leases({"m"}, all, 100);
  };
  const Delivery acked{"m", 200, 210, End::kAcked, 220, 230};
  CHECK(why({acked}).empty());
  CHECK_THAT(why({}), Contains("lost"));
  CHECK_THAT(why({{"m", 1, 2}}), Contains("lost"));
  CHECK_THAT(why({{"n", 1, 2}}), Contains("never pushed"));
  CHECK(why({{"m", 50, 60}, acked}).empty());
  CHECK_THAT(why({{"m", 150, 160}, acked}), Contains("two at once"));
  CHECK(why({{"m", 150, 160, End::kGivenBack, 170, 180}, acked}).empty());
  CHECK_THAT(why({acked, {"m", 400, 410}}), Contains("came again"));
  CHECK_THAT(why({{"m", 1, 2, End::kAcked, 220, 230}, {"m", 150, 160}}),
             Contains("whose lease was over"));
}
