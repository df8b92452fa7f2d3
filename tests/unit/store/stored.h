#pragma once

#include <string>

#include "tests/unit/store/small_daemon.h"

namespace syncq::test {

// All that is in a store but heartbeats, a line a row; UUIDs by our names for
// them. Empty: nothing was ever stored.
std::string stored_in(sqlite::Database& database, const Surroundings& around);

// A UUID that can be read: its bytes are those of the name, which has at most
// 16.
Uuid uuid_named(std::string name);

}  // namespace syncq::test
