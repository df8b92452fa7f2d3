#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "cli/process/inherited_fds.h"

namespace syncq {
namespace {

// The kernel's own record (getdents64(2)): readdir(3) may allocate.
struct Record {
  std::uint64_t inode;
  std::int64_t offset;
  std::uint16_t length;
  std::uint8_t type;
  char name[1];
};

int number_of(const char* name) {
  int value = 0;
  for (; *name != '\0'; ++name) {
    if (*name < '0' || *name > '9') return -1;
    value = value * 10 + (*name - '0');
  }
  return value;
}

// Before Linux 5.9, or if a sandbox forbids close_range.
void close_listed(int first) {
  int directory = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return;
  alignas(Record) char buffer[4096];
  long length = 0;
  while ((length = syscall(SYS_getdents64, directory, buffer, sizeof buffer)) >
         0) {
    for (long at = 0; at < length;) {
      auto* record = reinterpret_cast<Record*>(buffer + at);
      int fd = number_of(record->name);
      if (fd >= first && fd != directory) close(fd);
      at += record->length;
    }
  }
  close(directory);
}

}  // namespace

void close_from(int first) {
  if (close_range(static_cast<unsigned>(first), ~0U, 0) != 0) {
    close_listed(first);
  }
}

}  // namespace syncq
