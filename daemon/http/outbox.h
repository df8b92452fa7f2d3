#pragma once

#include <uv.h>

#include <array>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace syncq {

// The bytes on their way to a client, in order: text of the connection's own,
// and texts shared with others. First come those that may be sent, then those
// that wait for the commit. One thread.
class Outbox {
 public:
  // Append here.
  std::string& text() { return text_; }
  void append(std::shared_ptr<const std::string> shared);

  std::size_t size() const { return pieces_size_ + text_.size(); }
  bool empty() const { return size() == 0; }
  // Without what is shared.
  std::size_t own() const { return own_ + text_.size(); }

  // All of it may be sent.
  void commit() { sendable_ = size(); }
  // Drops what may not be sent.
  void drop_uncommitted();
  std::size_t sendable() const { return sendable_; }
  std::size_t uncommitted() const { return size() - sendable_; }

  // What may be sent, or the first of it. Fills `into`, and returns how many.
  using Buffers = std::array<uv_buf_t, 16>;
  unsigned int buffers(Buffers& into) const;
  // What is there now stays where it is until it is sent, whatever follows.
  void pin() { seal(); }
  // `count` bytes were sent.
  void sent(std::size_t count);

 private:
  struct Piece {
    std::string own;
    std::shared_ptr<const std::string> shared;
    std::string_view view() const { return shared ? *shared : own; }
  };
  void seal();

  std::list<Piece> pieces_;      // takes no memory while empty
  std::size_t front_ = 0;        // how much of the first piece was sent
  std::size_t pieces_size_ = 0;  // less front_
  std::size_t own_ = 0;          // memory of the pieces' own
  std::size_t sendable_ = 0;
  std::string text_;  // the last of it
};

}  // namespace syncq
