#include "common/version.h"

namespace syncq {

constinit const std::string_view kVersion = "99.0.0";

}  // namespace syncq
