#include "cli/top/help_screen.h"

#include <array>
#include <string_view>

#include "cli/base/text.h"

namespace syncq {
namespace {

constexpr std::array kHelpLines = {
    std::string_view("arrows, page keys   move; Tab: to the next list"),
    std::string_view("enter               open the FIFO or the queue, whole"),
    std::string_view("esc                 back; or drop the filter"),
    std::string_view("/                   filter by name or label"),
    std::string_view("s                   sort otherwise"),
    std::string_view(""),
    std::string_view("c                   cancel who waits (asks first)"),
    std::string_view(
        "k                   TERM for who has the turn (asks first)"),
    std::string_view("f                   move who waits to the front"),
    std::string_view("p                   pause or resume the FIFO or queue"),
    std::string_view("r                   put dead letters back (asks first)"),
    std::string_view(
        "left, right         of a queue: messages of another state"),
    std::string_view(""),
    std::string_view("?                   this; q: quit"),
    std::string_view(""),
    std::string_view("A bar shows how much of a turn is over, if it lasts as "
                     "long as usual;"),
    std::string_view("DEAD is what the queue's dead letter queue holds;"),
    std::string_view("LAST MINUTE is what was in it, since `top` began."),
};

}  // namespace

Screen help_screen(std::size_t columns) {
  Screen screen;
  for (std::string_view text : kHelpLines) {
    ScreenLine line;
    line.spans.push_back({cut_to_width(text, columns), Style::kPlain});
    screen.push_back(std::move(line));
  }
  return screen;
}

}  // namespace syncq
