// GET /events: overviews as a stream.

#include <fmt/format.h>

#include "daemon/http/handler.h"
#include "daemon/overview/overview_handlers.h"

namespace syncq {
namespace {

constexpr std::string_view kEventStream = "text/event-stream";

// As JSON lines, or as server-sent events, as the HTML standard has them.
class EventStream final : public ParkedRequest {
 public:
  explicit EventStream(bool server_sent) : server_sent_(server_sent) {}

  bool notice(const Notice& notice, ReplyWriter& out) override {
    if (const auto* news = std::get_if<News>(&notice)) {
      if (!news->line.empty()) tell("overview", news->line, out);
      if (news->is_last) out.end_stream();
      return news->is_last;
    }
    const auto* ended = std::get_if<Ended>(&notice);
    if (ended == nullptr) return false;
    tell("ended", ended_line(ended->why), out, Promise::kProcess);
    out.end_stream();
    return true;
  }

 private:
  // `line` has its line end.
  void tell(std::string_view event, const std::string& line, ReplyWriter& out,
            Promise promise = Promise::kNone) const {
    out.stream(
        server_sent_ ? fmt::format("event: {}\ndata: {}\n", event, line) : line,
        promise);
  }

  bool server_sent_;
};

}  // namespace

void add_events_route(Router& router, FifoEngine& fifos, QueueEngine& queues,
                      EventFeed& feed) {
  Route route;
  route.methods = {Method::kGet};
  route.pattern = "/events";
  route.parameters = {"limit", "waiting", "for", "timeout"};
  route.waits = true;
  route.handler = [&](Request& request, ReplyWriter& out) -> Parked {
    auto wanted = read_overview_wanted(request, fifos, queues);
    if (!wanted) return refuse(out, wanted.refusal());
    auto timeout = request.query.duration("timeout");
    if (!timeout) return refuse(out, timeout.refusal());
    std::optional<Instant> until;
    if (timeout->value_or(Duration::zero()) > Duration::zero()) {
      until = request.now + **timeout;
    }
    bool head_only = request.head.method == Method::kHead;
    if (!head_only) {
      Result<> added = feed.add(request.caller, *wanted, until);
      if (!added) return refuse(out, added.refusal());
    }
    bool server_sent = request.head.accepts_event_stream;
    out.start_stream(server_sent ? kEventStream : kJsonLines);
    if (!head_only) return std::make_unique<EventStream>(server_sent);
    out.end_stream();
    return nullptr;
  };
  router.add(std::move(route));
}

}  // namespace syncq
