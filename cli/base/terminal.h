#pragma once

#include <cstddef>
#include <optional>

namespace syncq {

// The columns of the terminal at stderr, if it can show a live line and we are
// in its foreground.
std::optional<std::size_t> live_columns();

// The columns of the terminal at stdout, if it is one.
std::optional<std::size_t> table_columns();

struct TerminalSize {
  std::size_t columns = 0;
  std::size_t rows = 0;
};
// Of the terminal at stdout.
TerminalSize stdout_size();
// Whether stdout is a terminal that can move its cursor.
bool can_redraw_stdout();
// Whether stdout is a terminal that shows colours, and nobody wants none
// (no-color.org).
bool stdout_has_colours();
// Whether we are in its foreground.
bool in_foreground();

// Whether the environment names a UTF-8 locale. Without setlocale(3), which
// costs more than the rest of startup.
bool has_utf8_locale();

}  // namespace syncq
