// Overviews, and those who listen to them; and when a daemon may end by itself.

#include <algorithm>

#include "tests/sim/overview.h"

namespace syncq::sim {

// Of one name: it is made in one step.
void Model::overview(const Ask& ask, ConnectionId caller) {
  if (fifo(ask) == nullptr && queue(ask) == nullptr) {
    return refuse(caller, ErrorCode::kNotFound);
  }
  Expected expected;
  expected.overview = std::make_shared<const View>(stored_);
  expected.wanted = ask.wanted;
  world_.say(caller, expected);
}

bool Model::listen(const Ask& ask, ConnectionId caller) {
  bool all = ask.wanted.only.empty();
  if (!all && fifo(ask) == nullptr && queue(ask) == nullptr) {
    refuse(caller, ErrorCode::kNotFound);
    return false;
  }
  Listener listener{caller, std::nullopt};
  if (ask.limit && *ask.limit != Duration::zero()) {
    listener.until = now_ + *ask.limit;
  }
  listeners_.push_back(listener);
  Expected stream;
  stream.form = Expected::Form::kStream;
  world_.say(caller, stream);
  return true;
}

bool Model::end_listener(ConnectionId caller, Instant now) {
  auto over = std::erase_if(listeners_, [&](const Listener& each) {
    return each.caller == caller && each.until && *each.until <= now;
  });
  Expected end;
  end.form = Expected::Form::kEnd;
  world_.say(caller, end);
  return over == 1;
}

bool Model::listens_too_long(Instant now) const {
  return std::any_of(
      listeners_.begin(), listeners_.end(),
      [&](const Listener& each) { return each.until && *each.until <= now; });
}

// Tickets and leases have clocks, and nobody else keeps what is in memory.
bool Model::keeps_anything() const {
  bool tickets = std::any_of(
      stored_.tickets.begin(), stored_.tickets.end(),
      [this](const ModelTicket& ticket) {
        auto is_its = [&](const auto& fifo) { return fifo.id == ticket.fifo; };
        return ticket.live() &&
               std::any_of(stored_.fifos.begin(), stored_.fifos.end(), is_its);
      });
  return tickets ||
         std::any_of(stored_.queues.begin(), stored_.queues.end(),
                     [](const ModelQueue& queue) {
                       bool leases = std::any_of(
                           queue.hidden.begin(), queue.hidden.end(),
                           [](const auto& each) { return each.lease != 0; });
                       bool in_memory =
                           queue.config.ephemeral &&
                           queue.ready.size() + queue.hidden.size() > 0;
                       return leases || in_memory;
                     });
}

}  // namespace syncq::sim
