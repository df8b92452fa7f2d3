#include "cli/queue/message_batch.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "cli/base/failure.h"
#include "cli/queue/each_report.h"
#include "cli/queue/lease_request.h"

using namespace syncq;

namespace {

DaemonReply reply(std::string body, int status = 200) {
  DaemonReply made;
  made.status = status;
  made.body = std::move(body);
  return made;
}

void write(const EachReport& report, const std::string& text) {
  std::ofstream(report.path(), std::ios::app) << text;
}

}  // namespace

TEST_CASE("messages of a batch are read with all that is told of them") {
  Messages all = messages_of(
      R"({"queue":"q","id":"1-2","attempt":3,"lease":"L","type":"t","group":"g",)"
      R"("dead":{"from":"f","attempts":2,"reason":"r","since":"s"},)"
      R"("encoding":"text","body":"a\nb"})"
      "\n"
      R"({"id":"1-3","attempt":1,"lease":null,"type":"t","dead":null,)"
      R"("encoding":"base64","body":"/w=="})"
      "\n");
  REQUIRE(all.size() == 2);
  CHECK(all[0].message_id == "1-2");
  CHECK(all[0].attempt == "3");
  CHECK(all[0].lease == "L");
  CHECK(all[0].group == "g");
  CHECK(all[1].group == "");
  CHECK(all[0].dead_reason == "r");
  CHECK(all[0].body == "a\nb");
  CHECK(all[1].lease == "");
  CHECK(all[1].dead_from == "");
  CHECK(all[1].body == "\xff");
  CHECK(leases_of(all) == std::vector<std::string>{"L", ""});
}

TEST_CASE("what is no batch is refused") {
  for (const char* body : {"", "x", "[]", "{}",
                           R"({"id":"1-1","encoding":"base64","body":"?"})"}) {
    CAPTURE(body);
    CHECK_THROWS_AS(messages_of(body), Failure);
  }
}

TEST_CASE("a message of lines needs no second line end, but its own NUL") {
  CHECK(with_end("a", '\n') == "a\n");
  CHECK(with_end("a\n", '\n') == "a\n");
  CHECK(with_end("", '\n') == "\n");
  CHECK(with_end("a\n", '\0') == std::string("a\n\0", 3));
}

TEST_CASE("one lease is in the path, many are in the body") {
  LeaseRequest one{"q", "ack", {"A"}, {}};
  CHECK(one.address().text() == "/queues/q/ack/A");
  CHECK(one.body() == "");
  LeaseRequest many{"q", "extend", {"A", "B"}, {{"by", "5s"}}};
  CHECK(many.address().text() == "/queues/q/extend?by=5s");
  CHECK(many.body() == R"({"leases":["A","B"]})");
}

TEST_CASE("leases that are over are no refusal of the others") {
  LeaseRequest one{"q", "ack", {"A"}, {}};
  LeaseOutcome over = outcome_of(one, reply(R"({"error":"expired"})", 410));
  CHECK(over.reply.ok());
  CHECK(over.expired == std::vector<std::string>{"A"});
  LeaseRequest many{"q", "ack", {"A", "B"}, {}};
  LeaseOutcome some = outcome_of(many, reply(R"({"done":1,"expired":["B"]})"));
  CHECK(some.reply.ok());
  CHECK(some.expired == std::vector<std::string>{"B"});
  LeaseOutcome none = outcome_of(many, reply(R"({"error":"not_found"})", 404));
  CHECK_FALSE(none.reply.ok());
  CHECK(none.expired.empty());
}

TEST_CASE("a report has the numbers of messages") {
  EachReport report;
  CHECK(report.read(3)->empty());
  write(report, "3\n");
  write(report, " 1 3");
  auto numbers = report.read(3);
  REQUIRE(numbers.ok());
  CHECK(*numbers == std::set<std::size_t>{1, 3});
}

TEST_CASE("a report of something else is refused") {
  for (const char* text : {"0", "4", "x", "1-2", "1 2 -1"}) {
    CAPTURE(text);
    EachReport report;
    write(report, text);
    CHECK_FALSE(report.read(3).ok());
  }
}
