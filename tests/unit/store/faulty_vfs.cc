// What SQLite calls, of the disk in memory (sqlite.org/vfs.html).

#include <algorithm>
#include <cstring>

#include "tests/unit/store/faulty_disk.h"

namespace syncq::test {

// As SQLite lays its files out: `base` first.
struct FaultyFile {
  sqlite3_file base;
  FaultyDisk* disk;
  FaultyDisk::File* file;

  static FaultyFile& of(sqlite3_file* file) {
    return *reinterpret_cast<FaultyFile*>(file);
  }
  static FaultyDisk& disk_of(sqlite3_vfs* vfs) {
    return *static_cast<FaultyDisk*>(vfs->pAppData);
  }

  static int close(sqlite3_file*) { return SQLITE_OK; }
  static int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
    const std::string& content = of(file).file->seen;
    auto begin = std::min(static_cast<std::size_t>(at), content.size());
    auto wanted = static_cast<std::size_t>(size);
    std::size_t length = std::min(content.size() - begin, wanted);
    std::memcpy(to, content.data() + begin, length);
    std::memset(static_cast<char*>(to) + length, 0, wanted - length);
    return length < wanted ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
  }
  static int write(sqlite3_file* file, const void* from, int size,
                   sqlite3_int64 at) {
    std::string bytes(static_cast<const char*>(from),
                      static_cast<std::size_t>(size));
    return of(file).disk->write(
        *of(file).file, {static_cast<std::size_t>(at), std::move(bytes)});
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    return of(file).disk->truncate(*of(file).file,
                                   static_cast<std::size_t>(size));
  }
  static int sync(sqlite3_file* file, int) {
    return of(file).disk->sync(*of(file).file);
  }
  static int size(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(of(file).file->seen.size());
    return SQLITE_OK;
  }
  // Nobody else has the files open.
  static int lock(sqlite3_file*, int) { return SQLITE_OK; }
  static int check_lock(sqlite3_file*, int* result) {
    *result = 0;
    return SQLITE_OK;
  }
  static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int sector_size(sqlite3_file*) { return 4096; }
  // As SQLite takes every disk for by default.
  static int traits(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file,
                  int flags, int* given) {
    // Version 1: no shared memory, which a claimed store does without.
    static const sqlite3_io_methods kMethods = {
        1,       close,   read,       write,   truncate,    sync,   size,
        lock,    unlock,  check_lock, control, sector_size, traits, nullptr,
        nullptr, nullptr, nullptr,    nullptr, nullptr};
    of(file).base.pMethods = nullptr;
    // Stores keep what is temporary in memory.
    if (name == nullptr) return SQLITE_CANTOPEN;
    FaultyDisk& disk = disk_of(vfs);
    bool there = disk.files_.contains(name);
    if (!there && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    of(file) = {{&kMethods}, &disk, &disk.files_[name]};
    of(file).file->path = name;
    if (given != nullptr) *given = flags;
    return SQLITE_OK;
  }
  static int unlock(sqlite3_file*, int) { return SQLITE_OK; }
  static int remove(sqlite3_vfs* vfs, const char* name, int) {
    return disk_of(vfs).remove(name);
  }
  static int access(sqlite3_vfs* vfs, const char* name, int, int* result) {
    *result = disk_of(vfs).files_.contains(name) ? 1 : 0;
    return SQLITE_OK;
  }
  static int full_path(sqlite3_vfs*, const char* name, int size, char* to) {
    sqlite3_snprintf(size, to, "%s", name);
    return SQLITE_OK;
  }
};

FaultyDisk::FaultyDisk() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
  vfs_.zName = "faulty";
  vfs_.pAppData = this;
  vfs_.szOsFile = static_cast<int>(sizeof(FaultyFile));
  vfs_.xOpen = FaultyFile::open;
  vfs_.xDelete = FaultyFile::remove;
  vfs_.xAccess = FaultyFile::access;
  vfs_.xFullPathname = FaultyFile::full_path;
  sqlite3_vfs_register(&vfs_, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

}  // namespace syncq::test
