#include "common/signal_names.h"

#include <catch2/catch.hpp>
#include <csignal>

namespace syncq {
namespace {

TEST_CASE("A signal is read by its name or its number") {
  for (std::string_view name : {"TERM", "SIGTERM", "term", "SigTerm", "15"}) {
    CAPTURE(name);
    CHECK(signal_number(name) == SIGTERM);
  }
  CHECK(signal_number("KILL") == SIGKILL);
  CHECK(signal_number("64") == SIGRTMAX);
  for (std::string_view bad : {"", "SIG", "0", "-15", "65", "15x", " TERM",
                               "TERMINATE", "99999999999"}) {
    CAPTURE(bad);
    CHECK_FALSE(signal_number(bad));
  }
}

TEST_CASE("Each signal's name is read as that signal") {
  for (int number = 1; number <= SIGRTMAX; ++number) {
    CHECK(signal_number(signal_name(number)) == number);
  }
}

}  // namespace
}  // namespace syncq
