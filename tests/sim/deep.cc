// Queues of thousands.

#include <fmt/format.h>

#include "tests/sim/world.h"

namespace syncq::sim {

bool Daemon::push(const std::string& queue, const std::string& body) {
  Push push;
  push.body = body;
  return commit_
      .attempt([&] { (void)queues_.push(queue, push, now(), wall()); })
      .ok();
}

// All at once, in one transaction, and not by HTTP: that would take too long.
void World::fill(const std::string& queue, int messages) {
  Ask ask;
  ask.verb = Verb::kPut;
  ask.name = queue;
  for (int i = 0; i < messages; ++i) {
    ask.body = fmt::format("{} of {}", i, messages);
    if (!daemon_->push(queue, ask.body)) return;
    model_.ask(ask, 0, daemon_->now());
  }
}

}  // namespace syncq::sim
