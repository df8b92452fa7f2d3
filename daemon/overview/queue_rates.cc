#include "daemon/overview/queue_rates.h"

#include <algorithm>

namespace syncq {
namespace {

// How far two samples are apart: what is compared is once or twice as old.
constexpr Duration kWindow = std::chrono::seconds(5);
// A rate over less says little.
constexpr Duration kLeast = std::chrono::seconds(1);
constexpr Duration kForget = std::chrono::minutes(1);

}  // namespace

std::optional<QueueRates::Rates> QueueRates::see(const Queue& queue,
                                                 Instant now) {
  const Sample sample{now, messages_in(queue), messages_out(queue)};
  auto found = seen_.find(queue.uuid);
  if (found == seen_.end()) {
    if (seen_.size() >= kMostRates) return std::nullopt;
    seen_[queue.uuid] = {queue.generation, sample, sample};
    return std::nullopt;
  }
  Seen& seen = found->second;
  if (seen.generation != queue.generation || now - seen.last.at > kForget) {
    seen = {queue.generation, sample, sample};
    return std::nullopt;
  }
  if (now - seen.last.at >= kWindow) {
    seen.before = seen.last;
    seen.last = sample;
  }
  Duration passed = now - seen.before.at;
  if (passed < kLeast) return std::nullopt;
  double seconds = std::chrono::duration<double>(passed).count();
  // An aborted transaction may have been seen.
  auto rate = [seconds](std::int64_t now, std::int64_t before) {
    return static_cast<double>(std::max<std::int64_t>(now - before, 0)) /
           seconds;
  };
  return Rates{rate(sample.in, seen.before.in),
               rate(sample.out, seen.before.out)};
}

void QueueRates::forget_unseen(Instant now) {
  std::erase_if(seen_, [now](const auto& each) {
    return now - each.second.last.at > kForget;
  });
}

}  // namespace syncq
