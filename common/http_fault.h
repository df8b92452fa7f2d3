#pragma once

#include <string_view>

#include "common/error_code.h"

namespace syncq {

// Why a request can't be read. The reason tells the client's author what to do;
// it is a constant.
struct HttpFault {
  ErrorCode code = ErrorCode::kBadRequest;
  std::string_view reason;
};

}  // namespace syncq
