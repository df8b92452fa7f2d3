#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/top/control.h"
#include "cli/top/grid.h"

namespace syncq {

// The whole terminal at stdin and stdout, by ncursesw, until it is destroyed:
// then it is what it was. Ctrl-Z and fg are ncurses' work. Only its .cc knows
// that library. One of a process; one thread.
class CursesScreen {
 public:
  // Throws Failure.
  CursesScreen();
  ~CursesScreen();
  CursesScreen(const CursesScreen&) = delete;
  CursesScreen& operator=(const CursesScreen&) = delete;

  // As the terminal is now, also after it was resized.
  ScreenSize size();
  void draw(const Screen& screen);
  // The next one is drawn whole: something else has written on the terminal.
  void forget();
  // The next key that was pressed; nullopt if there is none now.
  std::optional<KeyPress> key();

 private:
  class Terminal;
  std::unique_ptr<Terminal> terminal_;
};

}  // namespace syncq
