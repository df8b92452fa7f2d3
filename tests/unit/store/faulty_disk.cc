#include "tests/unit/store/faulty_disk.h"

#include <algorithm>
#include <filesystem>

#include "tests/unit/files.h"

namespace syncq::test {

namespace fs = std::filesystem;

// As SQLite lays its files out: `base` first, the real one behind it.
struct FaultyFile {
  sqlite3_file base;
  FaultyDisk* disk;
  FaultyDisk::Kept* kept;

  static FaultyFile& of(sqlite3_file* file) {
    return *reinterpret_cast<FaultyFile*>(file);
  }
  static sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(&of(file) + 1);
  }
  static const sqlite3_io_methods& methods(sqlite3_file* file) {
    return *real(file)->pMethods;
  }

  static int close(sqlite3_file* file) {
    return methods(file).xClose(real(file));
  }
  static int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
    return methods(file).xRead(real(file), to, size, at);
  }
  static int write(sqlite3_file* file, const void* from, int size,
                   sqlite3_int64 at) {
    if (of(file).kept != nullptr &&
        of(file).disk->hits(FaultyDisk::Call::kWrite)) {
      return SQLITE_IOERR_WRITE;
    }
    if (of(file).kept != nullptr) {
      of(file).kept->unsynced.emplace_back(at, size);
    }
    return methods(file).xWrite(real(file), from, size, at);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (of(file).kept != nullptr) {
      std::string& image = of(file).kept->image;
      image.resize(std::min(image.size(), static_cast<std::size_t>(size)));
    }
    return methods(file).xTruncate(real(file), size);
  }
  static int sync(sqlite3_file* file, int) {
    if (of(file).kept == nullptr) return SQLITE_OK;
    auto& [image, unsynced] = *of(file).kept;
    if (of(file).disk->hits(FaultyDisk::Call::kSync)) {
      if (of(file).disk->drops_) unsynced.clear();
      return SQLITE_IOERR_FSYNC;
    }
    for (auto [at, size] : std::exchange(unsynced, {})) {
      auto begin = static_cast<std::size_t>(at);
      auto length = static_cast<std::size_t>(size);
      image.resize(std::max(image.size(), begin + length));
      methods(file).xRead(real(file), image.data() + begin, size, at);
    }
    return SQLITE_OK;
  }
  static int size(sqlite3_file* file, sqlite3_int64* size) {
    return methods(file).xFileSize(real(file), size);
  }
  static int lock(sqlite3_file* file, int level) {
    return methods(file).xLock(real(file), level);
  }
  static int unlock(sqlite3_file* file, int level) {
    return methods(file).xUnlock(real(file), level);
  }
  static int check_lock(sqlite3_file* file, int* result) {
    return methods(file).xCheckReservedLock(real(file), result);
  }
  static int control(sqlite3_file* file, int code, void* argument) {
    return methods(file).xFileControl(real(file), code, argument);
  }
  static int sector_size(sqlite3_file* file) {
    return methods(file).xSectorSize(real(file));
  }
  static int traits(sqlite3_file* file) {
    return methods(file).xDeviceCharacteristics(real(file));
  }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file,
                  int flags, int* given) {
    // Version 1: no shared memory, which a claimed store does without.
    static const sqlite3_io_methods kMethods = {
        1,       close,   read,       write,   truncate,    sync,   size,
        lock,    unlock,  check_lock, control, sector_size, traits, nullptr,
        nullptr, nullptr, nullptr,    nullptr, nullptr};
    auto* disk = static_cast<FaultyDisk*>(vfs->pAppData);
    std::string path = name == nullptr ? "" : name;
    of(file).base.pMethods = nullptr;
    of(file).disk = disk;
    of(file).kept =
        path.starts_with(disk->directory_) ? &disk->files_[path] : nullptr;
    int result =
        disk->real_->xOpen(disk->real_, name, real(file), flags, given);
    if (result == SQLITE_OK) of(file).base.pMethods = &kMethods;
    return result;
  }
  static int remove(sqlite3_vfs* vfs, const char* name, int sync_directory) {
    auto* disk = static_cast<FaultyDisk*>(vfs->pAppData);
    disk->files_.erase(name);
    return disk->real_->xDelete(disk->real_, name, sync_directory);
  }
};

FaultyDisk::FaultyDisk(std::string directory, bool drops)
    : directory_(std::move(directory)),
      drops_(drops),
      real_(sqlite3_vfs_find(nullptr)),
      vfs_(*real_) {
  vfs_.zName = "faulty";
  vfs_.pAppData = this;
  vfs_.szOsFile += static_cast<int>(sizeof(FaultyFile));
  vfs_.xOpen = FaultyFile::open;
  vfs_.xDelete = FaultyFile::remove;
  sqlite3_vfs_register(&vfs_, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

void FaultyDisk::fail(Call call, int nth) {
  call_ = call;
  left_ = nth;
}

bool FaultyDisk::hits(Call call) {
  return call == call_ && left_ > 0 && --left_ == 0;
}

void FaultyDisk::after_power_loss(const std::string& to) const {
  for (const auto& [path, kept] : files_) {
    write_file(to / fs::path(path).filename(), kept.image);
  }
}

void FaultyDisk::as_seen(const std::string& to) const {
  for (const auto& [path, kept] : files_) {
    fs::copy_file(path, to / fs::path(path).filename());
  }
}

}  // namespace syncq::test
