#include "common/paths.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace syncq {
namespace {

std::optional<std::string> env(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

// Of XDG's variables: a path that is not absolute is to be ignored
// (specifications.freedesktop.org/basedir-spec).
std::optional<std::string> env_dir(const char* name) {
  auto value = env(name);
  if (value && value->front() != '/') return std::nullopt;
  return value;
}

std::string absolute(const std::string& path) {
  std::error_code ec;
  auto whole = std::filesystem::absolute(path, ec).lexically_normal().string();
  while (whole.size() > 1 && whole.back() == '/') whole.pop_back();
  return ec ? path : whole;
}

// The same short name for the same path, for every client: a version 5 UUID.
std::string short_name(const std::string& path) {
  boost::uuids::name_generator_sha1 generator(boost::uuids::ns::url());
  return boost::uuids::to_string(generator("file://" + path));
}

// $XDG_RUNTIME_DIR where it is this user's own: su and sudo may leave
// another's in place.
std::string runtime_dir() {
  if (auto xdg = env_dir("XDG_RUNTIME_DIR")) {
    struct stat info;
    if (stat(xdg->c_str(), &info) == 0 && info.st_uid == geteuid()) {
      return absolute(*xdg) + "/syncq";
    }
  }
  return fmt::format("/tmp/syncq-{}", geteuid());
}

Result<std::string> find_state_dir() {
  if (auto dir = env("SYNCQ_STATE_DIR")) return absolute(*dir);
  if (auto xdg = env_dir("XDG_STATE_HOME")) return absolute(*xdg) + "/syncq";
  if (auto home = env("HOME")) return absolute(*home) + "/.local/state/syncq";
  return Refusal{ErrorCode::kBadRequest,
                 "finding the state directory: HOME is not set; set "
                 "SYNCQ_STATE_DIR to a directory of your own"};
}

std::string fit_socket(const std::string& path) {
  if (path.size() <= kMaxSocketPath) return path;
  return fmt::format("/tmp/syncq-{}/{}.sock", geteuid(), short_name(path));
}

// Says what is wrong with a directory that only its owner may use; "" if
// nothing is.
std::string fault_of(const std::string& path) {
  struct stat info;
  if (lstat(path.c_str(), &info) != 0) return std::strerror(errno);
  if (S_ISLNK(info.st_mode)) return "it is a symbolic link";
  if (!S_ISDIR(info.st_mode)) return "it is not a directory";
  if (info.st_uid != geteuid()) {
    return fmt::format("it belongs to user {}, not to you", info.st_uid);
  }
  if ((info.st_mode & 022) != 0) return "others can write to it";
  return "";
}

Result<> make_private_dir(const std::string& path) {
  std::filesystem::path parent = std::filesystem::path(path).parent_path();
  std::error_code ec;
  std::filesystem::create_directories(parent, ec);
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return Refusal{ErrorCode::kBadRequest,
                   fmt::format("making the directory {}: {}; set "
                               "SYNCQ_STATE_DIR and SYNCQ_SOCKET to places "
                               "you can write to",
                               path, std::strerror(errno))};
  }
  std::string fault = fault_of(path);
  if (fault.empty()) return Nothing{};
  return Refusal{ErrorCode::kBadRequest,
                 fmt::format("using the directory {}: {}; remove it, or set "
                             "SYNCQ_STATE_DIR or SYNCQ_SOCKET to a place of "
                             "your own",
                             path, fault)};
}

}  // namespace

Result<Paths> find_paths(const std::optional<std::string>& socket_option) {
  Result<std::string> state_dir = find_state_dir();
  if (!state_dir) return state_dir.refusal();
  Paths paths;
  paths.state_dir = *state_dir;
  auto named = socket_option ? socket_option : env("SYNCQ_SOCKET");
  if (named) {
    paths.socket = fit_socket(absolute(*named));
    paths.socket_is_explicit = paths.socket == absolute(*named);
  } else {
    // Named after the state directory: one user's second daemon, with
    // another HOME, never answers for the first.
    paths.socket =
        fit_socket(runtime_dir() + "/" + short_name(paths.state_dir) + ".sock");
  }
  return paths;
}

Result<> make_directories(const Paths& paths) {
  Result<> state = make_private_dir(paths.state_dir);
  if (!state || paths.socket_is_explicit) return state;
  return make_private_dir(
      std::filesystem::path(paths.socket).parent_path().string());
}

std::optional<std::string> read_socket_pointer(const Paths& paths) {
  std::ifstream file(paths.socket_pointer());
  std::string socket;
  if (!std::getline(file, socket) || socket.empty()) return std::nullopt;
  return socket;
}

}  // namespace syncq
