#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace syncq::test {

// What is in each file of a directory, by its name.
using Files = std::map<std::string, std::string>;

// While it lives, all files of SQLite are in memory, below "/", on a disk that
// knows what a loss of power would leave. The files of kFaulty can be made to
// fail; others, for copies and models, never do. One at a time.
class FaultyDisk {
 public:
  static constexpr const char* kFaulty = "/faulty/";

  enum class Fault {
    // Of what is to be written none or some sectors are; nothing is cut short
    // or removed.
    kWrite,
    kSync,  // what was to be synced is in a later one
    kDrop,  // it is in none: Linux forgets the pages that it could not write
  };

  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // The nth such call from now on fails, once; only those to files whose names
  // end so count.
  void fail(Fault fault, int nth, std::string ending = "");
  // The files can grow by this many bytes more, or by any number.
  void leave_room(std::optional<std::size_t> bytes) { room_ = bytes; }
  // Whether anything has failed since the last call.
  bool take_failure() { return std::exchange(failed_, false); }

  // The faulty files as other processes see them, and what is left of them
  // after a loss of power: of what is not synced nothing, or any sectors, by
  // chance.
  Files as_seen() const;
  Files after_power_loss() const;
  Files after_power_loss(unsigned seed) const;
  // The directory, a path that ends in "/", has these files and no others. None
  // may be open in it.
  void put(const std::string& directory, const Files& files);

 private:
  friend struct FaultyFile;
  // At most a sector; without bytes, the file's end is moved there.
  struct Change {
    std::size_t at;
    std::optional<std::string> bytes;
  };
  struct File {
    std::string path;
    std::string seen;
    std::string synced;
    std::vector<Change> unsynced;
  };

  static void apply(const Change& change, std::string& content);
  static bool changes(const Change& change, std::string content);
  static std::vector<Change> sectors(const Change& change);
  std::string survivor(const File& file, std::mt19937& chance) const;
  void change(File& file, const Change& change);
  void tear(File& file, const Change& wanted);
  int write(File& file, Change wanted);
  int truncate(File& file, std::size_t size);
  int sync(File& file);
  int remove(const std::string& path);
  bool hits(Fault fault, const std::string& path);

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  std::map<std::string, File> files_;
  // What was removed, and may come back by a loss of power until any sync.
  Files removed_;
  std::mt19937 chance_{1};
  Fault fault_ = Fault::kWrite;
  std::string ending_;
  int left_ = 0;
  std::optional<std::size_t> room_;
  bool failed_ = false;
};

}  // namespace syncq::test
