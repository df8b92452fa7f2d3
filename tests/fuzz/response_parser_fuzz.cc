#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/http_response_parser.h"

using syncq::ResponseParser;
using State = syncq::ResponseParser::State;

namespace {

// All that a client reads from these bytes and the close after them, when
// `piece` of them come at a time.
std::string read_all(std::string_view bytes, std::size_t piece) {
  ResponseParser parser;
  std::string seen;
  std::size_t arrived = std::min(piece, bytes.size());
  for (;;) {
    State before = parser.state();
    std::size_t taken = parser.feed(bytes.substr(0, arrived));
    if (taken > arrived) abort();
    bytes.remove_prefix(taken);
    arrived -= taken;
    if (parser.state() >= State::kDone) break;
    if (taken > 0 || parser.state() != before) continue;
    if (arrived == bytes.size()) {
      parser.finish();
      break;
    }
    arrived = std::min(arrived + piece, bytes.size());
  }
  seen += std::to_string(static_cast<int>(parser.state()));
  if (parser.state() != State::kDone) return seen;
  seen += std::to_string(parser.status()) + parser.content_type() + "|" +
          parser.server() + "|" + parser.syncq_field("syncq-version") + "|" +
          parser.body();
  return seen;
}

}  // namespace

// However the socket cuts an answer into pieces, the client reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 1) return 0;
  std::size_t piece = 1 + data[0] % 64;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (read_all(bytes, piece) != read_all(bytes, bytes.size())) abort();
  return 0;
}
