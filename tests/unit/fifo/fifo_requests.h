#pragma once

#include "daemon/fifo/fifo_engine.h"

namespace syncq::test {

// What tests ask of the engine, in few words.

inline NewFifo with_slots(int slots) {
  NewFifo wanted;
  wanted.slots = slots;
  return wanted;
}

inline TicketTerms taking(int take, int priority = 0) {
  TicketTerms terms;
  terms.priority = priority;
  terms.take = take;
  return terms;
}

inline HoldRequest hold_of(int take, int priority = 0) {
  HoldRequest call;
  call.terms = taking(take, priority);
  return call;
}

// A call of hold whose turn is the process's if it becomes the command.
inline HoldRequest by(const Process& owner, bool exec = true) {
  HoldRequest call;
  call.owner = owner;
  call.exec = exec;
  return call;
}

}  // namespace syncq::test
