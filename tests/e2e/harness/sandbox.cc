#include "tests/e2e/harness/sandbox.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <sstream>

#include "tests/e2e/harness/raw_client.h"
#include "tests/e2e/harness/tested_build.h"

namespace syncq::e2e {
namespace {

namespace fs = std::filesystem;

bool is_locked(const std::string& path) {
  int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return false;
  bool free = flock(fd, LOCK_EX | LOCK_NB) == 0;
  close(fd);
  return !free;
}

// In memory if there is room, which saves the plain suite a tenth of its time.
// The other builds are tested on a disk.
std::string place() {
  const std::string memory = "/dev/shm";
  constexpr std::uint64_t kRoom = std::uint64_t{2} << 30;
  struct statvfs info;
  bool fits = statvfs(memory.c_str(), &info) == 0 &&
              (info.f_flag & ST_NOEXEC) == 0 &&
              info.f_bavail * info.f_frsize > kRoom;
  return fits && !sanitized() && !shipped() ? memory : "/tmp";
}

// Entry by entry: a directory may vanish while a daemon ends.
std::vector<std::string> paths_under(const std::string& dir, bool sockets) {
  std::vector<std::string> found;
  std::error_code ec;
  for (fs::recursive_directory_iterator at(dir, ec), end; !ec && at != end;
       at.increment(ec)) {
    std::error_code kind;
    bool wanted =
        sockets ? at->is_socket(kind) : at->path().extension() == ".lock";
    if (wanted) found.push_back(at->path());
  }
  return found;
}

}  // namespace

Sandbox::Sandbox() {
  // Short: a socket's path has at most 107 bytes.
  dir_ = place() + "/sqXXXXXX";
  if (mkdtemp(dir_.data()) == nullptr) {
    throw std::runtime_error("mkdtemp failed");
  }
  for (const char* each : {"bin", "home", ".runs"}) {
    fs::create_directory(path(each));
  }
  fs::create_symlink(syncq_program(), path("bin/syncq"));
  environment_ = {{"PATH", path("bin") + ":/usr/local/bin:/usr/bin:/bin"},
                  {"HOME", path("home")},
                  {"LC_ALL", "C.UTF-8"},
                  {"SYNCQ_STATE_DIR", state_dir()},
                  {"SYNCQ_SOCKET", socket()}};
  for (const char* each : {"ASAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = std::getenv(each)) environment_[each] = value;
  }
}

Sandbox::~Sandbox() {
  stop_daemons();
  check_nothing_left();
  std::error_code ec;
  fs::remove_all(dir_, ec);
}

int Sandbox::hurry() {
  const int haste = shipped() ? 1 : sanitized() ? 2 : 5;
  environment_["SYNCQ_HASTE"] = std::to_string(haste);
  return haste;
}

Outcome Sandbox::sh(const std::string& script, Milliseconds within) {
  return start(script).wait(within);
}

std::string Sandbox::ok(const std::string& script, Milliseconds within) {
  Outcome outcome = sh(script, within);
  INFO("script: " << script << "\nstderr: " << outcome.err);
  REQUIRE(outcome.code() == 0);
  if (outcome.out.ends_with('\n')) outcome.out.pop_back();
  return outcome.out;
}

Process Sandbox::start(const std::string& script) {
  return Process(script, environment_, dir_,
                 path(".runs/" + std::to_string(++runs_)));
}

pid_t Sandbox::daemon_pid() const {
  std::string lock = state_dir() + "/daemon.lock";
  return is_locked(lock) ? std::atoi(read_file(lock).c_str()) : 0;
}

std::vector<Seen> Sandbox::daemons() const {
  std::vector<Seen> all = processes_with(dir_ + "/");
  std::erase_if(all, [](const Seen& each) { return !each.is_daemon(); });
  return all;
}

bool Sandbox::daemons_become(std::size_t count) const {
  return eventually([&] { return daemons().size() == count; });
}

Json Sandbox::get(const std::string& path) {
  Call call = RawClient(environment_["SYNCQ_SOCKET"]).call("GET", path);
  REQUIRE(call.fate == Call::Fate::kAnswered);
  return Json::parse(call.body);
}

int Sandbox::waiting(const std::string& fifo) {
  Call call =
      RawClient(environment_["SYNCQ_SOCKET"]).call("GET", "/fifo/" + fifo);
  if (!call.answered_with(200)) return -1;
  return Json::parse(call.body)["fifo"]["waiting"];
}

Process Sandbox::hold_turn(const std::string& fifo) {
  // A named pipe: who waits by looking again and again takes others' time.
  std::string held = path("held-" + fifo);
  Process holder =
      start("exec syncq run --label holder " + fifo + " -- sh -c 'mkfifo " +
            held + "; read x <" + held + "; rm " + held + "'");
  INFO(holder.err());
  REQUIRE(eventually([&] { return exists(held); }));
  return holder;
}

void Sandbox::let_go(Process& holder) {
  for (const auto& entry : fs::directory_iterator(dir_)) {
    if (!entry.path().filename().string().starts_with("held-")) continue;
    // As a reader, too: the holder may not have opened it yet.
    int pipe = open(entry.path().c_str(), O_RDWR | O_CLOEXEC);
    if (pipe < 0) continue;  // it was let go before, and has just left
    let_go_.emplace_back(pipe);
    REQUIRE(write(pipe, "\n", 1) == 1);
  }
  CHECK(holder.wait().code() == 0);
}

int Sandbox::log_count(const std::string& text) const {
  return count_of(read_file(state_dir() + "/daemon.log"), text);
}

void Sandbox::stop_daemons() {
  std::vector<Seen> left;
  // One that ends late, as what sshd has started, may yet start a daemon.
  (void)eventually(
      [&] {
        left = processes_with(dir_ + "/");
        return std::all_of(left.begin(), left.end(),
                           [](const Seen& each) { return each.is_daemon(); });
      },
      seconds(5));
  for (const Seen& each : left) {
    if (!each.is_daemon()) continue;
    kill(each.pid, SIGTERM);
    bool ended = eventually([&] { return !alive(each.pid); });
    INFO("daemon " << each.pid << " does not end on SIGTERM");
    CHECK(ended);
  }
}

void Sandbox::check_nothing_left() const {
  std::vector<Seen> left;
  // A client may be just about to exit.
  (void)eventually(
      [&] {
        left = processes_with(dir_ + "/");
        return left.empty();
      },
      seconds(5));
  for (const Seen& each : left) {
    INFO("left behind: process " << each.pid << ": " << each.command_line);
    CHECK(each.pid == 0);
    kill(each.pid, SIGKILL);
  }
  for (const std::string& each : paths_under(dir_, true)) {
    INFO("left behind: socket " << each);
    // One of a daemon killed last, too: the test starts another, which ends in
    // order.
    CHECK_FALSE(exists(each));
  }
  for (const std::string& each : paths_under(dir_, false)) {
    INFO("left behind: lock " << each);
    CHECK_FALSE(is_locked(each));
  }
}

bool is_root() { return geteuid() == 0; }

int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != text.npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (char each : text) {
    if (each == '\'') {
      word += "'\\''";
    } else {
      word += each;
    }
  }
  return word + "'";
}

}  // namespace syncq::e2e
