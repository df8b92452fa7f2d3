#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace syncq::sim {

// What can happen: first the verbs of Verb, in its order, then the rest.
enum class Event {
  kClose = 40,  // a client closes its connection
  kHalfClose,   // sends no more, as `nc -N` does
  kBreak,       // its connection breaks
  kReading,     // stops to read, or begins again
  kPass,        // time passes
  kIterate,     // the daemon takes what has come
  kEndProcess,
  kStopProcess,
  kGoOnProcess,
  kKill,      // the daemon, as `kill -9`
  kStop,      // the daemon, gently
  kPowerCut,  // of the whole machine
  kSleep,     // no daemon for a day
  kStall,     // the daemon does not run for a while, and does not know why
  kFailWrite,
  kFailSync,
  kFill,  // a queue, with thousands of messages
  kIdle,  // all clients leave: the daemon may end by itself
};
inline constexpr int kKinds = 58;

// One step. It says what to do by numbers that mean something whatever came
// before ("the third ticket that there is"), so that others can be left out.
struct Action {
  int kind = 0;
  int who = 0;  // which client
  std::array<std::uint32_t, 4> numbers{};

  std::string text() const;
};

// The steps of a seed. Each seed prefers others, and leaves some out: what is
// rare in a mix of all is frequent in some.
std::vector<Action> steps_of(std::uint64_t seed, int steps);

}  // namespace syncq::sim
