#pragma once

#include <optional>
#include <string_view>

#include "daemon/http/router.h"

namespace syncq {

// Whether the body of this request is a form: the parameters of a POST, as
// curl -d sends them.
bool is_form(const RequestHead& head);

// The parameters of a request with this body, if they are more than those of
// its target. Refuses a body where none is expected.
Result<std::optional<Query>> read_form(const RequestHead& head,
                                       const Router::Match& match,
                                       std::string_view body);

}  // namespace syncq
