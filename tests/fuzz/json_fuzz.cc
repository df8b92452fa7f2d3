#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/http/json_object.h"
#include "daemon/http/json_text.h"

// A body that is taken for an object reads back as the same object; any text
// can be written as a member.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto object = syncq::parse_object(text);
  if (object) {
    auto again = syncq::parse_object(object->dump());
    if (!again || *again != *object) abort();
  }
  if (!syncq::parse_object(syncq::JsonObject().add("text", text).text())) {
    abort();
  }
  return 0;
}
