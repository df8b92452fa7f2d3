#pragma once

#include <string>

#include "cli/top/grid.h"
#include "cli/top/model.h"

namespace syncq {

// When a screen is drawn, and for what terminal.
struct Drawing {
  ScreenSize size;
  Moment now;
  WallMillis wall = 0;
};

// This machine's wall clock.
WallMillis wall_now();

// The panes of the model as grids, each in as many lines as it has rows and one
// for its header. `rows` is the pane's, `selected` its id.
Screen fifo_pane(const TopModel& model, const std::vector<Row>& rows,
                 const std::string& selected, const Drawing& drawing);
Screen queue_pane(const TopModel& model, const std::vector<Row>& rows,
                  const std::string& selected, const Drawing& drawing);
Screen turn_pane(const std::vector<Row>& rows, const std::string& selected,
                 const Drawing& drawing, bool has_fifo);
Screen message_pane(const std::vector<Row>& rows, const std::string& selected,
                    const Drawing& drawing);

// "1234", "56k", "7.8M".
std::string short_number(std::int64_t number);

// When the queue is empty if it goes on like that: "2m", "never" while it
// grows, "" while it stays.
std::string empty_text(const TopQueue& queue);

}  // namespace syncq
