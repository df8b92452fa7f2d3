#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string>

#include "common/daemon_handle.h"
#include "common/process.h"
#include "common/time_namespace.h"
#include "common/unique_fd.h"

namespace syncq {
namespace {

// At most 15 bytes (prctl(2), PR_SET_NAME).
constexpr const char* kProcessName = "syncq-daemon";

// Of linux/pidfd.h since 6.15, which Debian 12's does not have.
struct PidfdInfo {
  static constexpr std::uint64_t kExit = 1 << 3;

  std::uint64_t mask = kExit;
  std::uint64_t cgroup = 0;
  std::uint32_t ids[11] = {};
  std::int32_t exit_code = 0;
};
constexpr unsigned long kPidfdGetInfo = _IOWR(0xFF, 11, PidfdInfo);

std::optional<int> status_by(int pidfd) {
  PidfdInfo info;
  if (pidfd < 0 || ioctl(pidfd, kPidfdGetInfo, &info) != 0) return std::nullopt;
  if ((info.mask & PidfdInfo::kExit) == 0) return std::nullopt;
  return info.exit_code;
}

struct Stat {
  char state = 0;
  pid_t parent = 0;
  int threads = 0;
  std::uint64_t start = 0;
  int exit_code = 0;

  bool stopped() const { return state == 'T' || state == 't'; }
};

// The field after `skip` spaces, as a number.
template <typename Number>
Number field(std::string_view text, int skip) {
  for (; skip > 0; --skip) {
    std::size_t space = text.find(' ');
    if (space == text.npos) return 0;
    text.remove_prefix(space + 1);
  }
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// /proc tells it by the reader's clock, and the next daemon may have another.
std::uint64_t on_machine_clock(std::uint64_t ticks) {
  const Duration ahead = clock_offsets().boot;
  if (ahead == Duration::zero()) return ticks;
  const Duration tick =
      Duration(std::chrono::seconds(1)) / sysconf(_SC_CLK_TCK);
  return ticks - static_cast<std::uint64_t>(ahead / tick);
}

std::optional<Stat> stat_of(pid_t pid) {
  if (pid <= 0) return std::nullopt;
  std::string text = read_proc(pid, "stat");
  // The command's name may hold spaces and parentheses; the last ')' ends it.
  std::size_t end = text.rfind(") ");
  if (end == text.npos || end + 2 >= text.size()) return std::nullopt;
  std::string_view rest = std::string_view(text).substr(end + 2);
  // rest starts at field 3: state is 3, ppid 4, num_threads 20, starttime 22,
  // exit_code 52.
  return Stat{rest.front(), field<pid_t>(rest, 1), field<int>(rest, 17),
              on_machine_clock(field<std::uint64_t>(rest, 19)),
              field<int>(rest, 49)};
}

}  // namespace

std::string read_proc(pid_t pid, std::string_view name) {
  UniqueFd fd(open(fmt::format("/proc/{}/{}", pid, name).c_str(),
                   O_RDONLY | O_CLOEXEC));
  char buffer[4096];
  ssize_t length = fd ? read(fd.get(), buffer, sizeof buffer) : 0;
  return length > 0 ? std::string(buffer, static_cast<std::size_t>(length))
                    : std::string();
}

std::optional<Process> find_process(pid_t pid) {
  std::optional<Stat> stat = stat_of(pid);
  if (!stat) return std::nullopt;
  return Process{pid, stat->start};
}

ProcessState state_of(const Process& process) {
  if (kill(process.pid, 0) != 0 && errno == ESRCH) return ProcessState::kEnded;
  std::optional<Stat> stat = stat_of(process.pid);
  if (!stat) return ProcessState::kUnseen;
  // The main thread is a zombie once it has ended, and counts as a thread until
  // the process is reaped.
  bool zombie = stat->state == 'Z' && stat->threads <= 1;
  if (zombie || stat->state == 'X' || stat->start != process.start) {
    return ProcessState::kEnded;
  }
  return stat->stopped() ? ProcessState::kStopped : ProcessState::kRunning;
}

// The kernel tells it by the pidfd only once the process is reaped.
std::optional<int> status_of(const Process& process, int pidfd) {
  if (std::optional<int> status = status_by(pidfd)) return status;
  std::optional<Stat> stat = stat_of(process.pid);
  if (stat && stat->state == 'Z' && stat->start == process.start) {
    return stat->exit_code;
  }
  return status_by(pidfd);
}

bool is_stopped(pid_t pid) {
  std::optional<Stat> stat = stat_of(pid);
  return stat && stat->stopped();
}

void name_daemon() { prctl(PR_SET_NAME, kProcessName); }

bool is_daemon(pid_t pid) {
  return read_proc(pid, "comm") == fmt::format("{}\n", kProcessName);
}

// Checks the name after taking the pidfd, so that both are of one process.
std::optional<DaemonHandle> DaemonHandle::find(pid_t pid) {
  UniqueFd fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!is_daemon(pid)) return std::nullopt;
  return DaemonHandle(pid, std::move(fd));
}

bool DaemonHandle::signal(int number) const {
  if (!fd_) return kill(pid_, number) == 0;
  return syscall(SYS_pidfd_send_signal, fd_.get(), number, nullptr, 0) == 0;
}

std::optional<pid_t> parent_of(pid_t pid) {
  std::optional<Stat> stat = stat_of(pid);
  if (!stat) return std::nullopt;
  return stat->parent;
}

}  // namespace syncq
