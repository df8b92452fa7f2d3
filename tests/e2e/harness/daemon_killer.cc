#include "tests/e2e/harness/daemon_killer.h"

#include <csignal>

#include "tests/e2e/harness/raw_client.h"

namespace syncq::e2e {

bool DaemonKiller::answers() const {
  return RawClient(box_.socket()).call("GET", "/fifo").answered_with(200);
}

void DaemonKiller::strike(Milliseconds pause) {
  if (kills_ % 3 == 2) eventually([&] { return over_() || answers(); });
  eventually(over_, pause);
  pid_t daemon = box_.daemon_pid();
  if (daemon <= 0 || kill(daemon, SIGKILL) != 0) return;
  eventually([&] { return !alive(daemon); });
  ++kills_;
}

}  // namespace syncq::e2e
