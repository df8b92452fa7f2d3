#pragma once

#include <optional>
#include <string>

#include "common/result.h"

namespace syncq {

// The longest path a Unix socket can have: sun_path less its final NUL
// (unix(7)). libuv 1.44 cuts a longer one silently.
inline constexpr std::size_t kMaxSocketPath = 107;

// The paths of one user's daemon, all absolute.
struct Paths {
  std::string state_dir;
  std::string socket;
  // True if the user named the socket: no other is tried then.
  bool socket_is_explicit = false;

  std::string store() const { return state_dir + "/syncq.db"; }
  std::string log() const { return state_dir + "/daemon.log"; }
  // Locked by the daemon for its life; contains its pid as text.
  std::string instance_lock() const { return state_dir + "/daemon.lock"; }
  // Locked by a client while it starts a daemon.
  std::string spawn_lock() const { return state_dir + "/spawn.lock"; }
  // The token that a request over TCP bears: see common/token.h.
  std::string token() const { return state_dir + "/token"; }
  // Contains the path of the socket the running daemon really listens on: a
  // client with another XDG_RUNTIME_DIR (cron, su) finds it there.
  std::string socket_pointer() const { return state_dir + "/socket.path"; }
};

// Finds the paths from, in this order, the argument (--socket),
// $SYNCQ_SOCKET, $XDG_RUNTIME_DIR/syncq, /run/user/UID/syncq, /tmp/syncq-UID
// for the socket; $SYNCQ_STATE_DIR, $XDG_STATE_HOME/syncq,
// $HOME/.local/state/syncq for the state. Touches nothing. Refuses with
// kBadRequest.
Result<Paths> find_paths(const std::optional<std::string>& socket_option);

// Where the daemon's config file would be.
struct ConfigPath {
  std::string path;  // absolute; "" if none is to be read
  // True if the user named the file: it has to be there.
  bool is_explicit = false;
};

// Finds it from, in this order, $SYNCQ_CONFIG (empty: none is read),
// $XDG_CONFIG_HOME/syncq/config.toml, $HOME/.config/syncq/config.toml. Touches
// nothing.
ConfigPath find_config_path();

// Makes the state directory and, unless the user named the socket, the
// socket's directory, mode 0700. Refuses one that is a symlink, another
// user's, or open to others.
Result<> make_directories(const Paths& paths);

// The socket the running daemon wrote into the socket pointer, if any.
std::optional<std::string> read_socket_pointer(const Paths& paths);

}  // namespace syncq
