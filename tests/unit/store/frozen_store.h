#pragma once

namespace syncq::test {

extern const char* const kFrozenVersion1;
extern const char* const kFrozenVersion2;

}  // namespace syncq::test
