#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/ascii_case.h"
#include "daemon/http/admission.h"

using syncq::Admission;

namespace {

Admission make(bool token) {
  return Admission(
      {{*syncq::parse_tcp_address("127.0.0.1:7077")}, {"build1"}, token},
      "/nowhere/token");
}

// What may stand in Host before the port, whatever the letters' case.
bool is_known(std::string_view host) {
  host = host.substr(0, host.rfind(':'));
  for (std::string_view known : {"127.0.0.1", "localhost", "build1"}) {
    if (syncq::equal_in_any_case(host, known) && host.size() == known.size()) {
      return true;
    }
  }
  return false;
}

bool is_own_origin(std::string_view origin) {
  return origin.empty() ||
         syncq::equal_in_any_case(origin, "http://localhost:7077") ||
         syncq::equal_in_any_case(origin, "https://localhost:7077");
}

}  // namespace

// The first byte says which field the rest is. Nobody has a token that is not
// there, and no other name gets in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static Admission open = make(false);
  static Admission closed = make(true);
  if (size < 1) return 0;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  syncq::RequestHead head;
  head.host = "localhost:7077";
  switch (data[0] % 4) {
    case 0:
      head.host = text;
      if (open.admit(head).ok() && !is_known(text)) abort();
      break;
    case 1:
      head.origin = text;
      if (open.admit(head).ok() && !is_own_origin(text)) abort();
      break;
    case 2:
      head.sec_fetch_site = text;
      static_cast<void>(open.admit(head).ok());
      break;
    default:
      head.authorization = text;
      if (closed.admit(head).ok()) abort();
  }
  return 0;
}
