#include "tests/unit/store/faulty_disk.h"

#include <algorithm>

namespace syncq::test {
namespace {

constexpr std::size_t kSector = 512;

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_faulty(const std::string& path) {
  return path.starts_with(FaultyDisk::kFaulty);
}

}  // namespace

void FaultyDisk::fail(Fault fault, int nth, std::string ending) {
  fault_ = fault;
  left_ = nth;
  ending_ = std::move(ending);
}

bool FaultyDisk::hits(Fault fault, const std::string& path) {
  bool counts = fault == fault_ && left_ > 0 && is_faulty(path) &&
                path.ends_with(ending_);
  if (!counts || --left_ > 0) return false;
  return failed_ = true;
}

void FaultyDisk::apply(const Change& change, std::string& content) {
  if (!change.bytes) return content.resize(change.at);
  std::size_t end = change.at + change.bytes->size();
  content.resize(std::max(content.size(), end));
  content.replace(change.at, change.bytes->size(), *change.bytes);
}

std::vector<FaultyDisk::Change> FaultyDisk::sectors(const Change& change) {
  if (!change.bytes) return {change};
  std::vector<Change> cut;
  for (std::size_t done = 0; done < change.bytes->size();) {
    std::size_t at = change.at + done;
    std::string bytes = change.bytes->substr(done, kSector - at % kSector);
    done += bytes.size();
    cut.push_back({at, std::move(bytes)});
  }
  return cut;
}

// Of one that changes nothing all would be there though it failed, as of what
// an earlier turn of the log has left at its place.
bool FaultyDisk::changes(const Change& change, std::string content) {
  const std::string before = content;
  apply(change, content);
  return content != before;
}

void FaultyDisk::change(File& file, const Change& change) {
  apply(change, file.seen);
  if (!is_faulty(file.path)) return;
  for (Change& sector : sectors(change)) {
    file.unsynced.push_back(std::move(sector));
  }
}

// The first sector that would change never does: all of them would be no torn
// write, and neither would those of several attempts together.
void FaultyDisk::tear(File& file, const Change& wanted) {
  bool spared = false;
  for (const Change& sector : sectors(wanted)) {
    std::string after = file.seen;
    apply(sector, after);
    if (!spared && after != file.seen) {
      spared = true;
    } else if (chance_() % 2 == 0) {
      change(file, sector);
    }
  }
}

int FaultyDisk::write(File& file, Change wanted) {
  if (left_ > 0 && changes(wanted, file.seen) &&
      hits(Fault::kWrite, file.path)) {
    if (chance_() % 2 == 0) tear(file, wanted);
    return SQLITE_IOERR_WRITE;
  }
  if (room_ && is_faulty(file.path)) {
    std::size_t end = wanted.at + wanted.bytes->size();
    std::size_t growth = end - std::min(end, file.seen.size());
    if (growth > *room_) {
      // What there is room for is written.
      wanted.bytes->resize(wanted.bytes->size() -
                           std::min(growth - *room_, wanted.bytes->size()));
      if (!wanted.bytes->empty()) change(file, wanted);
      room_ = 0;
      failed_ = true;
      return SQLITE_FULL;
    }
    *room_ -= growth;
  }
  change(file, wanted);
  return SQLITE_OK;
}

int FaultyDisk::truncate(File& file, std::size_t size) {
  if (hits(Fault::kWrite, file.path)) return SQLITE_IOERR_TRUNCATE;
  change(file, {size, std::nullopt});
  return SQLITE_OK;
}

int FaultyDisk::sync(File& file) {
  if (hits(Fault::kSync, file.path)) return SQLITE_IOERR_FSYNC;
  if (hits(Fault::kDrop, file.path)) {
    file.unsynced.clear();
    return SQLITE_IOERR_FSYNC;
  }
  for (const Change& each : std::exchange(file.unsynced, {})) {
    apply(each, file.synced);
  }
  // Its journal takes a file system's changes in their order.
  if (is_faulty(file.path)) removed_.clear();
  return SQLITE_OK;
}

int FaultyDisk::remove(const std::string& path) {
  auto found = files_.find(path);
  if (found == files_.end()) return SQLITE_IOERR_DELETE_NOENT;
  if (hits(Fault::kWrite, path)) return SQLITE_IOERR_DELETE;
  if (is_faulty(path)) removed_.emplace(path, found->second.synced);
  files_.erase(found);
  return SQLITE_OK;
}

std::string FaultyDisk::survivor(const File& file, std::mt19937& chance) const {
  auto before = removed_.find(file.path);
  if (before != removed_.end() && chance() % 2 == 0) return before->second;
  std::string content = file.synced;
  for (const Change& sector : file.unsynced) {
    if (chance() % 2 == 0) apply(sector, content);
  }
  return content;
}

Files FaultyDisk::as_seen() const {
  Files files;
  for (const auto& [path, file] : files_) {
    if (is_faulty(path)) files[name_of(path)] = file.seen;
  }
  return files;
}

Files FaultyDisk::after_power_loss() const {
  Files files;
  for (const auto& [path, file] : files_) {
    if (is_faulty(path)) files[name_of(path)] = file.synced;
  }
  return files;
}

Files FaultyDisk::after_power_loss(unsigned seed) const {
  std::mt19937 chance(seed);
  Files files;
  for (const auto& [path, content] : removed_) {
    if (!files_.contains(path) && chance() % 2 == 0) {
      files[name_of(path)] = content;
    }
  }
  for (const auto& [path, file] : files_) {
    if (is_faulty(path)) files[name_of(path)] = survivor(file, chance);
  }
  return files;
}

void FaultyDisk::put(const std::string& directory, const Files& files) {
  std::erase_if(files_, [&](const auto& each) {
    return each.first.starts_with(directory);
  });
  for (const auto& [name, content] : files) {
    std::string path = directory + name;
    files_[path] = {path, content, content, {}};
  }
}

}  // namespace syncq::test
