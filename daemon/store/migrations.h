#pragma once

#include <array>
#include <cstdint>

namespace syncq {

// The newest version of the schema: a store's user_version.
inline constexpr std::int64_t kNewest = 6;

// What makes a store of one version one of the next.
struct Migration {
  const char* schema;
  const char* rows = "";  // what becomes of those that there are
};

// By the version that they begin with, from 1.
extern const std::array<Migration, kNewest - 1> kMigrations;

// What makes an empty file a store of the newest version: each ALTER TABLE
// costs as much as all of this.
extern const char* const kNewestSchema;

}  // namespace syncq
