#include "cli/queue/message_input.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "cli/base/failure.h"

namespace syncq {
namespace {

constexpr std::size_t kReadSize = 64 * 1024;
// More than any daemon stores: SQLite holds blobs up to 1,000,000,000 bytes
// (https://www.sqlite.org/limits.html). The daemon's own limit is lower, and
// its refusal names it.
constexpr std::size_t kMostBytes = 1'000'000'000;

}  // namespace

MessageInput::MessageInput(std::vector<std::string> words)
    : ended_(true),
      words_(std::make_move_iterator(words.begin()),
             std::make_move_iterator(words.end())),
      whole_given_(true) {}

MessageInput::MessageInput(int fd, std::optional<char> separator)
    : fd_(fd), separator_(separator), whole_given_(separator.has_value()) {}

std::optional<std::string> MessageInput::next() {
  if (!words_.empty()) {
    std::string word = std::move(words_.front());
    words_.pop_front();
    return word;
  }
  if (separator_) return next_line();
  if (!ended_ || whole_given_) return std::nullopt;
  whole_given_ = true;
  return std::move(buffer_);
}

std::optional<std::string> MessageInput::next_line() {
  std::size_t end = buffer_.find(*separator_, searched_);
  searched_ = std::min(end, buffer_.size());
  if (end == buffer_.npos) {
    if (!ended_ || at_ == buffer_.size()) return std::nullopt;
    end = buffer_.size();
  }
  std::string line = buffer_.substr(at_, end - at_);
  at_ = searched_ = std::min(end + 1, buffer_.size());
  return line;
}

bool MessageInput::finished() const {
  return ended_ && words_.empty() && whole_given_ && at_ == buffer_.size();
}

void MessageInput::read_some() {
  if (separator_) {
    buffer_.erase(0, at_);
    searched_ -= at_;
    at_ = 0;
  }
  std::size_t had = buffer_.size();
  if (had > kMostBytes) {
    throw Failure(
        fmt::format("reading a message: it has over {} bytes, more than any "
                    "queue takes; push it in pieces",
                    kMostBytes));
  }
  // Grows by at least half: a large message is not copied for each piece.
  if (buffer_.capacity() < had + kReadSize) {
    buffer_.reserve(had + std::max(kReadSize, had / 2));
  }
  buffer_.resize(had + kReadSize);
  ssize_t count = read(fd_, buffer_.data() + had, kReadSize);
  int error = errno;
  buffer_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count == 0) ended_ = true;
  if (count < 0 && error != EAGAIN && error != EINTR) {
    throw Failure(
        fmt::format("reading the messages from stdin: {}; redirect "
                    "stdin from a file or a pipe",
                    std::strerror(error)));
  }
}

}  // namespace syncq
