#pragma once

#include <functional>

#include "tests/e2e/harness/eventually.h"
#include "tests/e2e/harness/sandbox.h"

namespace syncq::e2e {

// Kills daemon after daemon at moments that the test picks. A client gives up
// when five that it started died before they were ready, as all of them would
// on a machine where a start takes longer than the pauses of the test. So each
// third one may come up before its pause begins.
//
// The last kill may come after the last client, and leave the dead one's socket
// behind, which only another daemon removes: a test asks something at its end.
class DaemonKiller {
 public:
  // `over` tells that nobody is left who starts one: it ends every wait.
  DaemonKiller(Sandbox& box, std::function<bool()> over)
      : box_(box), over_(std::move(over)) {}

  // Lets `pause` pass, then kills the daemon that holds the lock, if one does.
  void strike(Milliseconds pause);

  int kills() const { return kills_; }

 private:
  bool answers() const;

  Sandbox& box_;
  std::function<bool()> over_;
  int kills_ = 0;
};

}  // namespace syncq::e2e
