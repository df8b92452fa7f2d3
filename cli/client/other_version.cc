#include "cli/client/other_version.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/client/connect_or_spawn.h"
#include "cli/client/daemon_connection.h"
#include "cli/client/daemon_process.h"
#include "cli/client/json_fields.h"
#include "cli/client/request.h"
#include "cli/client/spawn.h"
#include "common/version.h"

namespace syncq {
namespace {

constexpr std::time_t kNoteEvery = 24 * 60 * 60;

// Never starts a daemon: the caller holds the lock that needs.
nlohmann::json ask_status(const Target& target) {
  UniqueFd fd = connect_if_running(target);
  if (!fd) return {};
  DaemonConnection connection(std::move(fd), target.way_out());
  connection.send(plain_request("GET", RequestTarget("/status"), target));
  ResponseParser parser;
  Deadline deadline = Deadline::after(kNetworkBound);
  while (parser.state() != ResponseParser::State::kDone) {
    if (!connection.receive(parser, deadline)) return {};
  }
  return nlohmann::json::parse(parser.body(), nullptr, false);
}

// A daemon that does not say what a restart would lose may lose anything.
bool loses_nothing(const nlohmann::json& status) {
  const nlohmann::json& lost = field_of(status, "lost_by_restart");
  return field_text(lost, "ephemeral_messages") == "0" &&
         field_text(lost, "connection_turns") == "0";
}

// False if it stays. One client at a time: while we hold the lock, the daemon's
// version is the one it tells until we have ended it.
bool replace(const Target& target) {
  UniqueFd lock = try_spawn_lock(target.paths);
  if (!lock) return true;  // another client is at it
  nlohmann::json status = ask_status(target);
  if (!status.is_object()) return false;
  if (!is_older_version(field_text(status, "version"), kVersion)) return true;
  if (!loses_nothing(status)) return false;
  stop_daemon(target, Deadline::after(kNetworkBound));
  start_daemon(target.paths, Deadline::after(kStartBound));
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
