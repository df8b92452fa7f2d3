#pragma once

#include <string>

#include "cli/client/client.h"
#include "cli/options/terms_options.h"

namespace syncq {

// Whether this process runs inside a turn of a FIFO, one that is still held.
enum class Nested {
  kNo,
  kTooManySlots,  // it leaves too few, and we would wait for ourselves
  kSome,          // and we may come to wait for ourselves
};

// Whether there is a turn around us at all.
bool is_in_turn();

// The tickets of the turns around us, the innermost if there are too many to
// tell the daemon, separated by commas.
std::string turns_around();

// Asks the daemon, if there is a turn around us at all. Throws Failure.
// `terms`: what we want; if it is shared, it may come beside that turn.
Nested nested_in(Client& client, const std::string& fifo,
                 const TermsOptions& terms);

// Adds a turn to those that the command runs in: the environment is all that
// goes through env, make and sh. Returns whether there is another.
bool note_turn(const std::string& ticket);

}  // namespace syncq
