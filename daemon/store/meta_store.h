#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/store/sqlite.h"

namespace syncq {

// The key of where the daemon's timeline was last seen (SystemClock).
inline constexpr std::string_view kTimelineLast = "timeline_last";

// Single values of the store. Throws StoreError. One thread.
class MetaStore {
 public:
  virtual ~MetaStore() = default;
  // 0 and "" for a key that is not there.
  virtual std::int64_t number(std::string_view key) = 0;
  virtual std::string text(std::string_view key) = 0;
  virtual void set(std::string_view key, std::int64_t value) = 0;
  virtual void set(std::string_view key, std::string_view value) = 0;
};

class SqliteMetaStore final : public MetaStore {
 public:
  explicit SqliteMetaStore(sqlite::Database& database);

  std::int64_t number(std::string_view key) override;
  std::string text(std::string_view key) override;
  void set(std::string_view key, std::int64_t value) override;
  void set(std::string_view key, std::string_view value) override;

 private:
  sqlite::Statement get_;
  sqlite::Statement set_;
};

}  // namespace syncq
