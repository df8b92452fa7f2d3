#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/http/request.h"

namespace syncq {

// How many items of an unbounded list one loop iteration looks at: about a
// millisecond.
inline constexpr int kSlice = 200;

// An answer that may take too long for one iteration: it is made one step per
// iteration, while others are served.
class LongAnswer : public ParkedRequest {
 public:
  bool notice(const Notice&, ReplyWriter&) final { return false; }
  bool go_on(Instant now, ReplyWriter& out) final {
    if (step(now)) return false;
    out.reply(answer());
    return true;
  }

 private:
  // Returns false when nothing is left to do.
  virtual bool step(Instant now) = 0;
  virtual Reply answer() = 0;
};

// Answers in this iteration if one step is enough.
inline std::unique_ptr<ParkedRequest> begin(std::unique_ptr<LongAnswer> answer,
                                            Instant now, ReplyWriter& out) {
  if (answer->go_on(now, out)) return nullptr;
  return answer;
}

// All of one kind, as JSON: {"KIND":[...],"count":{"KIND":n}}
class Listing final : public LongAnswer {
 public:
  // Adds the JSON of the next ones, at most kSlice; false: that was all.
  using Slice =
      std::function<bool(Instant now, std::vector<std::string>& some)>;

  Listing(std::string_view kind, Slice next);

  std::optional<std::size_t> made() const override { return body_.size(); }

 private:
  bool step(Instant now) override;
  Reply answer() override;

  std::string_view kind_;
  Slice next_;
  std::string body_;
  std::size_t count_ = 0;
};

}  // namespace syncq
