#include "daemon/http/outbox.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace syncq {
namespace {

// What a small answer needs is kept for the next one.
constexpr std::size_t kKeptText = 32 * 1024;

}  // namespace

// The text moves to the pieces, where nothing is appended to it any more.
void Outbox::seal() {
  if (text_.empty()) return;
  pieces_size_ += text_.size();
  own_ += text_.size();
  pieces_.push_back({std::exchange(text_, {}), nullptr});
}

void Outbox::append(std::shared_ptr<const std::string> shared) {
  seal();
  pieces_size_ += shared->size();
  pieces_.push_back({{}, std::move(shared)});
}

// A commit ends behind an answer, so no shared text is cut.
void Outbox::drop_uncommitted() {
  std::size_t excess = uncommitted();
  std::size_t cut = std::min(excess, text_.size());
  text_.resize(text_.size() - cut);
  excess -= cut;
  while (excess > 0) {
    Piece& last = pieces_.back();
    cut = std::min(excess, last.view().size());
    excess -= cut;
    pieces_size_ -= cut;
    if (!last.shared) own_ -= cut;
    if (cut == last.view().size()) {
      pieces_.pop_back();
    } else {
      last.own.resize(last.own.size() - cut);
    }
  }
}

unsigned int Outbox::buffers(Buffers& into) const {
  unsigned int count = 0;
  std::size_t left = sendable_;
  std::size_t skip = front_;
  auto add = [&](std::string_view bytes) {
    bytes = bytes.substr(skip, left);
    skip = 0;
    if (bytes.empty() || count == into.size()) return;
    left -= bytes.size();
    // libuv only reads from it.
    into[count++] = uv_buf_init(const_cast<char*>(bytes.data()),
                                static_cast<unsigned int>(bytes.size()));
  };
  for (const Piece& piece : pieces_) {
    if (count == into.size()) return count;
    add(piece.view());
  }
  add(text_);
  return count;
}

void Outbox::sent(std::size_t count) {
  assert(count <= sendable_ && sendable_ <= size());
  sendable_ -= count;
  while (count > 0 && !pieces_.empty()) {
    Piece& first = pieces_.front();
    std::size_t rest = first.view().size() - front_;
    std::size_t gone = std::min(count, rest);
    count -= gone;
    pieces_size_ -= gone;
    front_ += gone;
    if (gone < rest) return;
    own_ -= first.own.size();
    pieces_.pop_front();
    front_ = 0;
  }
  if (count == 0) return;
  if (count < text_.size()) {
    seal();
    front_ = count;
    pieces_size_ -= count;
    return;
  }
  text_.clear();
  if (text_.capacity() > kKeptText) text_.shrink_to_fit();
}

}  // namespace syncq
