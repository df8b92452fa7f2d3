#pragma once

#include <string>

#include "cli/client/client.h"

namespace syncq {

// Whether this process runs inside a turn of a FIFO, one that is still held.
enum class Nested {
  kNo,
  kOnlySlot,      // and would wait for itself
  kOneOfSeveral,  // and may come to wait for itself
};

// Asks the daemon, if there is a turn around us at all. Throws Failure.
// `shared`: what we want is, and may come beside that turn.
Nested nested_in(Client& client, const std::string& fifo, bool shared);

// Adds a turn to those that the command runs in: the environment is all that
// goes through env, make and sh.
void note_turn(const std::string& ticket);

}  // namespace syncq
