#pragma once

#include <string>

#include "daemon/fifo/events.h"
#include "daemon/queue/queue_events.h"

namespace syncq {

// Events as lines of the log, not sanitized.
std::string text_of(const TurnGiven& event);
std::string text_of(const TurnEnded& event);
std::string text_of(const TicketExpired& event);
std::string text_of(const FifoUnused& event);
std::string text_of(const FifoSteered& event);
std::string text_of(const MessageGivenUp& event);
std::string text_of(const QueueSteered& event);

}  // namespace syncq
