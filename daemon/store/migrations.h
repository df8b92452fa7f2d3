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

// By the version that they begin with; 0 is an empty file.
extern const std::array<Migration, kNewest> kMigrations;

}  // namespace syncq
