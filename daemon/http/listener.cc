#include "daemon/http/listener.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "daemon/http/socket_state.h"
#include "daemon/http/tcp_socket.h"

namespace syncq {
namespace {

[[noreturn]] void fail(const std::string& path, const char* doing) {
  throw std::runtime_error(
      fmt::format("{} the socket {}: {}; set SYNCQ_SOCKET to a path you can "
                  "write to",
                  doing, path, std::strerror(errno)));
}

}  // namespace

UniqueFd listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    fail(path, "making");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) fail(path, "making");
  // Never over a file that is something else, or over a socket that answers.
  struct stat info;
  if (lstat(path.c_str(), &info) == 0) {
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (!S_ISSOCK(info.st_mode)) {
      throw std::runtime_error(fmt::format(
          "making the socket {}: {} is there; move it away, or set "
          "SYNCQ_SOCKET to another path",
          path, S_ISDIR(info.st_mode) ? "a directory" : "another file"));
    }
    UniqueFd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (probe && connect(probe.get(), raw, sizeof address) == 0) {
      throw std::runtime_error(fmt::format(
          "making the socket {}: another daemon serves it; end that one, or "
          "set SYNCQ_SOCKET to another path",
          path));
    }
    if (unlink(path.c_str()) != 0) fail(path, "replacing");
  }
  mode_t old_mask = umask(0177);
  int bound =
      bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  umask(old_mask);
  if (bound != 0) fail(path, "binding");
  if (listen(fd.get(), kBacklog) != 0) fail(path, "listening on");
  return fd;
}

bool socket_exists(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode);
}

std::optional<FileId> file_at(const std::string& path) {
  struct stat info;
  if (lstat(path.c_str(), &info) != 0) return std::nullopt;
  return FileId{info.st_dev, info.st_ino};
}

void init_stream(uv_loop_t* loop, Transport transport, uv_any_handle& handle) {
  if (transport == Transport::kTcp) {
    uv_tcp_init(loop, &handle.tcp);
  } else {
    uv_pipe_init(loop, &handle.pipe, 0);
  }
}

Listener::Listener(uv_loop_t* loop, Transport transport,
                   std::function<bool()> full,
                   std::function<void(uv_stream_t*)> accept)
    : transport_(transport),
      full_(std::move(full)),
      accept_(std::move(accept)) {
  init_stream(loop, transport, handle_);
  handle_.handle.data = this;
}

std::unique_ptr<Listener> Listener::serve(
    uv_loop_t* loop, UniqueFd fd, Transport transport,
    std::function<bool()> full, std::function<void(uv_stream_t*)> accept) {
  std::unique_ptr<Listener> made(
      new Listener(loop, transport, std::move(full), std::move(accept)));
  int error = made->open(std::move(fd));
  if (error == 0) return made;
  // The loop still knows it.
  close(std::move(made));
  throw std::runtime_error(
      fmt::format("listening on the socket: {}; free some memory, or raise "
                  "`ulimit -n`",
                  uv_strerror(error)));
}

int Listener::open(UniqueFd fd) {
  int error = transport_ == Transport::kTcp
                  ? uv_tcp_open(&handle_.tcp, fd.get())
                  : uv_pipe_open(&handle_.pipe, fd.get());
  if (error != 0) return error;
  static_cast<void>(fd.release());
  return uv_listen(&handle_.stream, kBacklog,
                   [](uv_stream_t* server, int status) {
                     if (status == 0) {
                       static_cast<Listener*>(server->data)->on_connection();
                     }
                   });
}

int Listener::fd() const {
  uv_os_fd_t fd = -1;
  uv_fileno(&handle_.handle, &fd);
  return fd;
}

// libuv stops watching the socket while a connection stands unaccepted, and
// goes on with uv_accept.
void Listener::on_connection() {
  waiting_ = full_();
  if (!waiting_) accept_(&handle_.stream);
}

void Listener::resume() {
  if (waiting_) on_connection();
}

bool Listener::pending() const { return input_waits(fd()); }

void Listener::close(std::unique_ptr<Listener> listener) {
  uv_handle_t* handle = &listener.release()->handle_.handle;
  uv_close(handle, [](uv_handle_t* closed) {
    std::unique_ptr<Listener> owned(static_cast<Listener*>(closed->data));
  });
}

}  // namespace syncq
