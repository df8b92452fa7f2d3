#pragma once

namespace syncq::test {

extern const char* const kFrozenVersion1;
extern const char* const kFrozenVersion2;
extern const char* const kFrozenVersion3;
extern const char* const kFrozenVersion4;

}  // namespace syncq::test
