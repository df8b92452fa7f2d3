#pragma once

#include <catch2/catch.hpp>

#include "daemon/store/store_rules.h"

namespace syncq::test {

// For fixtures with a database and a `now`.

template <typename World>
void damage(World& world, const char* sql) {
  world.database->execute(sql);
}

// What the daemon does at its start.
template <typename World>
std::size_t mend(World& world) {
  std::size_t mended = mend_breaches(*world.database, world.now).size();
  world.database->commit();
  CHECK(find_breaches(*world.database).empty());
  return mended;
}

template <typename World>
void check_refused(World& world, const char* what) {
  CHECK_THROWS_WITH(mend_breaches(*world.database, world.now),
                    Catch::Matchers::Contains(what) &&
                        Catch::Matchers::Contains("syncq doctor --repair"));
  world.database->rollback();
  CHECK_FALSE(force_breaches(*world.database, world.now).empty());
  CHECK(find_breaches(*world.database).empty());
}

}  // namespace syncq::test
