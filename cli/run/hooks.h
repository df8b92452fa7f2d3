#pragma once

#include <string>

#include "cli/base/deadline.h"

namespace syncq {

// Runs `sh -c COMMAND` beside us, with `text` as its $1. It is not waited for
// and never becomes our child, nor that of the command that we become; it
// reads nothing, and what it prints goes to stderr. If it can't be started,
// that is said there. One thread.
void run_hook(const std::string& command, const std::string& text);

// Tells somebody who looks elsewhere that the turn has come: the terminal's
// bell, and SYNCQ_NOTIFY as a hook; without it a desktop notification, if there
// is a desktop.
void notify_turn(const std::string& fifo, Duration waited);

}  // namespace syncq
