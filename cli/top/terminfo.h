#pragma once

#include <string>

namespace syncq {

// Why no full screen can be drawn on stdout and read from stdin, in words that
// say what to do; "" if it can.
std::string why_no_screen();

}  // namespace syncq
