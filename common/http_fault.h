#pragma once

#include <string_view>

#include "common/error_code.h"

namespace syncq {

// Why a request can't be read. The reason says what to do, to whoever wrote
// the client; it is a constant.
struct HttpFault {
  ErrorCode code = ErrorCode::kBadRequest;
  std::string_view reason;
};

}  // namespace syncq
