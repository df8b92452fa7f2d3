#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <string>

namespace syncq::e2e {

// Nanoseconds on the steady clock.
using Time = std::int64_t;
constexpr Time kNever = std::numeric_limits<Time>::max();

Time time_now();

// One request as its client saw it.
struct Call {
  enum class Fate {
    kAnswered,
    kLost,     // it was sent, and may have been carried out or not
    kNotSent,  // no daemon has seen it
  };
  Fate fate = Fate::kNotSent;
  Time called = 0;
  Time answered = kNever;
  int status = 0;
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;

  bool answered_with(int code) const {
    return fate == Fate::kAnswered && status == code;
  }
};

// A client of a daemon that may die at any moment. It hides nothing: it sends a
// request at most once, and starts no daemon. One thread.
class RawClient {
 public:
  explicit RawClient(std::string socket) : socket_(std::move(socket)) {}
  ~RawClient() { hang_up(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // An answer that takes longer than 20 s counts as lost.
  Call call(const std::string& method, const std::string& target,
            const std::string& body = "");

 private:
  bool connect();
  void hang_up();
  bool read_answer(Call& call);

  std::string socket_;
  int fd_ = -1;
};

}  // namespace syncq::e2e
