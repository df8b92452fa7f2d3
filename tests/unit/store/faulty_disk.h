#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace syncq::test {

// While it lives, SQLite's files below one directory are on a disk of which
// one write or one sync can be made to fail, and that knows what a loss of
// power would leave; no file is really synced. One at a time.
class FaultyDisk {
 public:
  enum class Call { kWrite, kSync };

  // `drops`: a sync that fails marks its pages clean, as Linux does, so that no
  // later one writes them.
  FaultyDisk(std::string directory, bool drops);
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // The nth call from now on fails.
  void fail(Call call, int nth);
  // Whether it has come to that.
  bool failed() const { return left_ <= 0; }

  // Puts into an empty directory what the files are after a loss of power,
  // or what they are for other processes.
  void after_power_loss(const std::string& to) const;
  void as_seen(const std::string& to) const;

 private:
  friend struct FaultyFile;
  struct Kept {
    std::string image;  // what is on the disk
    std::vector<std::pair<sqlite3_int64, int>> unsynced;
  };

  bool hits(Call call);

  std::string directory_;
  bool drops_;
  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  std::map<std::string, Kept> files_;
  Call call_ = Call::kSync;
  int left_ = 0;
};

}  // namespace syncq::test
