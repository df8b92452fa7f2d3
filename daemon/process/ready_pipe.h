#pragma once

#include <string>

#include "common/unique_fd.h"

namespace syncq {

// Tells the client that started this daemon, once, how that went. With no
// pipe (fd -1) it tells nobody.
class ReadyPipe {
 public:
  explicit ReadyPipe(int fd) : fd_(fd) {}

  void ready() { say("ready"); }
  // Another daemon serves this state directory.
  void busy() { say("busy"); }
  void failed(const std::string& why) { say("error: " + why); }

 private:
  void say(const std::string& word);

  UniqueFd fd_;
};

}  // namespace syncq
