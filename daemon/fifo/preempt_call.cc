#include "daemon/fifo/preempt_call.h"

#include <fmt/format.h>

#include <csignal>

#include "common/signal_names.h"
#include "daemon/fifo/position_notifier.h"
#include "daemon/http/json_text.h"

namespace syncq {
namespace {

// "true", or a signal's name: 1 is both a boolean and a signal.
std::optional<int> read_signal(const std::string& text) {
  if (text == "true") return SIGTERM;
  const bool is_number = !text.empty() && text[0] >= '0' && text[0] <= '9';
  return is_number ? std::nullopt : signal_number(text);
}

}  // namespace

Result<Preempt> read_preempt(const Query& query) {
  Preempt preempt;
  const std::string* text = query.find("cancel_holder");
  if (text != nullptr && *text != "false") {
    auto signal = read_signal(*text);
    if (!signal) {
      return Refusal{ErrorCode::kBadRequest,
                     fmt::format("cancel_holder '{}': use true, or the name of "
                                 "a signal, as INT",
                                 *text)};
    }
    preempt.signal = *signal;
  }
  auto grace = query.duration("cancel_grace");
  if (!grace) return grace.refusal();
  preempt.grace = grace->value_or(kPreemptGrace);
  if (*grace && !preempt) {
    return Refusal{ErrorCode::kBadRequest,
                   "cancel_grace is that of cancel_holder: give that too"};
  }
  if (!preempt) return preempt;
  // It stands before all who wait, and waits for the end of those turns.
  for (const char* other : {"priority", "if_waiting", "settle", "nowait"}) {
    if (query.find(other) == nullptr) continue;
    return Refusal{ErrorCode::kBadRequest,
                   fmt::format("cancel_holder waits for the next turn, before "
                               "all others: leave {} out",
                               other)};
  }
  return preempt;
}

std::string preempted_json(const std::vector<Ticket>& turns) {
  std::string json = "[";
  for (const Ticket& turn : turns) {
    const std::int64_t pid = process_of(turn).pid;
    if (json.size() > 1) json += ',';
    json += JsonObject()
                .add("ticket", turn.uuid.text())
                .add_or_null("label", turn.label)
                .add_or_null("cwd", turn.cwd)
                .add("pid", pid == 0 ? std::nullopt : std::optional(pid))
                .text();
  }
  return json + "]";
}

}  // namespace syncq
