// The small service behind the connections under test.

#include "tests/unit/http/connection_fixture.h"
#include "daemon/http/long_answer.h"

namespace syncq::test {
namespace {

// Answers with the first notice.
class Waiting final : public ParkedRequest {
 public:
  bool notice(const Notice& notice, ReplyWriter& out) override {
    if (const auto* ended = std::get_if<Ended>(&notice)) {
      out.reply(error_reply(ended->why));
    } else {
      out.reply({200, kJson, "your turn", ""});
    }
    return true;
  }
};

// One line per notice; the last one is Ended.
class Streaming final : public ParkedRequest {
 public:
  explicit Streaming(std::string& seen) : seen_(seen) {}

  bool notice(const Notice& notice, ReplyWriter& out) override {
    if (std::holds_alternative<PositionInLine>(notice)) {
      out.stream("place\n", Promise::kNone);
      return false;
    }
    if (const auto* news = std::get_if<News>(&notice)) {
      if (!news->line.empty()) out.stream(news->line, Promise::kNone);
      if (news->is_last) out.end_stream();
      return news->is_last;
    }
    if (std::holds_alternative<Granted>(notice)) {
      out.stream("grant\n", Promise::kPowerLoss);
      return false;
    }
    out.stream("over\n", Promise::kPowerLoss);
    out.end_stream();
    return true;
  }
  bool body(std::string& body, ReplyWriter& out) override {
    if (body == "full") throw StoreError(ErrorCode::kStoreFull, "disk full");
    if (body == "beat") silence_ = 30s;
    if (body == "rest") silence_ = 0s;
    bool over = body == "done";
    if (over) {
      out.stream("over\n", Promise::kPowerLoss);
      out.end_stream();
    }
    seen_ += body;
    body.clear();
    return over;
  }
  Duration may_be_silent() const override { return silence_; }

 private:
  std::string& seen_;
  Duration silence_{};
};

Route route(Method method, std::string_view pattern, Handler handler) {
  Route made;
  made.methods = {method};
  made.pattern = pattern;
  made.handler = std::move(handler);
  return made;
}

}  // namespace

// /echo/X answers X; /big answers a megabyte; PUT /message answers its body,
// GET its own; /write writes and answers; /fail throws; /park waits; /stream
// streams, GET /stream ends at once; POST /words answers its parameter a;
// /long/N lists N things, and /count/N does so for small answers.
void ConnectionFixture::add_routes() {
  auto add = [this](Method method, std::string_view pattern,
                    const Handler& handler) {
    router_.add(route(method, pattern,
                      [this, handler](Request& request, ReplyWriter& out) {
                        seen.push_back(request.head.target);
                        return handler(request, out);
                      }));
  };
  add(Method::kGet, "/echo/{}", [](Request& request, ReplyWriter& out) {
    out.reply({200, kJson, request.path[0], ""});
    return nullptr;
  });
  Route small =
      route(Method::kPut, "/small", [this](Request& request, ReplyWriter& out) {
        seen.push_back(request.head.target);
        out.reply({200, kJson, request.body, ""});
        return nullptr;
      });
  small.takes_json = true;
  router_.add(std::move(small));
  Route words =
      route(Method::kPost, "/words", [](Request& request, ReplyWriter& out) {
        out.reply({200, kJson, request.query.text("a"), ""});
        return nullptr;
      });
  words.parameters = {"a", "b"};
  router_.add(std::move(words));
  Route big = large(
      route(Method::kGet, "/big",
            [this](Request& request, ReplyWriter& out) -> decltype(nullptr) {
              seen.push_back(request.head.target);
              Reply reply{200, kJson, std::string(1'000'000, 'x'), ""};
              reply.id = "big";
              out.reply(std::move(reply));
              return nullptr;
            }));
  router_.add(std::move(big));
  add(Method::kPost, "/write", [this](Request&, ReplyWriter& out) {
    disk.wrote = true;
    out.reply({200, kJson, "written", ""});
    return nullptr;
  });
  add(Method::kPost, "/fail", [](Request&, ReplyWriter&) -> decltype(nullptr) {
    throw StoreError(ErrorCode::kStoreFull, "disk full");
  });
  Route park =
      route(Method::kGet, "/park", [this](Request& request, ReplyWriter&) {
        seen.push_back(request.head.target);
        parked.push_back(request.caller);
        return std::make_unique<Waiting>();
      });
  park.waits = true;
  router_.add(std::move(park));
  auto list = [this](Request& request, ReplyWriter& out) {
    auto next = [this, left = std::stoi(request.path[0])](
                    Instant, std::vector<std::string>& some) mutable {
      if (disk.fails) throw StoreError(ErrorCode::kStoreFull, "disk full");
      ++steps;
      int count = std::min(left, kSlice);
      left -= count;
      some.assign(static_cast<std::size_t>(count), "\"it\"");
      return count == kSlice;
    };
    return begin(std::make_unique<Listing>("things", next), request.now, out);
  };
  router_.add(large(route(Method::kGet, "/long/{}", list)));
  add(Method::kGet, "/count/{}", list);
  Route message =
      route(Method::kPut, "/message", [](Request& request, ReplyWriter& out) {
        out.reply({201, kJson, request.body, ""});
        return nullptr;
      });
  message.takes_message = true;
  router_.add(std::move(message));
  add(Method::kGet, "/message", [](Request&, ReplyWriter& out) {
    out.reply({200, kJson, "a message", ""});
    return nullptr;
  });
  Route stream = route(Method::kPost, "/stream",
                       [this](Request& request, ReplyWriter& out) {
                         parked.push_back(request.caller);
                         out.start_stream(kJsonLines);
                         out.stream("first\n", Promise::kPowerLoss);
                         return std::make_unique<Streaming>(streamed);
                       });
  add(Method::kGet, "/stream", [](Request&, ReplyWriter& out) {
    out.start_stream(kJsonLines);
    out.end_stream();
    return nullptr;
  });
  stream.streams_body = stream.waits = true;
  stream.parameters = {"a"};
  router_.add(std::move(stream));
}

}  // namespace syncq::test
