// What the keys of `syncq top` do to FIFOs, tickets and queues.

#include <catch2/catch.hpp>

#include "tests/unit/cli/top_fixture.h"

namespace syncq {
namespace {

using Key = KeyPress::Key;
using Mode = TopControl::Mode;
using Catch::Contains;

TEST_CASE("c asks, and cancels who waits", "[top]") {
  TopFixture f;
  auto& deploy = f.fifo("deploy");
  TopFixture::hold(deploy, "one");
  TopFixture::wait(deploy, "two");
  TopFixture::wait(deploy, "three");
  f.look();
  // Two wait: which one is not said.
  CHECK_FALSE(f.type("c"));
  CHECK(f.control.mode() == Mode::kMove);
  CHECK_THAT(f.control.notice(), Contains("nobody who waits is selected"));
  f.press(Key::kDown);
  f.press(Key::kDown);
  CHECK_FALSE(f.type("c"));
  CHECK(f.control.mode() == Mode::kAsk);
  CHECK(f.control.notice() ==
        "cancel three (pid 812), 2nd in line for deploy? y/n");
  CHECK_FALSE(f.type("n"));
  CHECK(f.control.notice() == "not done");
  // Enter is no yes.
  f.type("c");
  CHECK_FALSE(f.press(Key::kEnter));
  f.type("c");
  auto request = f.type("y");
  REQUIRE(request);
  CHECK(request->method == "POST");
  CHECK(request->target.text() == "/fifo/uuid-deploy/cancel/three");
  f.answer(*request, {{"ticket", "three"}});
  CHECK(f.control.notice() == "cancelled three (pid 812)");
}

TEST_CASE("k asks, and signals who has the turn", "[top]") {
  TopFixture f;
  auto& deploy = f.fifo("deploy");
  TopFixture::hold(deploy, "one");
  TopFixture::wait(deploy, "two");
  f.look();
  CHECK_FALSE(f.type("k"));
  CHECK(f.control.notice() ==
        "send TERM to one (pid 812), which has the turn of deploy? y/n");
  auto request = f.type("y");
  REQUIRE(request);
  CHECK(request->target.text() == "/fifo/uuid-deploy/kill?ticket=one");
  f.answer(*request, {{"error", "conflict"}, {"message", "no"}}, 409);
  CHECK(f.control.is_refusal());
  CHECK_THAT(f.control.notice(), Contains("is not to be seen, or is"));
  f.press(Key::kDown);
  CHECK_FALSE(f.type("k"));
  CHECK_THAT(f.control.notice(), Contains("nobody who has a turn"));
}

TEST_CASE("f and p are done at once", "[top]") {
  TopFixture f;
  auto& deploy = f.fifo("deploy");
  TopFixture::hold(deploy, "one");
  TopFixture::wait(deploy, "two");
  f.queue("jobs", 1)["paused"] = true;
  f.look();
  auto request = f.type("p");
  REQUIRE(request);
  CHECK(request->target.text() == "/fifo/uuid-deploy/pause");
  f.press(Key::kDown);
  request = f.type("f");
  REQUIRE(request);
  CHECK(request->target.text() == "/fifo/uuid-deploy/front/two");
  f.press(Key::kTab);
  request = f.type("p");
  REQUIRE(request);
  CHECK(request->target.text() == "/queues/id-jobs/resume");
  CHECK_FALSE(f.type("f"));
  CHECK(f.control.is_refusal());
}

TEST_CASE("r puts dead letters back, until none is left", "[top]") {
  TopFixture f;
  f.queue("jobs", 0)["dead_letter"] = "failed";
  f.queue("failed", 1500);
  f.look();
  f.type("r");
  CHECK(f.control.notice() ==
        "put the dead letters in failed back where they came from? y/n");
  auto request = f.type("y");
  REQUIRE(request);
  CHECK(request->target.text() == "/queues/id-failed/redrive?limit=1000");
  auto next = f.answer(*request, {{"moved", 1000}});
  REQUIRE(next);
  // A key that is refused, or a question that is not answered with y, does not
  // make it begin anew.
  CHECK_FALSE(f.type("c"));
  CHECK_FALSE(f.type("rn"));
  CHECK_FALSE(f.answer(*next, {{"moved", 500}}));
  CHECK(f.control.notice() == "put 1500 of failed back");
  request = f.type("ry");
  REQUIRE(request);
  f.answer(*request, {{"moved", 2}});
  CHECK(f.control.notice() == "put 2 of failed back");
}

TEST_CASE("A question stays until it is answered, whatever is told meanwhile",
          "[top]") {
  TopFixture f;
  auto& deploy = f.fifo("deploy");
  TopFixture::hold(deploy, "one");
  f.look();
  auto paused = f.type("p");
  REQUIRE(paused);
  f.type("k");
  const std::string question = f.control.notice();
  CHECK_THAT(question, Contains("send TERM to one"));
  f.answer(*paused, TopFixture::Json::object());
  CHECK(f.control.notice() == question);
  f.control.take_failure(*paused, "no daemon");
  CHECK(f.control.notice() == question);
  CHECK_FALSE(f.control.is_refusal());
  auto request = f.type("y");
  REQUIRE(request);
  CHECK(request->verb == "kill");
  CHECK(f.control.notice() == "no daemon");
  CHECK(f.control.is_refusal());
}

TEST_CASE("What comes into the place of what was selected is not acted on",
          "[top]") {
  TopFixture f;
  auto& deploy = f.fifo("deploy");
  TopFixture::hold(deploy, "X");
  TopFixture::wait(deploy, "A");
  TopFixture::wait(deploy, "B");
  f.look();
  f.press(Key::kDown);
  CHECK(f.selected() == "ticket A");
  deploy["tickets"].erase(1);
  deploy["waiting"] = 1;
  f.look();
  CHECK(f.selected() == "ticket B");
  for (const char* key : {"c", "k", "f", "p", "r"}) {
    INFO(key);
    CHECK_FALSE(f.type(key));
    CHECK(f.control.mode() == Mode::kMove);
    CHECK(f.control.notice() == "A has gone: move first");
    CHECK(f.control.is_refusal());
    f.look();
  }
  // Also up or down by nothing: there is no row below.
  f.press(Key::kDown);
  CHECK(f.selected() == "ticket B");
  auto request = f.type("f");
  REQUIRE(request);
  CHECK(request->target.text() == "/fifo/uuid-deploy/front/B");
}

TEST_CASE("Who types a filter has moved", "[top]") {
  TopFixture f;
  f.fifo("a");
  f.fifo("b");
  f.look();
  f.type("/b");
  f.press(Key::kEnter);
  f.look();
  auto request = f.type("p");
  REQUIRE(request);
  CHECK(request->target.text() == "/fifo/uuid-b/pause");
}

TEST_CASE("In the view of one, p means that one, whoever goes", "[top]") {
  TopFixture f;
  auto& deploy = f.fifo("deploy");
  TopFixture::hold(deploy, "one");
  TopFixture::wait(deploy, "two");
  f.look();
  f.press(Key::kEnter);
  CHECK(f.selected() == "ticket one");
  deploy["tickets"].erase(0);
  deploy["held"] = 0;
  f.look();
  CHECK_FALSE(f.type("f"));
  CHECK(f.control.notice() == "one has gone: move first");
  auto request = f.type("p");
  REQUIRE(request);
  CHECK(request->target.text() == "/fifo/uuid-deploy/pause");
  // Another view, another selection.
  f.press(Key::kEscape);
  CHECK(f.selected() == "fifo uuid-deploy");
  CHECK(f.type("p"));
}

TEST_CASE("A turn that has ended does not stand for its FIFO", "[top]") {
  TopFixture f;
  TopFixture::hold(f.fifo("deploy"), "one");
  f.look();
  f.press(Key::kEnter);
  f.answer(history_request("uuid-deploy"),
           {{"turns", {TopFixture::turn("deploy", 1)}}});
  f.press(Key::kDown);
  CHECK(f.selected() == "turn of-deploy");
  for (const char* key : {"c", "k", "f"}) {
    INFO(key);
    CHECK_FALSE(f.type(key));
    CHECK(f.control.mode() == Mode::kMove);
    CHECK(f.control.notice() == "this turn has ended: move to one in line");
  }
  auto request = f.type("p");
  REQUIRE(request);
  CHECK(request->target.text() == "/fifo/uuid-deploy/pause");
}

}  // namespace
}  // namespace syncq
