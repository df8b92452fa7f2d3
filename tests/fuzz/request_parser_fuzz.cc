#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/http_request_parser.h"

using syncq::RequestParser;
using State = syncq::RequestParser::State;

namespace {

constexpr std::uint64_t kBodyLimit = 512;

void note(std::string& seen, std::string_view text) {
  seen += std::to_string(text.size()) + ":";
  seen += text;
}

void note_request(std::string& seen, RequestParser& parser) {
  const syncq::RequestHead& head = parser.head();
  if (parser.body().size() > kBodyLimit) abort();
  if (head.target.size() > syncq::kMaxTargetBytes) abort();
  seen += std::to_string(static_cast<int>(head.method));
  seen += head.keep_alive ? "k" : "c";
  note(seen, head.target);
  note(seen, head.host);
  note(seen, head.content_type);
  note(seen, parser.body());
}

// All that a connection reads from these bytes when `piece` of them come at a
// time, and what ends it.
std::string read_all(std::string_view bytes, std::size_t piece) {
  RequestParser parser(kBodyLimit);
  std::string seen;
  std::size_t arrived = std::min(piece, bytes.size());
  while (true) {
    State before = parser.state();
    std::size_t taken = parser.feed(bytes.substr(0, arrived));
    if (taken > arrived) abort();
    bytes.remove_prefix(taken);
    arrived -= taken;
    if (parser.state() == State::kFailed) {
      note(seen, parser.fault().reason);
      return seen;
    }
    if (parser.state() == State::kDone) {
      note_request(seen, parser);
      parser.reset();
    } else if (taken == 0 && parser.state() == before) {
      if (arrived == bytes.size()) return seen;
      arrived = std::min(arrived + piece, bytes.size());
    }
  }
}

}  // namespace

// However the socket cuts a stream into pieces, the requests are the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 1) return 0;
  std::size_t piece = 1 + data[0] % 64;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (read_all(bytes, piece) != read_all(bytes, bytes.size())) abort();
  return 0;
}
