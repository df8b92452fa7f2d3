#pragma once

#include <string>

#include "tests/e2e/harness/sandbox.h"

namespace syncq::e2e {

// A terminal whose screen can be read as text: a shell in tmux(1), which is an
// emulator as people use it, with the sandbox's environment.
class Tmux {
 public:
  Tmux(Sandbox& box, int columns, int rows);
  // Ends all that runs in it.
  ~Tmux();
  Tmux(const Tmux&) = delete;
  Tmux& operator=(const Tmux&) = delete;

  // Types each of these words of tmux: "x", "Enter", "Down", "C-c".
  void keys(const std::string& words);
  // Types a command line and Enter.
  void enter(const std::string& line);
  void resize(int columns, int rows);

  // The screen as it is, a line each; with `styles`, with its escape codes.
  std::string screen(bool styles = false);
  // Waits until it has this text, or has it no more. Fails the test at the
  // bound.
  void shows(const std::string& text);
  void shows_no(const std::string& text);
  // Waits until a line has all of these.
  void has_line(const std::vector<std::string>& parts);
  // The line that is selected; "" if none is.
  std::string selected();

 private:
  std::string tell(const std::string& command);

  Sandbox& box_;
};

}  // namespace syncq::e2e
