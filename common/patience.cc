#include "common/patience.h"

#include <algorithm>
#include <cstdlib>

namespace syncq {
namespace {

Duration divided(Duration shipped, const char* variable) {
  const char* haste = std::getenv(variable);
  return haste == nullptr ? shipped : shipped / std::max(std::atoi(haste), 1);
}

}  // namespace

Duration patience(Duration shipped) { return divided(shipped, "SYNCQ_HASTE"); }

Duration grace(Duration shipped) {
  return divided(shipped, "SYNCQ_GRACE_HASTE");
}

}  // namespace syncq
