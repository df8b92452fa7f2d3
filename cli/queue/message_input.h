#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace syncq {

// The messages to push: words of the command line, or an fd's bytes, which are
// one message or, with a separator, one per line. Blocks only in read_some(),
// and keeps no more than one read's bytes and the message they begin. One
// thread.
class MessageInput {
 public:
  explicit MessageInput(std::vector<std::string> words);
  // Borrows the fd. No separator: all of it is one message, even if empty. The
  // text after the last separator is a message unless empty.
  MessageInput(int fd, std::optional<char> separator);

  // The next message, if it is complete.
  std::optional<std::string> next();
  // The input has ended, and next() has returned all of it.
  bool finished() const;

  // For poll(2) when next() has none; -1 at the end.
  int fd() const { return ended_ ? -1 : fd_; }
  // Reads once. Throws Failure.
  void read_some();

 private:
  std::optional<std::string> next_line();

  int fd_ = -1;
  std::optional<char> separator_;
  bool ended_ = false;
  std::deque<std::string> words_;
  std::string buffer_;
  std::size_t at_ = 0;        // where the next message begins
  std::size_t searched_ = 0;  // no separator before this
  bool whole_given_ = false;
};

}  // namespace syncq
