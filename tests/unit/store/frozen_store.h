#pragma once

namespace syncq::test {

extern const char* const kFrozenVersion1;

}  // namespace syncq::test
