#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/ask.h"

namespace syncq::sim {

class View;

// What a client must be told next. `json` is part of what the answer holds; a
// text "$7" in it stands for the UUID of thing 7.
struct Expected {
  // kEnd: a stream's, without a last line.
  enum class Form { kReply, kStream, kLine, kLastLine, kEnd };
  Form form = Form::kReply;
  int status = 200;
  nlohmann::json json;
  std::optional<std::string> body;  // of a message, with the fields below
  std::string message_id;
  std::int64_t attempt = 0;
  Id lease = 0;
  std::string dead_from;
  std::string group;
  std::vector<Expected> batch;  // of messages, in place of one
  // What an overview shows, as far as it is `wanted`.
  std::shared_ptr<const View> overview;
  Wanted wanted;
  // Of a turn that is given: the ticket, and what its FIFO is called.
  Id granted = 0;
  std::string granted_in;
  std::vector<Expected> others;  // turns that are given with it
};

}  // namespace syncq::sim
