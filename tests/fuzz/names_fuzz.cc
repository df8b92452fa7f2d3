#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/names.h"
#include "common/percent.h"
#include "common/tcp_address.h"
#include "common/uuid.h"

// A name that is taken is no UUID and has nothing that ends a part of a path. A
// UUID and an address read back as themselves.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto uuid = syncq::Uuid::parse(text);
  if (uuid && syncq::Uuid::parse(uuid->text()) != uuid) abort();
  if (syncq::check_fifo_name(text)) {
    if (uuid || text.empty() || text.size() > syncq::kMaxNameLength) abort();
    if (text.find_first_of("/?#% \n") != text.npos) abort();
  }
  auto decoded = syncq::percent_decode(syncq::percent_encode(text));
  if (!decoded || *decoded != text) abort();
  if (auto address = syncq::parse_tcp_address(text)) {
    auto again = syncq::parse_tcp_address(address->text());
    if (!again || again->text() != address->text()) abort();
  }
  return 0;
}
