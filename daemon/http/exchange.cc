#include "daemon/http/exchange.h"

#include "daemon/http/in_flight.h"

namespace syncq {
namespace {

constexpr std::size_t kMaxKeptTarget = 512;

}  // namespace

const Result<Router::Match>& Exchange::match(const Router& router) {
  // Most clients ask the same thing again and again.
  bool known = match_ && head().method == matched_method_ &&
               head().target == matched_target_;
  if (known) return *match_;
  allow_.clear();
  match_ = router.match(head(), allow_);
  matched_method_ = head().method;
  // An idle connection keeps no large one.
  matched_target_ = head().target.size() <= kMaxKeptTarget ? head().target : "";
  return *match_;
}

const Route* Exchange::route() const {
  return match_ && *match_ ? (*match_)->route : nullptr;
}

bool Exchange::small_body() const {
  return route() == nullptr || !route()->takes_message;
}

void Exchange::end() {
  parked_.reset();
  if (matched_target_.empty()) match_.reset();
  begun_ = false;
  if (body().capacity() > kSmall) drop_body();
  parser_.reset();
}

}  // namespace syncq
