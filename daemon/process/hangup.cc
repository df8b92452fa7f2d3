#include "daemon/process/hangup.h"

#include <csignal>

namespace syncq {
namespace {

void mask_hangups(int how) {
  sigset_t hangup;
  sigemptyset(&hangup);
  sigaddset(&hangup, SIGHUP);
  sigprocmask(how, &hangup, nullptr);
}

}  // namespace

void hold_hangups() { mask_hangups(SIG_BLOCK); }

void take_hangups() { mask_hangups(SIG_UNBLOCK); }

}  // namespace syncq
