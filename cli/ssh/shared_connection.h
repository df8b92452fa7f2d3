#pragma once

#include <string>
#include <vector>

#include "cli/base/deadline.h"
#include "cli/ssh/ssh_config.h"
#include "common/unique_fd.h"

namespace syncq {

// Our part in sharing one connection between all commands for one machine
// (ControlMaster, ssh_config(5)). Nothing, if the user's configuration does it
// or there is no place for its socket.
class SharedConnection {
 public:
  explicit SharedConnection(const SshConfig& config);

  bool is_shared() const { return !path_.empty() && !given_up_; }
  // Whether it is there, so that nothing but its use can fail.
  bool is_there() const;
  // Whether it has to be made, and stays when what made it has ended.
  bool is_to_be_made() const { return is_shared() && makes_ && !is_there(); }
  // Has ssh make a connection of its own from now on.
  void give_up() { given_up_ = true; }

  // The first of many that come at once makes the connection; the others wait
  // until it is there, no longer than this. The first keeps them waiting until
  // this object ends.
  void wait_for_turn(Deadline limit);

  // For ssh.
  std::vector<std::string> options() const;

 private:
  std::string path_;  // "": none
  bool ours_ = true;  // not the user's own
  bool makes_ = true;
  bool given_up_ = false;
  UniqueFd lock_;
};

}  // namespace syncq
