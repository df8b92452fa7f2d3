#pragma once

#include <string_view>

namespace syncq {

// The API's description, OpenAPI 3.0: openapi.json, compiled in.
std::string_view openapi_document();

}  // namespace syncq
