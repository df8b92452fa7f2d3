#pragma once

#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/fifo/fifo_requests.h"

namespace syncq::test {

// Callers of hold that want turns in several FIFOs.
struct SeveralFixture : FifoFixture {
  using FifoFixture::FifoFixture;

  // The first, and the others, as they are named.
  HoldReply several(std::vector<std::string> names, ConnectionId caller,
                    HoldRequest call = {}) {
    call.with.assign(names.begin() + 1, names.end());
    return hold(names.front(), caller, call);
  }
  ErrorCode several_refusal(std::vector<std::string> names, HoldRequest call) {
    call.create = true;
    call.with.assign(names.begin() + 1, names.end());
    return hold_refusal(names.front(), 99, call);
  }
  void with_slots(const std::string& name, int slots) {
    named(name, test::with_slots(slots));
  }
  // It has its turn in all of its FIFOs; else in none.
  bool has_turns(const HoldReply& start) {
    std::size_t held = state(start.ticket) == TicketState::kAccepted ? 1 : 0;
    for (const HoldReply& other : start.others) {
      if (state(other.ticket) == TicketState::kAccepted) ++held;
    }
    CHECK((held == 0 || held == 1 + start.others.size()));
    return held > 0;
  }
  bool is_over(const HoldReply& start) {
    std::size_t ended = state(start.ticket) == TicketState::kEnded ? 1 : 0;
    for (const HoldReply& other : start.others) {
      if (state(other.ticket) == TicketState::kEnded) ++ended;
    }
    CHECK((ended == 0 || ended == 1 + start.others.size()));
    return ended > 0;
  }
};

}  // namespace syncq::test
