#include <catch2/catch.hpp>

#include "cli/base/failure.h"
#include "cli/run/hold_event.h"
#include "cli/run/preempting.h"
#include "common/duration.h"

namespace syncq {
namespace {
using Kind = HoldEvent::Kind;

TEST_CASE("the lines of a hold", "[cli][hold]") {
  HoldEvent ticket = parse_hold_event(
      R"({"event":"ticket","fifo":"F","name":null,"ticket":"T","place":3,)"
      R"("of":5})");
  CHECK(ticket.kind == Kind::kTicket);
  CHECK(ticket.fifo == "F");
  CHECK(ticket.ticket == "T");
  CHECK(ticket.position.position == 3);
  CHECK(ticket.position.of == 5);
  CHECK_FALSE(ticket.position.holder);

  HoldEvent grant =
      parse_hold_event(R"({"event":"grant","ticket":"T","fence":17,"slot":1,)"
                       R"("lease":"process","done_timeout_ms":1500})");
  CHECK(grant.kind == Kind::kGrant);
  CHECK(grant.fence == 17);
  CHECK(grant.slots == "1");
  CHECK(grant.process_lease);
  CHECK(grant.done_timeout == std::chrono::milliseconds(1500));

  CHECK(
      parse_hold_event(R"({"event":"grant","slot":0,"slots":[0,1,4]})").slots ==
      "0,1,4");
  CHECK(parse_hold_event(R"({"event":"grant","slot":0,"slots":[0,4],)"
                         R"("slot_names":["a","e"]})")
            .slots == "a,e");

  HoldEvent several = parse_hold_event(
      R"({"event":"ticket","fifo":"F","ticket":"T","place":0,"of":0,)"
      R"("others":[{"fifo":"G","ticket":"U","place":1,"of":2}]})");
  REQUIRE(several.others.size() == 1);
  CHECK(several.others[0].fifo == "G");
  CHECK(several.others[0].ticket == "U");
  HoldEvent all = parse_hold_event(
      R"({"event":"grant","ticket":"T","fence":1,"slot":0,"others":)"
      R"([{"ticket":"U","fence":7,"slot":0},{"ticket":"V","fence":9}]})");
  REQUIRE(all.others.size() == 2);
  CHECK(all.others[1].ticket == "V");
  CHECK(all.others[1].fence == 9);
  CHECK(parse_hold_event(R"({"event":"place","fifo":"b","place":1,"of":2})")
            .position.fifo == "b");

  HoldEvent ended = parse_hold_event(
      R"({"event":"ended","error":"destroyed","message":"gone"})");
  CHECK(ended.kind == Kind::kEnded);
  CHECK(ended.error == "destroyed");
  CHECK(ended.message == "gone");
}

TEST_CASE("a lease that is not a process's is a connection's", "[cli][hold]") {
  CHECK_FALSE(parse_hold_event(R"({"event":"grant","lease":"connection"})")
                  .process_lease);
  CHECK_FALSE(parse_hold_event(R"({"event":"grant"})").process_lease);
}

TEST_CASE("a time that no clock has is none, or bounded", "[cli][hold]") {
  HoldEvent event =
      parse_hold_event(R"({"event":"place","expected_wait_ms":1e26,)"
                       R"("holder":{"held_ms":9223372036854775807}})");
  CHECK_FALSE(event.position.expected_wait);
  REQUIRE(event.position.holder);
  CHECK(event.position.holder->held == kMaxDuration);
  event = parse_hold_event(
      R"({"event":"grant","done_timeout_ms":-9223372036854775808})");
  CHECK(event.done_timeout == -kMaxDuration);
}

TEST_CASE("holders may be partly unknown", "[cli][hold]") {
  HoldEvent event = parse_hold_event(
      R"({"event":"place","place":1,"of":1,"holder":{"label":null,)"
      R"("pid":812,"cwd":null,"held_ms":130000}})");
  REQUIRE(event.position.holder);
  CHECK(event.position.holder->text() == "pid 812");
  CHECK(event.position.holder->held == std::chrono::seconds(130));
  CHECK_FALSE(event.position.paused);
  CHECK_FALSE(event.position.expected_wait);
  CHECK_FALSE(event.position.holder->expected_run);
  event = parse_hold_event(
      R"({"event":"place","place":1,"holder":null,"paused":true})");
  CHECK(event.position.paused);
  CHECK(event.position.rate.empty());
  event = parse_hold_event(
      R"({"event":"place","place":1,"holder":null,"rate":"5/h"})");
  CHECK(event.position.rate == "5/h");
  event =
      parse_hold_event(R"({"event":"place","expected_wait_ms":2500,)"
                       R"("holder":{"held_ms":1000,"expected_run_ms":3500}})");
  CHECK(event.position.expected_wait == std::chrono::milliseconds(2500));
  CHECK(event.position.holder->expected_run == std::chrono::milliseconds(3500));
  event = parse_hold_event(
      R"({"event":"place","place":1,"holder":null,"paused":true})");
  CHECK_FALSE(event.position.holder);
}

TEST_CASE("whose turns are ended is said of the first few", "[cli][hold]") {
  auto text = [](const std::string& members) {
    return preempting_text(
        parse_hold_event(R"({"event":"ticket","place":1)" + members + "}"));
  };
  CHECK(text("").empty());
  CHECK(text(R"(,"preempted":[],"not_preempted":0)").empty());
  const std::string one = R"({"label":"make","pid":7,"cwd":null})";
  CHECK(text(R"(,"preempted":[)" + one + "]") == "ends make (pid 7) first");
  CHECK(
      text(R"(,"preempted":[)" + one + "," + one + R"(],"not_preempted":1)") ==
      "ends make (pid 7), make (pid 7) first, and waits for 1 turn that "
      "can't be ended by a signal");
  CHECK(text(R"(,"preempted":[],"not_preempted":2)") ==
        "waits for 2 turns that can't be ended by a signal");
  std::string many = one;
  for (int i = 0; i < 4; ++i) many += "," + one;
  CHECK(text(R"(,"preempted":[)" + many + "]") ==
        "ends make (pid 7), make (pid 7), make (pid 7) and 2 more first");
}

TEST_CASE("a newer daemon's lines do no harm, garbage does", "[cli][hold]") {
  CHECK(parse_hold_event(R"({"event":"weather","of":"rain"})").kind ==
        Kind::kUnknown);
  CHECK_THROWS_AS(parse_hold_event("nonsense"), Failure);
  CHECK_THROWS_AS(parse_hold_event("[]"), Failure);
}

}  // namespace
}  // namespace syncq
