#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "daemon/commit/notifier.h"
#include "daemon/fifo/events.h"
#include "daemon/process/processes.h"

namespace syncq::test {

constexpr Duration kNano{1};

// Keeps what callers are told. All are alive but those in `dead`.
class FakeCallers final : public Notifier {
 public:
  bool alive(ConnectionId caller) override { return !dead.contains(caller); }
  bool stopped(ConnectionId caller) override {
    ++looks;
    return stopped_ones.contains(caller);
  }
  void notify(ConnectionId caller, const Notice& notice) override {
    notices.emplace_back(caller, notice);
  }

  bool keeps_up(ConnectionId caller) override { return !slow.contains(caller); }
  bool has_room() override { return room; }

  template <typename T>
  std::vector<T> told(ConnectionId caller) const {
    std::vector<T> found;
    for (const auto& [to, notice] : notices) {
      const T* wanted = std::get_if<T>(&notice);
      if (to == caller && wanted != nullptr) found.push_back(*wanted);
    }
    return found;
  }
  // The last grant this caller was told, if any.
  std::optional<Granted> granted(ConnectionId caller) const {
    auto all = told<Granted>(caller);
    if (all.empty()) return std::nullopt;
    return all.back();
  }
  // The code of the last end it was told.
  std::optional<ErrorCode> ended(ConnectionId caller) const {
    auto all = told<Ended>(caller);
    if (all.empty()) return std::nullopt;
    return all.back().why.code;
  }

  std::vector<std::pair<ConnectionId, Notice>> notices;
  std::set<ConnectionId> dead;
  std::set<ConnectionId> stopped_ones;
  std::set<ConnectionId> slow;
  bool room = true;
  int looks = 0;
};

// Processes run for as long as they are in `running`.
class FakeProcesses final : public Processes {
 public:
  bool watch(std::int64_t key, const Process& process,
             std::optional<int>& status) override {
    watched.erase(key);
    auto found = running.find(process.pid);
    if (found == running.end() || found->second != process.start) {
      auto ended = statuses.find(process.pid);
      if (ended != statuses.end()) status = ended->second;
      if (reaped) statuses.erase(process.pid);
      return false;
    }
    watched[key] = process;
    return true;
  }
  void unwatch(std::int64_t key) override { watched.erase(key); }
  ProcessState look(const Process& process) override {
    auto found = running.find(process.pid);
    if (found == running.end() || found->second != process.start) {
      return ProcessState::kEnded;
    }
    ++looks;
    return stopped.contains(process.pid) ? ProcessState::kStopped
                                         : ProcessState::kRunning;
  }

  bool signal(const Process& process, int number) override {
    if (look(process) == ProcessState::kEnded) return false;
    signals.emplace_back(process.pid, number);
    return true;
  }

  Process start(pid_t pid, std::uint64_t start = 1) {
    running[pid] = start;
    return {pid, start};
  }
  // Ends it; returns the keys whose watch tells the engine.
  std::vector<std::int64_t> end(pid_t pid) {
    running.erase(pid);
    std::vector<std::int64_t> keys;
    for (auto it = watched.begin(); it != watched.end();) {
      if (it->second.pid == pid) {
        keys.push_back(it->first);
        it = watched.erase(it);
      } else {
        ++it;
      }
    }
    return keys;
  }

  std::map<pid_t, std::uint64_t> running;
  // Of those that have ended, as far as that is known.
  std::map<pid_t, int> statuses;
  bool reaped = false;  // each as soon as its status is known
  std::set<pid_t> stopped;
  std::vector<std::pair<pid_t, int>> signals;  // that were sent
  int looks = 0;
  std::map<std::int64_t, Process> watched;
};

}  // namespace syncq::test
