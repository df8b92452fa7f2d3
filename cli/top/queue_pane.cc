// Queues, their rates and their last minute.

#include <fmt/format.h>

#include "cli/base/estimate.h"
#include "cli/top/pane_text.h"

namespace syncq {
namespace {

// Of the sparkline, and on a wide screen.
constexpr std::size_t kParts = 10;
constexpr std::size_t kPartsIfWide = 30;
constexpr std::size_t kWide = 120;

std::vector<GridColumn> columns_for(std::size_t parts) {
  return {{"QUEUE", 18, false, 0},      {"READY", kUncut, true, 1},
          {"LEASED", kUncut, true, 4},  {"DELAYED", kUncut, true, 7},
          {"DEAD", kUncut, true, 5},    {"IN/S", kUncut, true, 3},
          {"OUT/S", kUncut, true, 2},   {"LAST MINUTE", parts, false, 8},
          {"EMPTY IN", kUncut, true, 6}};
}

std::string rate_text(const std::optional<double>& rate) {
  if (!rate) return "";
  return *rate < 100 ? fmt::format("{:.1f}", *rate)
                     : short_number(static_cast<std::int64_t>(*rate));
}

std::string leased_text(const TopQueue& queue) {
  std::string leased = short_number(queue.leased);
  if (queue.in_flight == 0) return leased;
  return leased + "/" + short_number(queue.in_flight);
}

}  // namespace

std::string short_number(std::int64_t number) {
  constexpr std::int64_t kThousand = 1000;
  if (number < 10 * kThousand) return std::to_string(number);
  auto value = static_cast<double>(number);
  std::string_view units = "kMGT";
  std::size_t unit = 0;
  for (value /= kThousand; value >= kThousand && unit + 1 < units.size();
       ++unit) {
    value /= kThousand;
  }
  return value < 10 ? fmt::format("{:.1f}{}", value, units[unit])
                    : fmt::format("{:.0f}{}", value, units[unit]);
}

std::string empty_text(const TopQueue& queue) {
  if (!queue.in_per_s || !queue.out_per_s || queue.stored() == 0) return "";
  double less = *queue.out_per_s - *queue.in_per_s;
  if (less == 0) return "";
  if (less < 0) return "grows";
  // Rates have a tenth as their least: this ends.
  std::chrono::duration<double> left(static_cast<double>(queue.stored()) /
                                     std::max(less, 0.1));
  return describe_estimate(std::chrono::duration_cast<Duration>(left));
}

Screen queue_pane(const TopModel& model, const std::vector<Row>& rows,
                  const std::string& selected, const Drawing& drawing) {
  std::size_t parts = drawing.size.columns >= kWide ? kPartsIfWide : kParts;
  std::vector<GridRow> lines;
  for (const Row& row : rows) {
    const TopQueue& queue = *row.queue;
    const TopQueue* dead = model.dead_letters_of(queue);
    std::int64_t died = dead != nullptr ? dead->stored() : 0;
    const Minute* minute = model.minute(queue);
    std::string spark;
    if (minute != nullptr && minute->has_past()) {
      spark = sparkline(minute->stored(parts, drawing.now), drawing.size.utf8);
    }
    lines.push_back({{{queue.is_paused ? queue.name + " (paused)" : queue.name,
                       queue.is_used() ? Style::kStrong : Style::kPlain},
                      {short_number(queue.ready)},
                      {leased_text(queue)},
                      {short_number(queue.delayed)},
                      {dead != nullptr ? short_number(died) : "-",
                       died > 0 ? Style::kBad : Style::kPlain},
                      {rate_text(queue.in_per_s)},
                      {rate_text(queue.out_per_s)},
                      {spark, Style::kGood},
                      {empty_text(queue)}},
                     row.id() == selected});
  }
  return grid(columns_for(parts), lines, drawing.size.columns);
}

Screen message_pane(const std::vector<Row>& rows, const std::string& selected,
                    const Drawing& drawing) {
  std::vector<GridRow> lines;
  for (const Row& row : rows) {
    const TopMessage& message = *row.message;
    lines.push_back({{{message.id},
                      {message.age},
                      {message.attempts},
                      {message.size},
                      {message.group},
                      {message.text}},
                     row.id() == selected});
  }
  return grid({{"MESSAGE", 6, false, 0},
               {"AGE", kUncut, true, 2},
               {"ATTEMPTS", kUncut, true, 4},
               {"SIZE", kUncut, true, 3},
               {"GROUP", 12, false, 5},
               {"TEXT", 12, false, 1}},
              lines, drawing.size.columns);
}

}  // namespace syncq
