#include <catch2/catch.hpp>

#include "cli/client/explain.h"
#include "tests/unit/environment.h"

namespace syncq {
namespace {

using Catch::Contains;

DaemonReply refused(int status, const std::string& code,
                    const std::string& message) {
  DaemonReply reply;
  reply.status = status;
  reply.body = R"({"error":")" + code + R"(","message":")" + message + R"("})";
  return reply;
}

Client client_of(const std::string& endpoint) {
  ClientOptions options;
  options.endpoint = endpoint;
  return Client(options);
}

TEST_CASE("a name that is not there is answered with the nearest there is",
          "[cli][explain]") {
  CHECK(no_such_name("FIFO", "deply", {"build", "deploy"}, "else") ==
        "no FIFO is named 'deply'; did you mean 'deploy'?");
  CHECK(
      no_such_name("queue", "jbos", {"build"}, "`syncq queue ls` lists all") ==
      "no queue is named 'jbos'; `syncq queue ls` lists all");
}

TEST_CASE("refusals are told in commands, not in endpoints", "[cli][explain]") {
  Subject ticket{.fifo = "deploy", .ticket = "T", .verb = "wait"};
  for (const char* code :
       {"invalid_uuid", "wait_timeout", "expired", "cancelled", "done"}) {
    CAPTURE(code);
    CHECK_THAT(in_commands(code, ticket), Contains("syncq fifo ticket deploy"));
  }
  CHECK_THAT(in_commands("conflict", ticket), Contains("`syncq run`"));
  ticket.verb = "touch";
  CHECK_THAT(in_commands("conflict", ticket),
             Contains("`syncq fifo wait deploy T`"));
  CHECK_THAT(in_commands("overrides_not_allowed", {.fifo = "deploy"}),
             Contains("--allow-overrides"));
  CHECK_THAT(in_commands("empty", {.queue = "q", .index = "99"}),
             Contains("index 99") && Contains("`syncq queue show q`"));
  CHECK_THAT(in_commands("invalid_uuid", {.queue = "q", .lease = "x"}),
             Contains("`syncq queue pop --lease`"));
  CHECK(in_commands("at_capacity", {.queue = "q"}).empty());
}

TEST_CASE("what no table knows keeps the daemon's words", "[cli][explain]") {
  test::Environment none({std::pair("SYNCQ_TOKEN_FILE", nullptr)});
  Client client = client_of("http://127.0.0.1:9");
  CHECK_THROWS_WITH(
      require_ok(client, refused(409, "at_capacity", "it is full"), "pushing"),
      "pushing: it is full");
  CHECK_THAT(
      explain(client, refused(413, "body_too_large", "over 5 bytes"), {}),
      Contains("over 5 bytes") && Contains("SYNCQ_MAX_MESSAGE"));
}

TEST_CASE("a refused token is told with where tokens come from",
          "[cli][explain]") {
  test::Environment none({std::pair("SYNCQ_TOKEN_FILE", nullptr)});
  Client client = client_of("http://127.0.0.1:9");
  CHECK_THAT(explain(client, refused(401, "unauthorized", "no"), {}),
             Contains("SYNCQ_TOKEN_FILE") && Contains("127.0.0.1:9"));
}

TEST_CASE("a daemon elsewhere is not looked for in our log", "[cli][explain]") {
  DaemonReply strange;
  strange.status = 502;
  strange.body = "<html>";
  Client far = client_of("http://127.0.0.1:9");
  CHECK_THAT(explain(far, strange, {}), Contains("502") &&
                                            Contains("endpoint") &&
                                            !Contains("daemon logs"));
  ClientOptions options;
  options.socket = "/nowhere/s";
  Client ours(options);
  CHECK_THAT(explain(ours, strange, {}), Contains("syncq daemon logs"));
}

}  // namespace
}  // namespace syncq
