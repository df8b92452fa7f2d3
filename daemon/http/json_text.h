#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"

namespace syncq {

// Writes a JSON object, its members in the order in which they are added.
// Names are written as they are. Bytes of texts that are not UTF-8 are
// replaced. One thread.
class JsonObject {
 public:
  JsonObject() { members_.reserve(kUsual); }

  JsonObject& add(std::string_view name, std::string_view text);
  JsonObject& add(std::string_view name, const char* text) {
    return add(name, std::string_view(text));
  }
  // A number, true or false.
  template <std::integral Value>
  JsonObject& add(std::string_view name, Value value) {
    if constexpr (std::same_as<Value, bool>) {
      return add_raw(name, value ? "true" : "false");
    } else {
      return add_raw(name, std::to_string(value));
    }
  }
  // null for none.
  template <typename Value>
  JsonObject& add(std::string_view name, const std::optional<Value>& value) {
    return value ? add(name, *value) : add_raw(name, "null");
  }
  // null for an empty text.
  JsonObject& add_or_null(std::string_view name, std::string_view text);
  // What is JSON already.
  JsonObject& add_raw(std::string_view name, std::string_view json);
  JsonObject& add(std::string_view name, const JsonObject& object) {
    return add_raw(name, object.text());
  }

  std::string text() const { return members_ + '}'; }
  // With the line end of a whole answer, or of one line of a stream.
  std::string line() const { return members_ + "}\n"; }

 private:
  // Most objects need no more.
  static constexpr std::size_t kUsual = 200;

  std::string members_ = "{";
};

// Wall-clock time as RFC 3339 in UTC.
std::string timestamp(WallMillis wall);

}  // namespace syncq
