#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cli/client/client.h"
#include "common/clock.h"

namespace syncq {

// Reads a daemon's JSON for people. A daemon of another version may leave
// members out or add some: a missing one is "".

// A member as text: strings bare, numbers and booleans as they are written, an
// array's one after the other, with commas between them.
std::string field_text(const nlohmann::json& object, const char* key);

// A member in milliseconds as "2m10s"; "" if it is null or missing.
std::string field_age(const nlohmann::json& object, const char* key);

// A time (ISO 8601, UTC) as a clock here shows it: "Nov 29 23:45:19", or
// "Nov 29  2025" if it is over half a year ago, as ls(1) has it; otherwise the
// member as text.
std::string field_clock(const nlohmann::json& object, const char* key);

// A member in milliseconds; none if it is null or missing.
std::optional<Duration> field_duration(const nlohmann::json& object,
                                       const char* key);

// A member that is an object or array; an empty object otherwise.
const nlohmann::json& field_of(const nlohmann::json& object, const char* key);
// The result would outlive its object.
const nlohmann::json& field_of(nlohmann::json&& object,
                               const char* key) = delete;

// The body as JSON. Throws Failure if it is none.
nlohmann::json parse_body(const DaemonReply& reply);

}  // namespace syncq
