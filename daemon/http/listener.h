#pragma once

#include <sys/types.h>
#include <uv.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/unique_fd.h"

namespace syncq {

// Makes the listening Unix socket at `path`, mode 0600, in place of a dead
// one. The caller holds the instance lock: only its holder may unlink the
// socket. Throws std::runtime_error for people.
UniqueFd listen_at(const std::string& path);

// True when there is a socket at `path`.
bool socket_exists(const std::string& path);

// Tells a file from a later one at the same path.
struct FileId {
  dev_t device;
  ino_t inode;

  bool operator==(const FileId&) const = default;
};

// The file at the path; nullopt if there is none.
std::optional<FileId> file_at(const std::string& path);

enum class Transport { kUnix, kTcp };

// Makes the handle one of a loop, for a socket of this kind.
void init_stream(uv_loop_t* loop, Transport transport, uv_any_handle& handle);

// Accepts connections on a listening socket. While `full` says so it leaves
// them in the kernel's queue; resume() goes on. One thread.
class Listener {
 public:
  // Throws std::runtime_error for people.
  static std::unique_ptr<Listener> serve(
      uv_loop_t* loop, UniqueFd fd, Transport transport,
      std::function<bool()> full,
      std::function<void(uv_stream_t* server)> accept);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  int fd() const;
  void resume();
  // True when a connection is waiting to be accepted.
  bool pending() const;
  // Closes it; the loop frees it in a later iteration.
  static void close(std::unique_ptr<Listener> listener);

 private:
  Listener(uv_loop_t* loop, Transport transport, std::function<bool()> full,
           std::function<void(uv_stream_t*)> accept);
  int open(UniqueFd fd);
  void on_connection();

  const Transport transport_;
  uv_any_handle handle_;
  std::function<bool()> full_;
  std::function<void(uv_stream_t*)> accept_;
  bool waiting_ = false;  // a connection is not accepted yet
};

}  // namespace syncq
