#pragma once

#include "common/clock.h"

namespace syncq {

// How long to be patient: in what is shipped, `shipped`. In builds for tests
// (SYNCQ_TEST_HOOKS) an environment variable divides it, so that a test of such
// a bound need not wait for it: SYNCQ_HASTE, or SYNCQ_GRACE_HASTE for what is
// given to others after a restart.
#ifdef SYNCQ_TEST_HOOKS
Duration patience(Duration shipped);
Duration grace(Duration shipped);
#else
constexpr Duration patience(Duration shipped) { return shipped; }
constexpr Duration grace(Duration shipped) { return shipped; }
#endif

}  // namespace syncq
