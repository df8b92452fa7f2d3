#include "cli/ssh/shared_connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdint>

#include "common/paths.h"
#include "common/state_file.h"

namespace syncq {
namespace {

// A minute, as long as people pause between two commands.
constexpr std::string_view kPersist = "-oControlPersist=60";
// Whoever makes the connection may be asked for a password.
constexpr Duration kMakeBound = std::chrono::seconds(10);
// ssh first makes the socket under a name with as many characters more.
constexpr std::size_t kSuffix = 17;

// FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/: the name need not keep
// a secret, it must be short.
std::string short_name(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return fmt::format("ssh-{:016x}", hash);
}

// A path that ssh would read as something else is none for it.
bool fits(std::string_view path) {
  return path.size() + kSuffix <= kMaxSocketPath &&
         path.find_first_of("% \t\n\"'\\~$") == path.npos;
}

}  // namespace

SharedConnection::SharedConnection(const SshConfig& config) {
  if (!config.control_path.empty()) {
    path_ = config.control_path;
    ours_ = false;
    makes_ = config.makes_shared;
    return;
  }
  Result<Paths> paths = find_paths(std::nullopt);
  if (!paths) return;
  std::string path = paths->state_dir + "/" + short_name(config.destination);
  if (fits(path) && make_directories(*paths)) path_ = path;
}

bool SharedConnection::is_there() const {
  return is_shared() && access(path_.c_str(), F_OK) == 0;
}

void SharedConnection::wait_for_turn(Deadline limit) {
  if (!is_shared() || !ours_ || lock_) return;
  Deadline deadline = earlier(Deadline::after(kMakeBound), limit);
  while (!is_there() && !deadline.passed()) {
    lock_ = open_state_file(path_ + ".lock", O_RDWR | O_CREAT);
    if (!lock_ || flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return;
    lock_.reset();
    poll(nullptr, 0, 10);
  }
}

std::vector<std::string> SharedConnection::options() const {
  if (given_up_) return {"-oControlMaster=no", "-oControlPath=none"};
  if (path_.empty() || !ours_) return {};
  return {"-oControlMaster=auto", "-oControlPath=" + path_,
          std::string(kPersist)};
}

}  // namespace syncq
