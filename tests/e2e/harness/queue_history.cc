#include "tests/e2e/harness/queue_history.h"

#include <algorithm>
#include <map>

namespace syncq::e2e {
namespace {

struct Message {
  const Push* push = nullptr;
  const Take* take = nullptr;
};
using Messages = std::map<std::string, Message>;

struct Span {
  Time from = 0;
  Time to = 0;
};

// The earliest `value` of those whose `from` is after a given time.
class EarliestAfter {
 public:
  void add(Time from, Time value) { all_.push_back({from, value}); }
  void finish() {
    std::sort(all_.begin(), all_.end(),
              [](const Span& a, const Span& b) { return a.from < b.from; });
    for (std::size_t i = all_.size(); i > 1; --i) {
      all_[i - 2].to = std::min(all_[i - 2].to, all_[i - 1].to);
    }
  }
  Time operator()(Time time) const {
    auto next = std::upper_bound(
        all_.begin(), all_.end(), time,
        [](Time value, const Span& each) { return value < each.from; });
    return next == all_.end() ? kNever : next->to;
  }

 private:
  std::vector<Span> all_;
};

std::string match(const QueueHistory& history, Messages& messages) {
  for (const Push& push : history.pushes) messages[push.message].push = &push;
  for (const Take& take : history.takes) {
    if (!take.message) continue;
    auto found = messages.find(*take.message);
    if (found == messages.end()) return *take.message + " was never pushed";
    Message& message = found->second;
    if (message.take != nullptr) return *take.message + " was taken twice";
    message.take = &take;
    if (take.answered < message.push->called) {
      return *take.message + " was taken before it was pushed";
    }
  }
  return "";
}

// When a message must have left, since a later one has by then.
EarliestAfter overtakers(const Messages& messages) {
  EarliestAfter all;
  for (const auto& [name, message] : messages) {
    if (message.take == nullptr) continue;
    all.add(message.push->called, message.take->answered);
  }
  all.finish();
  return all;
}

// The same, since none was there.
EarliestAfter empty_takes(const QueueHistory& history) {
  EarliestAfter all;
  for (const Take& take : history.takes) {
    if (!take.message && take.answered != kNever) {
      all.add(take.called, take.answered);
    }
  }
  all.finish();
  return all;
}

// Each message that is gone must be one lost take's, called in time.
std::string check_gone(const QueueHistory& history, std::vector<Time> gone_by) {
  std::vector<Time> lost;
  for (const Take& take : history.takes) {
    if (take.answered == kNever) lost.push_back(take.called);
  }
  std::sort(lost.begin(), lost.end());
  std::sort(gone_by.begin(), gone_by.end());
  for (std::size_t i = 0; i < gone_by.size(); ++i) {
    if (i >= lost.size() || lost[i] > gone_by[i]) {
      return std::to_string(gone_by.size()) +
             " messages are gone, too many for the lost takes";
    }
  }
  return "";
}

std::string check_order(const QueueHistory& history, const Messages& messages) {
  const EarliestAfter overtaken = overtakers(messages);
  const EarliestAfter empty = empty_takes(history);
  std::vector<Time> gone_by;
  for (const auto& [name, message] : messages) {
    Time by = overtaken(message.push->answered);
    if (message.take != nullptr) {
      if (message.take->called > by) return name + " was overtaken";
      continue;
    }
    by = std::min(by, empty(message.push->answered));
    if (by != kNever) gone_by.push_back(by);
  }
  return check_gone(history, std::move(gone_by));
}

// The times in which at least one message was surely there.
std::vector<Span> filled_spans(const QueueHistory& history,
                               const Messages& messages) {
  Time first_lost = kNever;
  for (const Take& take : history.takes) {
    if (take.answered == kNever) first_lost = std::min(first_lost, take.called);
  }
  std::vector<Span> spans;
  for (const auto& [name, message] : messages) {
    Span span{message.push->answered,
              message.take != nullptr ? message.take->called : first_lost};
    if (span.from < span.to) spans.push_back(span);
  }
  std::sort(spans.begin(), spans.end(),
            [](const Span& a, const Span& b) { return a.from < b.from; });
  std::vector<Span> joined;
  for (const Span& each : spans) {
    if (!joined.empty() && each.from < joined.back().to) {
      joined.back().to = std::max(joined.back().to, each.to);
    } else {
      joined.push_back(each);
    }
  }
  return joined;
}

std::string check_emptiness(const QueueHistory& history,
                            const Messages& messages) {
  const std::vector<Span> filled = filled_spans(history, messages);
  for (const Take& take : history.takes) {
    if (take.message || take.answered == kNever) continue;
    auto next = std::lower_bound(
        filled.begin(), filled.end(), take.called,
        [](const Span& each, Time value) { return each.from < value; });
    if (next != filled.begin() && std::prev(next)->to > take.answered) {
      return "a take had none though there was one all the time";
    }
  }
  return "";
}

}  // namespace

std::string why_no_queue(const QueueHistory& history) {
  Messages messages;
  std::string why = match(history, messages);
  if (why.empty()) why = check_order(history, messages);
  if (why.empty()) why = check_emptiness(history, messages);
  return why;
}

}  // namespace syncq::e2e
