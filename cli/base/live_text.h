#pragma once

#include <cstddef>
#include <string_view>

namespace syncq {

// Text of several lines that is drawn again and again in the same place of the
// terminal at stdout. What is on the screen above it stays. One thread.
class LiveText {
 public:
  // Handles SIGCONT from now on.
  LiveText();

  // In place of the last one, cut to the terminal; below it the line `note`, if
  // it is not empty. Nothing while we are not in the terminal's foreground.
  // Throws Failure.
  void draw(std::string_view text, std::string_view note = "");

 private:
  std::size_t drawn_ = 0;  // lines
  std::size_t columns_ = 0;
  std::size_t rows_ = 0;
};

}  // namespace syncq
