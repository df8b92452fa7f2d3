#include "cli/daemon/findings.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>

#include "cli/base/failure.h"
#include "cli/client/ask.h"
#include "cli/client/connect_or_spawn.h"
#include "cli/client/json_fields.h"
#include "cli/daemon/settings.h"
#include "cli/ssh/ssh_config.h"
#include "cli/ssh/ssh_process.h"
#include "common/token.h"
#include "common/version.h"

namespace syncq {
namespace {

using Level = Finding::Level;

// Below it a busy queue fills the disk in minutes.
constexpr std::uint64_t kLittleRoom = 256 * 1024 * 1024;
// Below it few can wait at once: each takes two.
constexpr rlim_t kFewFiles = 1024;

Finding room_at(const std::string& path) {
  struct statvfs info {};
  if (statvfs(path.c_str(), &info) != 0) return {};
  const std::uint64_t room = std::uint64_t{info.f_bavail} * info.f_frsize;
  std::string what = fmt::format("{} MiB left at {}", room / 1024 / 1024, path);
  if ((info.f_flag & ST_RDONLY) != 0) {
    return {Level::kFault, "room",
            fmt::format("the file system of {} is read-only", path),
            "set SYNCQ_STATE_DIR to a directory on another"};
  }
  if (room >= kLittleRoom) return {Level::kOk, "room", what, ""};
  return {Level::kWarning, "room", what,
          "make room there, or set SYNCQ_STATE_DIR to a directory on another "
          "disk"};
}

// Of an address in /status.
Finding reach_of(const nlohmann::json& tcp) {
  std::string address = field_text(tcp, "address");
  bool token = tcp.value("token", true);
  if (field_text(tcp, "reach") != "machine") {
    return {
        Level::kWarning, "tcp",
        fmt::format("{}: other machines can reach it, with the token", address),
        "it is in the clear unless ssh, a VPN or a TLS proxy carries it: "
        "see TCP in `man syncq-daemon`"};
  }
  if (!token) {
    return {Level::kWarning, "tcp",
            fmt::format("{}: every user of this machine can use it, with no "
                        "token",
                        address),
            "leave --tcp-no-token out unless a program needs it"};
  }
  return {Level::kOk, "tcp",
          fmt::format("{}: this machine's users can reach it, with the token",
                      address),
          ""};
}

Finding version_of(const nlohmann::json& status) {
  std::string version = field_text(status, "version");
  if (version == kVersion) {
    return {Level::kOk, "daemon",
            fmt::format("runs, process {}, version {}",
                        field_text(status, "pid"), version),
            ""};
  }
  return {Level::kWarning, "daemon",
          fmt::format("runs, process {}, version {}; this is version {}",
                      field_text(status, "pid"), version, kVersion),
          is_older_version(version, kVersion) ? "`syncq daemon restart`"
                                              : "install that version here"};
}

// A connection that we have not made has only what its user gave it.
bool sees_lost_network(const SshAddress& address) {
  SshConfig config = read_ssh_config(address, Deadline::never());
  return config.control_path.empty() || config.has_keepalive;
}

}  // namespace

Findings examine_config() {
  try {
    DaemonOptions options = settle_settings({});
    std::string file = options.config_file;
    return {{Level::kOk, "config", file.empty() ? "no config file" : file, ""}};
  } catch (const Failure& failure) {
    return {{Level::kFault, "config", failure.what(), ""}};
  }
}

Findings examine_directories(const Paths& paths) {
  struct stat info {};
  if (lstat(paths.state_dir.c_str(), &info) != 0 && errno == ENOENT) {
    return {{Level::kOk, "state",
             fmt::format("{} is made by the first daemon", paths.state_dir),
             ""}};
  }
  Result<> made = make_directories(paths);
  if (!made) return {{Level::kFault, "state", made.refusal().message, ""}};
  Findings findings{{Level::kOk, "state", paths.state_dir, ""}};
  if (Finding room = room_at(paths.state_dir); !room.what.empty()) {
    findings.push_back(room);
  }
  return findings;
}

Findings examine_limits() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  // The daemon raises its limit as far as it may.
  std::string what = fmt::format("{} open files", limit.rlim_max);
  if (limit.rlim_max >= kFewFiles) return {{Level::kOk, "limits", what, ""}};
  return {
      {Level::kWarning, "limits",
       fmt::format("{}: about {} can wait at once", what, limit.rlim_max / 2),
       fmt::format("raise it with `ulimit -Hn {}`", kFewFiles)}};
}

