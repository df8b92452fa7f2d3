#pragma once

namespace syncq::test {

extern const char* const kFrozenVersion1;
extern const char* const kFrozenVersion2;
extern const char* const kFrozenVersion3;
extern const char* const kFrozenVersion4;
// Version 4, too, with other FIFOs and queues.
extern const char* const kFrozenSlots4;
extern const char* const kFrozenVersion5;

}  // namespace syncq::test
