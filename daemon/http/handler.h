#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/uuid.h"
#include "daemon/http/router.h"

namespace syncq {

// What the handlers of all nouns share. Each handler returns what it leaves
// parked; nullptr if it has answered.
using Parked = std::unique_ptr<ParkedRequest>;

Parked refuse(ReplyWriter& out, const Refusal& refusal);
// With 200 and JSON, or `status` and no body.
Parked answer(ReplyWriter& out, std::string json);
Parked answer_status(ReplyWriter& out, int status);
// With {} or the refusal.
Parked answer(ReplyWriter& out, const Result<>& result);

// Reads a UUID. The refusal calls it `what`, and `use` says which to use.
Result<Uuid> read_uuid(const std::string& text, std::string_view what,
                       std::string_view use);

// The handler of an engine's route.
template <typename Engine>
Handler bind(Engine& engine,
             Parked (*handler)(Engine&, Request&, ReplyWriter&)) {
  return [&engine, handler](Request& request, ReplyWriter& out) {
    return handler(engine, request, out);
  };
}

}  // namespace syncq
