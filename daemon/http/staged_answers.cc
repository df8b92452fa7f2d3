#include "daemon/http/staged_answers.h"

#include <utility>

namespace syncq {

void StagedAnswers::commit() {
  head_only_.clear();
  lines_ = 0;
  continue_ = stream_.is_new = false;
}

bool StagedAnswers::abort(Outbox& out, const Refusal& why, const State& state) {
  out.drop_uncommitted();
  const bool broken = lines_ > 0 || (stream_.open && stream_.is_new);
  if (lines_ > 0) {
    append_chunk(out.text(), ended_line(why), stream_.chunked);
    append_last_chunk(out.text(), stream_.chunked);
  }
  for (std::size_t i = 0; i < head_only_.size(); ++i) {
    bool last = i + 1 == head_only_.size();
    append_reply(
        out.text(), error_reply(why),
        {state.wall, last && (broken || state.closing), head_only_[i]});
  }
  const bool again = std::exchange(continue_, false) && state.waits_for_body;
  if (again) out.text() += kContinue;
  head_only_.clear();
  lines_ = 0;
  out.commit();
  return !broken;
}

}  // namespace syncq
