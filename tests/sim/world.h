#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/action.h"
#include "tests/sim/daemon.h"
#include "tests/sim/link.h"
#include "tests/sim/look.h"
#include "tests/sim/machine.h"
#include "tests/sim/model.h"
#include "tests/unit/store/faulty_disk.h"

namespace syncq::sim {

// A machine with a daemon and its clients, and the model beside them, which is
// asked after each step whether all is as it must be.
class World {
 public:
  explicit World(std::uint64_t seed);
  ~World();

  // Throws Broken, or whatever the daemon does.
  void step(const Action& action);
  // All clients leave, and nothing of them stays.
  void finish();

  // Sums up all that was done and answered.
  std::uint64_t hash() const { return hash_; }
  // Keeps a story of it, too.
  void tell(bool tell) { tells_ = tell; }
  const std::string& story() const { return story_; }

 private:
  struct Client {
    pid_t pid = 0;
    ConnectionId link = 0;  // 0: not connected
  };
  // As much as a connection reads at once.
  static constexpr std::size_t kWhole = 64 * 1024;
  static constexpr std::size_t kClients = 6;
  // The rest are remote.
  static constexpr std::size_t kLocal = 4;

  // --- world.cc
  Surroundings surroundings();
  Witness witness();
  Link* link(ConnectionId id);
  Link& connected(std::size_t who);
  Link* current(std::size_t who);
  void note(const std::string& text);
  void iterate(int rounds = 1);
  void take_in();
  void check_exclusion();
  void check_signals();
  void check_several();
  bool passes_others(const Ask& ask) const;
  void pump(Link& link);
  void after(Outcome outcome);
  void read_all();
  void check();
  void granted(const Expected& grant);
  void pass(Duration time);

  // --- lives.cc
  enum class End { kKilled, kStopped, kPowerCut };
  void begin(bool rebooted);
  // `unknown`: whether the last transaction is stored. `down`: for how long
  // there is no daemon then.
  void end_life(End how, bool unknown, Duration down = Duration());
  void follow(const std::vector<Stored>& candidates);
  test::Files left_by_power_cut();
  void note_turns(const Stored& stored);

  // --- feed.cc
  void see();
  void forget_told();
  void check_feed();
  void leave_idle();

  // --- events.cc
  void stop_daemon();
  void ask(const Action& action);
  void happen(const Action& action);
  void fill(const std::string& queue, int messages);        // deep.cc
  Ask ask_of(const Action& action, Verb verb, Link& link);  // asks.cc

  std::uint64_t hash_ = 14695981039346656037u;
  bool tells_ = false;
  std::string story_;
  Machine machine_;
  test::FaultyDisk disk_;
  test::FaultyDisk::Fault sync_fault_;
  unsigned power_cuts_;
  bool deep_;                // it has long queues, which take their time
  std::uint32_t strangers_;  // one remote request in so many; 0: none
  std::uint32_t groups_;     // messages in groups, likewise
  std::uint32_t limits_;     // queues with limits, likewise
  std::uint32_t terms_;      // tickets drawn with terms, likewise
  std::uint32_t preempts_;   // holds that end turns, likewise
  std::uint32_t several_;    // of those of hold, in several FIFOs, likewise
  std::unique_ptr<Daemon> daemon_;
  std::unique_ptr<Look> look_;
  Model model_;
  Names names_;
  std::map<ConnectionId, std::unique_ptr<Link>> links_;
  std::array<Client, kClients> clients_;
  std::vector<ConnectionId> scheduled_;
  std::vector<std::int64_t> ended_;  // tickets whose process has ended
  std::size_t first_ = 0;       // whose bytes come first in the next iteration
  std::size_t piece_ = kWhole;  // the most that arrives of each then
  // What was committed since the last sync, the synced one first.
  std::vector<Stored> unsynced_;
  std::uint64_t syncs_ = 0;
  // What an overview could show at the end of the last iterations, while
  // somebody listens, and who was told what in this one.
  std::vector<View> views_;
  std::vector<std::pair<ConnectionId, std::string>> told_;
  bool undone_ = false;  // a transaction of this iteration
  bool wrote_ = true;
  bool stopping_ = false;
  // The fences of each FIFO, and of which ticket.
  std::map<std::string, std::map<std::int64_t, Id>> fences_;
};

}  // namespace syncq::sim
