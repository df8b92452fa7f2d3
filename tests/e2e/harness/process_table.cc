#include "tests/e2e/harness/process_table.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "tests/e2e/harness/eventually.h"
#include "tests/e2e/harness/process.h"

namespace syncq::e2e {
namespace {

using std::string_view_literals::operator""sv;

pid_t pid_of(const std::string& name) {
  bool number = name.find_first_not_of("0123456789") == name.npos;
  return number ? static_cast<pid_t>(std::stol(name)) : 0;
}

// Its letter in proc(5); 0 if it does not exist.
char state_of(pid_t pid) {
  std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  std::size_t name_end = stat.rfind(')');
  bool whole = name_end != stat.npos && name_end + 2 < stat.size();
  return whole ? stat[name_end + 2] : '\0';
}

}  // namespace

bool Seen::is_daemon() const {
  return command_line.find("\0daemon\0run\0"sv) != command_line.npos;
}

std::vector<Seen> processes_with(std::string_view text) {
  std::vector<Seen> found;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ec)) {
    Seen seen;
    seen.pid = pid_of(entry.path().filename());
    if (seen.pid == 0 || seen.pid == getpid()) continue;
    // Both read as empty for a zombie, and for another user's.
    seen.command_line = read_file(entry.path() / "cmdline");
    if (seen.command_line.empty()) continue;
    seen.environment = read_file(entry.path() / "environ");
    if (seen.command_line.find(text) != std::string::npos ||
        seen.environment.find(text) != std::string::npos) {
      found.push_back(std::move(seen));
    }
  }
  return found;
}

bool alive(pid_t pid) {
  char state = state_of(pid);
  return state != 0 && state != 'Z' && state != 'X';
}

void stop(pid_t pid) {
  REQUIRE(kill(pid, SIGSTOP) == 0);
  REQUIRE(eventually([&] { return state_of(pid) == 'T'; }));
}

}  // namespace syncq::e2e
