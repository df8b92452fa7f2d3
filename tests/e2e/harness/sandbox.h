#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/unique_fd.h"
#include "tests/e2e/harness/process.h"
#include "tests/e2e/harness/process_table.h"

namespace syncq::e2e {

using Json = nlohmann::json;

// A test's own world: directory, HOME, state directory, socket and, once
// started, daemon. Scripts run in dir() with `syncq` on the PATH and a clean
// environment. At the end its daemon is stopped, and no process, socket or lock
// may remain.
class Sandbox {
 public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  const std::string& dir() const { return dir_; }
  std::string path(const std::string& name) const { return dir_ + "/" + name; }
  std::string state_dir() const { return path("state"); }
  std::string socket() const { return path("s"); }
  // For the scripts from now on.
  Environment& env() { return environment_; }
  // Has the programs started from now on wait a fraction of the time that they
  // are otherwise patient for: one in the number returned. In a build for
  // shipping that can't be had, and it is 1.
  int hurry();

  // Runs a script to its end.
  Outcome sh(const std::string& script, Milliseconds within = seconds(120));
  // The same, but it must exit with 0: returns its stdout, less the last
  // newline.
  std::string ok(const std::string& script, Milliseconds within = seconds(120));
  // Starts a script.
  Process start(const std::string& script);

  // The daemon's pid from the instance lock's file; 0 while no process holds
  // that lock.
  pid_t daemon_pid() const;
  // Whether this many daemons live in this sandbox, wherever they keep their
  // state, once those about to end have ended.
  bool daemons_become(std::size_t count) const;
  // The body of GET /PATH; the daemon must run.
  Json get(const std::string& path);
  // How many wait for a turn in a FIFO; -1 if it or the daemon does not exist.
  int waiting(const std::string& fifo);
  // Takes a FIFO's turn until let_go() or the end.
  Process hold_turn(const std::string& fifo);
  // Lets the holder of hold_turn() go.
  void let_go(Process& holder);

  // How many times the log has this text.
  int log_count(const std::string& text) const;

 private:
  std::vector<Seen> daemons() const;
  void stop_daemons();
  void check_nothing_left() const;

  std::string dir_;
  Environment environment_;
  int runs_ = 0;
  // The holders' pipes; what was written is lost when they are closed.
  std::vector<UniqueFd> let_go_;
};

bool is_root();
// How often `part` occurs in `text`.
int count_of(const std::string& text, const std::string& part);
std::vector<std::string> lines_of(const std::string& text);
// A shell word, quoted whatever it contains.
std::string shell_word(const std::string& text);

}  // namespace syncq::e2e
