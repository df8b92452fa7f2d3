#pragma once

#include <csignal>
#include <optional>
#include <string>

#include "tests/e2e/harness/process_table.h"
#include "tests/e2e/harness/sandbox.h"

namespace syncq::e2e {

// A real sshd(8) on loopback with keys of its own, for which the sandbox is
// another machine: its daemon is there, and the clients that sh(), ok() and
// start() run have a state directory of theirs, client/, and reach it as
// ssh://box. What is in there/ comes first in the server's PATH. All
// connections are ended at destruction.
class SshServer {
 public:
  // Without sshd, or the right to start it, a test is skipped: see works().
  explicit SshServer(Sandbox& box);
  ~SshServer();
  SshServer(const SshServer&) = delete;
  SshServer& operator=(const SshServer&) = delete;

  // False, after skip(), if there can be no server.
  bool works() const { return server_.has_value(); }

  Outcome sh(const std::string& script, Milliseconds within = seconds(120));
  std::string ok(const std::string& script, Milliseconds within = seconds(120));
  Process start(const std::string& script);
  // What makes a client of a script's shell.
  static const std::string kClient;

  // How many times a client has logged in.
  int logins() const;
  // Ends the connections that are kept for the next command.
  void end_shared();
  // From now on it answers nobody who logs in, until it is thawed.
  void freeze() { stop(server_->pid()); }
  void thaw() { server_->signal(SIGCONT); }

 private:
  Sandbox& box_;
  std::optional<Process> server_;
};

}  // namespace syncq::e2e
