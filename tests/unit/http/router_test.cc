#include "daemon/http/router.h"

#include <catch2/catch.hpp>
#include <string>

namespace syncq {
namespace {

using Path = OpenSegments;

Handler none() {
  return [](Request&, ReplyWriter&) { return nullptr; };
}

// Three routes under one first segment, as the FIFO service has them.
Router make_router() {
  Router router;
  router.add({{Method::kGet, Method::kPost}, "/fifo/new", {"name"}, none()});
  router.add({{Method::kGet}, "/fifo/{}", {}, none()});
  router.add({{Method::kDelete}, "/fifo/{}", {}, none()});
  router.add(
      {{Method::kGet, Method::kPost}, "/fifo/{}/wait/{}", {"timeout"}, none()});
  router.add({{Method::kGet}, "/fifo", {}, none()});
  return router;
}

struct Found {
  Result<Router::Match> match;
  std::string pattern;
  std::string allow;
};

Found route(Method method, const std::string& target) {
  static const Router router = make_router();
  RequestHead head;
  head.method = method;
  head.target = target;
  std::string allow;
  auto match = router.match(head, allow);
  std::string pattern = match ? std::string(match->route->pattern) : "";
  return {std::move(match), pattern, allow};
}

ErrorCode refusal(Method method, const std::string& target) {
  Found found = route(method, target);
  REQUIRE_FALSE(found.match.ok());
  return found.match.refusal().code;
}

TEST_CASE("A target finds its route, path and query") {
  Found found = route(Method::kPost, "/fifo/deploy/wait/T?timeout=5s");
  REQUIRE(found.match.ok());
  CHECK(found.pattern == "/fifo/{}/wait/{}");
  CHECK(found.match->path == Path{"deploy", "T"});
  CHECK(found.match->query.text("timeout") == "5s");
  CHECK(route(Method::kGet, "/fifo").pattern == "/fifo");
  CHECK(route(Method::kGet, "/fifo?").pattern == "/fifo");
  CHECK(route(Method::kGet, "/fifo/new").pattern == "/fifo/new");
  CHECK(route(Method::kDelete, "/fifo/deploy").match->path == Path{"deploy"});
}

TEST_CASE("Segments are decoded one by one") {
  Found found = route(Method::kGet, "/fifo/a%2Fb%20c/wait/%41");
  REQUIRE(found.match.ok());
  CHECK(found.match->path == Path{"a/b c", "A"});
  CHECK(refusal(Method::kGet, "/fifo/a%2") == ErrorCode::kBadRequest);
  // RFC 3986, section 6.2.2.2.
  CHECK(route(Method::kGet, "/%66if%6F/%6eew").pattern == "/fifo/new");
  CHECK(refusal(Method::kGet, "/fifo%2Fnew") == ErrorCode::kNoSuchEndpoint);
}

TEST_CASE("A slash behind a path changes nothing") {
  CHECK(route(Method::kGet, "/fifo/").pattern == "/fifo");
  CHECK(route(Method::kGet, "/fifo/new/?name=x").pattern == "/fifo/new");
  CHECK(route(Method::kGet, "/fifo/a/wait/b/").match->path == Path{"a", "b"});
  CHECK(route(Method::kGet, "/fifo//").match->path == Path{""});
}

TEST_CASE("HEAD is for what only GET has, which changes nothing") {
  CHECK(route(Method::kHead, "/fifo").pattern == "/fifo");
  CHECK(route(Method::kHead, "/fifo/x").pattern == "/fifo/{}");
  for (const char* target : {"/fifo/new", "/fifo/x/wait/y"}) {
    INFO(target);
    CHECK(refusal(Method::kHead, target) == ErrorCode::kMethodNotAllowed);
    CHECK(route(Method::kHead, target).allow == "GET, POST");
  }
}

TEST_CASE("What is no endpoint is 404") {
  const std::string target = GENERATE(values<std::string>({
      "/",
      "",
      "/fifos",
      "/fifo/a/b",
      "/fifo/a/wait",
      "/fifo/a/wait/b//",
      "//",
      "/fifo/a/wait/b/c",
      "//fifo",
      "/Fifo",
      "fifo",
      "/?fifo",
  }));
  INFO(target);
  CHECK(refusal(Method::kGet, target) == ErrorCode::kNoSuchEndpoint);
}

TEST_CASE("What is asked of no path is 405, with no method that is right") {
  CHECK(refusal(Method::kOther, "*") == ErrorCode::kMethodNotAllowed);
  CHECK(route(Method::kOther, "*").allow.empty());
}

TEST_CASE("The wrong method is 405 and says each right one once") {
  CHECK(refusal(Method::kPut, "/fifo/x/wait/y") ==
        ErrorCode::kMethodNotAllowed);
  CHECK(route(Method::kPut, "/fifo/x/wait/y").allow == "GET, POST");
  CHECK(route(Method::kPost, "/fifo/x").allow == "GET, HEAD, DELETE");
  CHECK(route(Method::kOther, "/fifo").allow == "GET, HEAD");
  // Another pattern fits this one as well.
  CHECK(route(Method::kPut, "/fifo/new").allow == "GET, POST");
  CHECK(refusal(Method::kDelete, "/fifo/new") == ErrorCode::kMethodNotAllowed);
}

TEST_CASE("The parameters are those of the route") {
  CHECK(route(Method::kGet, "/fifo/new?name=x").match.ok());
  CHECK(refusal(Method::kGet, "/fifo?name=x") == ErrorCode::kUnknownParameter);
}

}  // namespace
}  // namespace syncq
