#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cli/base/failure.h"
#include "cli/run/hold_event.h"

// Whatever a daemon sends, a line is read or refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  try {
    syncq::parse_hold_event({reinterpret_cast<const char*>(data), size});
  } catch (const syncq::Failure&) {
  }
  return 0;
}
