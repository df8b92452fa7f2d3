#include "cli/process/child.h"

#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>

namespace syncq::test {
namespace {

using Kind = ChildState::Kind;

// `sh -c SCRIPT` as a command's words.
struct Script {
  explicit Script(const char* script)
      : words{const_cast<char*>("sh"), const_cast<char*>("-c"),
              const_cast<char*>(script), nullptr} {}
  Arguments arguments() { return {words, 3}; }

  char* words[4];
};

// Restores them, for the tests that run later in this process.
struct TakenSignals : Signals {
  ~TakenSignals() { restore(); }
};

// Waits for its end and leaves it to be reaped.
void await_end(pid_t pid) {
  siginfo_t info;
  REQUIRE(waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0);
}

}  // namespace

TEST_CASE("a command begins when it is told to", "[cli][child]") {
  TakenSignals signals;
  Script script("exit 7");
  Child child(script.arguments(), signals);
  CHECK_FALSE(child.poll_state());
  CHECK(child.begin() == 0);
  await_end(child.pid());
  auto state = child.poll_state();
  REQUIRE(state);
  CHECK(state->kind == Kind::kExited);
  CHECK(state->value == 7);
}

TEST_CASE("a command that was killed before it began", "[cli][child]") {
  TakenSignals signals;
  Script script("exit 7");
  Child child(script.arguments(), signals);
  child.signal(SIGKILL);
  await_end(child.pid());
  CHECK(child.begin() == 0);
  auto state = child.poll_state();
  REQUIRE(state);
  CHECK(state->kind == Kind::kKilled);
  CHECK(state->value == SIGKILL);
}

TEST_CASE("a command that is not there", "[cli][child]") {
  TakenSignals signals;
  Script script("exit 7");
  char nowhere[] = "/no/such/command";
  script.words[0] = nowhere;
  Child child(script.arguments(), signals);
  CHECK(child.begin() == ENOENT);
}

}  // namespace syncq::test
