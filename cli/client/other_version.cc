#include "cli/client/other_version.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/ask.h"
#include "cli/client/connect_or_spawn.h"
#include "cli/client/daemon_process.h"
#include "cli/client/json_fields.h"
#include "cli/client/running_config.h"
#include "cli/client/spawn.h"
#include "common/version.h"

namespace syncq {
namespace {

constexpr std::time_t kNoteEvery = 24 * 60 * 60;

// A daemon that does not say what a restart would lose may lose anything.
bool loses_nothing(const nlohmann::json& status) {
  const nlohmann::json& lost = field_of(status, "lost_by_restart");
  return field_text(lost, "ephemeral_messages") == "0" &&
         field_text(lost, "connection_turns") == "0";
}

// Whether a daemon of this version would take the settings, as `daemon config`
// tells: what they are is not known in this room.
bool settings_are_good() {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
  }
  char name[] = "syncq", group[] = "daemon", verb[] = "config";
  char* words[] = {name, group, verb, nullptr};
  pid_t pid = -1;
  int error =
      posix_spawn(&pid, "/proc/self/exe", &actions, nullptr, words, environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = -1;
  while (error == 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  // It fails otherwise if the older daemon does not tell its own.
  return WIFEXITED(status) && WEXITSTATUS(status) != kExitUsage;
}

// A service manager starts the same file again: that helps only if an upgrade
// has replaced it.
bool stays_the_same(const Target& target) {
  std::optional<pid_t> pid = find_daemon(target);
  return !pid || !program_was_replaced(*pid);
}

// False if it stays. One client at a time: while we hold the lock, the daemon's
// version is the one it tells until we have ended it.
bool replace(const Target& target) {
  UniqueFd lock = try_spawn_lock(target.paths);
  if (!lock) return true;  // another client is at it
  std::optional<DaemonReply> reply = ask_if_running(target, "/status");
  if (!reply) return false;
  auto status = nlohmann::json::parse(reply->body, nullptr, false);
  if (!status.is_object()) return false;
  if (!is_older_version(field_text(status, "version"), kVersion)) return true;
  if (!loses_nothing(status)) return false;
  const bool activated = field_text(status, "activated") == "true";
  if (activated && stays_the_same(target)) return false;
  std::optional<RunningConfig> config = ask_config(target);
  if (!config || !settings_are_good()) return false;
  stop_daemon(target, Deadline::after(kNetworkBound));
  if (activated) return true;
  start_daemon(target.paths, Deadline::after(kStartBound),
               option_words(config->given()));
  return true;
}

bool replaced(const Target& target, std::string_view version) {
  if (target.endpoint || !target.may_spawn) return false;
  if (!is_older_version(version, kVersion)) return false;
  try {
    return replace(target);
  } catch (const Failure&) {
    // The command itself was served; the next one tries again.
    return false;
  }
}

// A file's time records the last note.
bool note_is_due(const Paths& paths) {
  std::string path = paths.state_dir + "/version.note";
  UniqueFd stamp(
      open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  struct stat info;
  if (!stamp || fstat(stamp.get(), &info) != 0) return true;
  bool due =
      info.st_size == 0 || std::time(nullptr) - info.st_mtime >= kNoteEvery;
  constexpr std::string_view kText = "noted\n";
  return due && pwrite(stamp.get(), kText.data(), kText.size(), 0) > 0;
}

std::string_view way_out(const Target& target, bool daemon_is_older) {
  if (!daemon_is_older) return "install that version here too";
  return target.endpoint ? "install this version there too"
                         : "`syncq daemon restart` replaces it";
}

}  // namespace

void meet_other_version(const Target& target, std::string_view version,
                        bool quiet) {
  if (replaced(target, version) || quiet || isatty(STDERR_FILENO) == 0) return;
  Result<Paths> paths = find_paths(std::nullopt);
  if (!paths || !note_is_due(target.endpoint ? *paths : target.paths)) return;
  say(fmt::format("this is syncq {}, the daemon is {}; {}", kVersion, version,
                  way_out(target, is_older_version(version, kVersion))));
}

}  // namespace syncq
