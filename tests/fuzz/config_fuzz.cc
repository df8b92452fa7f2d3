#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cli/base/failure.h"
#include "cli/options/config_file.h"

namespace {

// As a file that has each of these on a line.
std::string written(const syncq::NamedValues& values) {
  std::string text;
  for (const auto& [name, list] : values) {
    text += name + " = [";
    for (const std::string& value : list) text += '"' + value + "\", ";
    text += "]\n";
  }
  return text;
}

}  // namespace

// A file is refused, or all that it says is read: written anew, it says the
// same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  syncq::NamedValues values;
  try {
    values = syncq::read_config_text(text);
  } catch (const syncq::Failure&) {
    return 0;
  }
  if (syncq::read_config_text(written(values)) != values) abort();
  return 0;
}
