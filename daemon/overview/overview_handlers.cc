#include "daemon/overview/overview_handlers.h"

#include <fmt/format.h>

#include <utility>

#include "daemon/http/handler.h"
#include "daemon/http/long_answer.h"

namespace syncq {
namespace {

class OverviewAnswer final : public LongAnswer {
 public:
  explicit OverviewAnswer(Overview overview) : overview_(std::move(overview)) {}

  std::optional<std::size_t> made() const override { return overview_.size(); }

 private:
  bool step(Instant now) override { return overview_.step(now); }
  Reply answer() override {
    JsonObject body;
    overview_.add_to(body);
    return {200, kJson, body.line(), ""};
  }

  Overview overview_;
};

}  // namespace

Result<OverviewWanted> read_overview_wanted(const Request& request,
                                            FifoEngine& fifos,
                                            QueueEngine& queues) {
  OverviewWanted wanted;
  auto limit = request.query.number("limit", 1, kMostInOverview);
  if (!limit) return limit.refusal();
  wanted.limit = static_cast<int>(limit->value_or(wanted.limit));
  auto waiting = request.query.number("waiting", 0, kMostInOverview);
  if (!waiting) return waiting.refusal();
  wanted.waiting = static_cast<int>(waiting->value_or(wanted.waiting));
  const std::string* only = request.query.find("for");
  if (only == nullptr) return wanted;
  wanted.only = *only;
  if (!fifos.show(*only, request.now) && !queues.show(*only)) {
    return Refusal{ErrorCode::kNotFound,
                   fmt::format("there is no FIFO and no queue '{}': see GET "
                               "/overview for those there are",
                               *only)};
  }
  return wanted;
}

void add_overview_route(Router& router, FifoEngine& fifos, QueueEngine& queues,
                        QueueRates& rates) {
  Route route;
  route.methods = {Method::kGet};
  route.pattern = "/overview";
  route.parameters = {"limit", "waiting", "for"};
  route.handler = [&](Request& request, ReplyWriter& out) -> Parked {
    auto wanted = read_overview_wanted(request, fifos, queues);
    if (!wanted) return refuse(out, wanted.refusal());
    rates.forget_unseen(request.now);
    return begin(std::make_unique<OverviewAnswer>(
                     Overview(fifos, queues, rates, *wanted)),
                 request.now, out);
  };
  router.add(large(std::move(route)));
}

}  // namespace syncq
