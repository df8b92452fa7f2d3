#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "common/error_code.h"

namespace syncq {

// A domain refusal: the caller asked for something the rules do not allow.
// It is a value, never an exception; `message` is one sentence for people
// that says what to do.
struct Refusal {
  ErrorCode code;
  std::string message;
  // When the same would be allowed, from now; 0: nobody knows.
  std::int64_t retry_after_ms = 0;
};

struct Nothing {};

// Either a T or the refusal in its place. Unlike an exception it has to be
// checked: value() on a refusal throws std::bad_variant_access.
template <typename T = Nothing>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::move(value)) {}
  Result(Refusal refusal) : held_(std::move(refusal)) {}

  bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() { return std::get<0>(held_); }
  const T& value() const { return std::get<0>(held_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Refusal& refusal() { return std::get<1>(held_); }
  const Refusal& refusal() const { return std::get<1>(held_); }

 private:
  std::variant<T, Refusal> held_;
};

}  // namespace syncq
