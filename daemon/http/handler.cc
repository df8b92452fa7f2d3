#include "daemon/http/handler.h"

#include <fmt/format.h>

namespace syncq {

Parked refuse(ReplyWriter& out, const Refusal& refusal) {
  out.reply(error_reply(refusal));
  return nullptr;
}

Parked answer(ReplyWriter& out, std::string json) {
  out.reply({200, kJson, std::move(json), ""});
  return nullptr;
}

Parked answer_status(ReplyWriter& out, int status) {
  out.reply({status, "", "", ""});
  return nullptr;
}

Parked answer(ReplyWriter& out, const Result<>& result) {
  if (!result) return refuse(out, result.refusal());
  return answer(out, "{}\n");
}

Result<Uuid> read_uuid(const std::string& text, std::string_view what,
                       std::string_view use) {
  if (auto uuid = Uuid::parse(text)) return *uuid;
  return Refusal{ErrorCode::kInvalidUuid,
                 fmt::format("{} '{}' is no UUID: {}", what, text, use)};
}

}  // namespace syncq