Findings examine_ssh() {
  std::string why;
  try {
    SshProcess ssh({"-V"});
    auto code = ssh.exit_code(Deadline::after(kNetworkBound));
    why = ssh.last_words();
    if (code == kExitOk) return {{Level::kOk, "ssh", why, ""}};
  } catch (const Failure& failure) {
    why = failure.what();
  }
  return {{Level::kSkipped, "ssh", "none for ssh:// endpoints: " + why, ""}};
}

Findings examine_endpoint(const Target& target) {
  std::string subject = "endpoint";
  try {
    auto began = Deadline::Clock::now();
    std::optional<DaemonReply> reply = ask_if_running(target, "/version");
    auto took = std::chrono::ceil<std::chrono::milliseconds>(
        Deadline::Clock::now() - began);
    if (!reply) {
      return {{Level::kFault, subject,
               "no daemon answers at " + target.address(),
               std::string(target.way_out())}};
    }
    require_ok(*reply, "asking " + target.address());
    auto version = nlohmann::json::parse(reply->body, nullptr, false);
    Findings findings{
        {Level::kOk, subject,
         fmt::format("{} answered in {} ms, version {}", target.address(),
                     took.count(), field_text(version, "version")),
         ""}};
    if (target.is_ssh() && !sees_lost_network(*target.endpoint->ssh)) {
      findings.push_back(
          {Level::kWarning, subject,
           fmt::format("{} goes over a ControlPath of yours that has no "
                       "ServerAliveInterval: a command that waits may not "
                       "notice that the network is gone",
                       target.address()),
           "set ServerAliveInterval to 5 in the configuration of ssh"});
    }
    return findings;
  } catch (const Failure& failure) {
    return {{Level::kFault, subject, failure.what(), ""}};
  }
}

Findings examine_daemon(const Target& target) {
  std::optional<DaemonReply> reply;
  bool listens = false;
  try {
    listens = static_cast<bool>(connect_if_running(target));
    reply = ask_if_running(target, "/status");
  } catch (const Failure& failure) {
    return {{Level::kFault, "socket", failure.what(), ""}};
  }
  if (!reply && listens) {
    return {
        {Level::kFault, "daemon",
         fmt::format("it listens at {} and does not answer", target.address()),
         "see `syncq daemon logs`; if it stays so, end its process with "
         "`kill -KILL`, which loses nothing"}};
  }
  if (!reply) {
    return {{Level::kOk, "daemon",
             fmt::format("none runs at {}; any command starts it",
                         target.address()),
             ""}};
  }
  auto status = nlohmann::json::parse(reply->body, nullptr, false);
  Findings findings{version_of(status),
                    {Level::kOk, "socket",
                     fmt::format("{}: its user and root can reach it",
                                 field_text(status, "socket")),
                     ""}};
  for (const nlohmann::json& each : field_of(status, "tcp")) {
    findings.push_back(reach_of(each));
  }
  return findings;
}

Findings examine_token(const Paths& paths) {
  Result<std::string> token = read_token(paths.token());
  if (!token) return {{Level::kFault, "token", token.refusal().message, ""}};
  // It is made when it is first needed.
  if (token->empty()) return {};
  return {{Level::kOk, "token",
           fmt::format("{}, only its user's", paths.token()), ""}};
}

}  // namespace syncq
