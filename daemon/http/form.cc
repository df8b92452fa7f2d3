#include "daemon/http/form.h"

#include "common/ascii_case.h"

namespace syncq {

bool is_form(const RequestHead& head) {
  if (head.method != Method::kPost) return false;
  std::string_view type = head.content_type;
  type = type.substr(0, type.find_first_of("; \t"));
  return equal_in_any_case(type, "application/x-www-form-urlencoded");
}

Result<std::optional<Query>> read_form(const RequestHead& head,
                                       const Router::Match& match,
                                       std::string_view body) {
  const Route& route = *match.route;
  if (body.empty() || route.takes_message || route.takes_json) {
    return std::optional<Query>();
  }
  if (is_form(head)) {
    Query query = match.query;
    Result<> added = query.add_form(body, route.parameters, route.repeats);
    if (!added) return added.refusal();
    return std::optional(std::move(query));
  }
  if (route.streams_body) return std::optional<Query>();
  return Refusal{
      ErrorCode::kUnsupportedBody,
      head.method == Method::kPost
          ? "only parameters can be sent here: put them into the query, or "
            "into a body of type application/x-www-form-urlencoded"
          : "no body is taken here: put parameters into the query"};
}

}  // namespace syncq
