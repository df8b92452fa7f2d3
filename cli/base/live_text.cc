#include "cli/base/live_text.h"

#include <fmt/format.h>
#include <signal.h>

#include <utility>
#include <vector>

#include "cli/base/colour.h"
#include "cli/base/output.h"
#include "cli/base/terminal.h"

namespace syncq {
namespace {

// ECMA-48: to the top left, and clear all (CUP, ED); up by so many lines (CUU);
// clear the line (EL), and all that follows (ED).
constexpr std::string_view kClearAll = "\x1b[H\x1b[2J";
constexpr std::string_view kUp = "\x1b[{}A";
constexpr std::string_view kClearLine = "\x1b[2K";
constexpr std::string_view kClearRest = "\x1b[J";

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Since the last draw: the shell has written on the screen.
volatile sig_atomic_t continued = 0;

}  // namespace

LiveText::LiveText() {
  struct sigaction action = {};
  action.sa_handler = [](int) { continued = 1; };
  action.sa_flags = SA_RESTART;
  sigaction(SIGCONT, &action, nullptr);
}

void LiveText::draw(std::string_view text, std::string_view note) {
  // The shell has the terminal. Once we have it again, its words are there.
  if (!in_foreground()) {
    drawn_ = 0;
    return;
  }
  if (continued != 0) drawn_ = 0;
  continued = 0;
  TerminalSize size = stdout_size();
  std::string out;
  if (drawn_ > 0 && (size.columns != columns_ || size.rows != rows_)) {
    // Who knows how it has broken the lines.
    out += kClearAll;
  } else if (drawn_ > 0) {
    out += fmt::format(kUp, drawn_);
  }
  columns_ = size.columns;
  rows_ = size.rows;
  std::vector<std::string_view> lines = lines_of(text);
  // The cursor stands on a line of its own.
  std::size_t room = std::max<std::size_t>(rows_, 4) - 1;
  if (!note.empty()) --room;
  std::string rest;
  if (lines.size() > room) {
    rest = fmt::format("... {} more lines", lines.size() - (room - 1));
    lines.resize(room - 1);
    lines.push_back(rest);
  }
  if (!note.empty()) lines.push_back(note);
  for (std::string_view line : lines) {
    out += kClearLine;
    out += cut_painted(line, columns_);
    out += '\n';
  }
  out += kClearRest;
  drawn_ = lines.size();
  print(out);
}

}  // namespace syncq
