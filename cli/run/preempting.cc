#include "cli/run/preempting.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/duration.h"
#include "common/signal_names.h"

namespace syncq {
namespace {

// As many are named as people read.
constexpr std::size_t kMostNamed = 3;

// "INT:30s" in its two parts, either of which may be missing.
struct Parts {
  explicit Parts(const std::string& value)
      : has_grace(value.find(':') != value.npos),
        signal(value == "true" ? "" : value.substr(0, value.find(':'))),
        grace(has_grace ? value.substr(value.find(':') + 1) : "") {}

  bool has_grace;
  std::string signal;
  std::string grace;
};

std::string complaint(const std::string& value) {
  const Parts parts(value);
  bool signal = parts.signal.empty() || signal_number(parts.signal);
  auto grace = parse_duration(parts.has_grace ? parts.grace : "0", "grace");
  if (signal && grace) return {};
  if (signal && !parts.grace.empty()) return grace.refusal().message;
  return fmt::format(
      "'{}' is neither a signal, as INT, nor SIGNAL:GRACE, as "
      "INT:30s, nor :GRACE",
      value);
}

}  // namespace

void add_preempt_option(CommandLine& line, std::string& value) {
  line.flag_or_value(
      "--preempt", value,
      "End the command that has the turn, by TERM and 10s later KILL, and be "
      "next",
      "[=SIGNAL:GRACE]", complaint, {"INT", "HUP", "KILL", "TERM:30s"});
}

void add_preempt(RequestTarget& address, const std::string& value) {
  if (value.empty()) return;
  const Parts parts(value);
  auto signal = signal_number(parts.signal);
  address.add("cancel_holder", signal ? signal_name(*signal) : "true");
  address.add_given("cancel_grace", parts.grace);
}

std::string preempting_text(const HoldEvent& event) {
  std::string text;
  const std::size_t all = event.preempted.size();
  for (std::size_t i = 0; i < std::min(all, kMostNamed); ++i) {
    text += (i == 0 ? "" : ", ") + event.preempted[i].text();
  }
  if (all > kMostNamed) text += fmt::format(" and {} more", all - kMostNamed);
  if (!text.empty()) text = fmt::format("ends {} first", text);
  if (event.not_preempted == 0) return text;
  return fmt::format("{}{}waits for {} turn{} that can't be ended by a signal",
                     text, text.empty() ? "" : ", and ", event.not_preempted,
                     event.not_preempted == 1 ? "" : "s");
}

}  // namespace syncq
