// What `syncq top` shows, and how one moves in it, without a screen.

#include <catch2/catch.hpp>

#include "tests/unit/cli/top_fixture.h"

namespace syncq {
namespace {

using Key = KeyPress::Key;
using Mode = TopControl::Mode;

std::vector<std::string> ids(const std::vector<Row>& rows) {
  std::vector<std::string> all;
  for (const Row& row : rows) all.push_back(row.id());
  return all;
}

TEST_CASE("The only holder stands in its FIFO's row, all others below it",
          "[top]") {
  TopFixture f;
  auto& deploy = f.fifo("deploy");
  TopFixture::hold(deploy, "one");
  TopFixture::wait(deploy, "two");
  auto& gpu = f.fifo("gpu", 2);
  TopFixture::hold(gpu, "three");
  f.look();
  CHECK(ids(f.control.model().panes()[0]) ==
        std::vector<std::string>{"fifo uuid-deploy", "ticket two",
                                 "fifo uuid-gpu", "ticket three"});
}

TEST_CASE("The selection stays with what is selected, wherever that goes",
          "[top]") {
  TopFixture f;
  f.fifo("a");
  f.fifo("b");
  f.fifo("c");
  f.look();
  CHECK(f.selected() == "fifo uuid-a");
  f.press(Key::kDown);
  CHECK(f.selected() == "fifo uuid-b");
  // It is used now, and comes first.
  TopFixture::hold(f.overview["fifos"][1], "x");
  f.look();
  CHECK(f.selected() == "fifo uuid-b");
  f.press(Key::kUp);
  CHECK(f.selected() == "fifo uuid-b");
  f.press(Key::kEnd);
  CHECK(f.selected() == "fifo uuid-c");
  // What is gone leaves the selection in its place.
  f.overview["fifos"].erase(2);
  f.look();
  CHECK(f.selected() == "fifo uuid-a");
  f.overview["fifos"].clear();
  f.look();
  CHECK(f.selected().empty());
  f.press(Key::kDown);
}

TEST_CASE("Tab goes from list to list", "[top]") {
  TopFixture f;
  f.fifo("a");
  f.fifo("b");
  f.queue("jobs", 1);
  f.look();
  f.ended({TopFixture::turn("a", 0)});
  f.press(Key::kTab);
  CHECK(f.selected() == "queue id-jobs");
  f.press(Key::kTab);
  CHECK(f.selected() == "turn of-a");
  f.press(Key::kTab);
  CHECK(f.selected() == "fifo uuid-a");
}

TEST_CASE("A filter takes names and labels, in any case, as it is typed",
          "[top]") {
  TopFixture f;
  TopFixture::hold(f.fifo("deploy"), "make Site");
  f.fifo("backup");
  f.queue("sites", 0);
  f.queue("jobs", 0);
  f.look();
  f.type("/SITE");
  CHECK(f.control.mode() == Mode::kFilter);
  auto panes = f.control.model().panes();
  CHECK(ids(panes[0]) == std::vector<std::string>{"fifo uuid-deploy"});
  CHECK(ids(panes[1]) == std::vector<std::string>{"queue id-sites"});
  // A letter that is a key elsewhere.
  f.press(Key::kBackspace);
  f.type("qé");
  CHECK(f.control.model().filter.starts_with("SITq"));
  f.press(Key::kEnter);
  CHECK(f.control.mode() == Mode::kMove);
  CHECK(f.control.model().panes()[0].empty());
  f.press(Key::kEscape);
  CHECK(f.control.model().filter.empty());
  CHECK(f.control.model().panes()[0].size() == 2);
}

TEST_CASE("Backspace takes a whole character from the filter", "[top]") {
  TopFixture f;
  f.type("/");
  f.control.press({Key::kText, "é"});
  f.press(Key::kBackspace);
  CHECK(f.control.model().filter.empty());
  f.press(Key::kBackspace);
}

TEST_CASE("Each press of s sorts otherwise", "[top]") {
  TopFixture f;
  f.fifo("z");
  TopFixture::wait(f.fifo("m"), "one");
  auto& a = f.fifo("a");
  TopFixture::hold(a, "two");
  f.look();
  auto first = [&] {
    std::vector<std::string> names;
    auto panes = f.control.model().panes();
    for (const Row& row : panes[0]) {
      if (row.ticket == nullptr) names.push_back(row.fifo->name);
    }
    return names;
  };
  CHECK(first() == std::vector<std::string>{"m", "a", "z"});
  f.type("s");
  CHECK(first() == std::vector<std::string>{"a", "m", "z"});
  f.type("s");
  CHECK(first() == std::vector<std::string>{"m", "z", "a"});
  f.type("s");
  CHECK(first() == std::vector<std::string>{"a", "z", "m"});
  f.type("s");
  CHECK(first() == std::vector<std::string>{"m", "a", "z"});
}

TEST_CASE("What is stale is asked for once, until it has come", "[top]") {
  TopFixture f;
  auto& deploy = f.fifo("deploy");
  // As it is told with each event.
  auto look = [&] {
    f.control.connected(true);
    f.look();
  };
  look();
  auto due = f.control.due();
  REQUIRE(due.size() == 1);
  CHECK(due[0].target.text() == "/history?limit=50");
  CHECK(f.control.due().empty());
  // A turn that began and ended between two events.
  deploy["fence"] = 2;
  look();
  CHECK(f.control.due().empty());
  f.answer(due[0], {{"turns", TopFixture::Json::array()}});
  CHECK(f.control.due().size() == 1);
  f.answer(due[0], {{"turns", TopFixture::Json::array()}});
  // No turn has ended.
  look();
  CHECK(f.control.due().empty());
  // What did not come is asked for after the next event.
  deploy["fence"] = 3;
  look();
  CHECK(f.control.due().size() == 1);
  f.control.take_failure(due[0], "no daemon");
  CHECK(f.control.due().empty());
  look();
  CHECK(f.control.due().size() == 1);
}

TEST_CASE("Of a long turn that is not among the last, its FIFO tells",
          "[top]") {
  TopFixture f;
  auto& deploy = f.fifo("deploy");
  TopFixture::hold(deploy, "of-deploy");
  auto& tests = f.fifo("tests");
  TopFixture::hold(tests, "of-tests");
  f.look();
  f.answer(f.control.due().at(0), {{"turns", TopFixture::Json::array()}});
  CHECK(f.control.due().empty());
  for (auto& fifo : f.overview["fifos"]) fifo["tickets"].clear();
  f.look();
  auto due = f.control.due();
  REQUIRE(due.size() == 1);
  f.answer(due[0], {{"turns", {TopFixture::turn("tests", 0)}}});
  due = f.control.due();
  REQUIRE(due.size() == 1);
  CHECK(due[0].target.text() == "/fifo/uuid-deploy/history?limit=50");
  auto turn = TopFixture::turn("deploy", 1);
  turn["ended_at"] = "1970-01-01T00:00:19Z";
  f.answer(due[0], {{"turns", {turn}}});
  CHECK(f.control.due().empty());
  CHECK(ids(f.control.model().panes()[2]) ==
        std::vector<std::string>{"turn of-deploy", "turn of-tests"});
}

TEST_CASE("Enter opens a FIFO, with all of its line and its history", "[top]") {
  TopFixture f;
  TopFixture::hold(f.fifo("deploy"), "one");
  f.look();
  f.answer(f.control.due().at(0), {{"turns", TopFixture::Json::array()}});
  f.press(Key::kEnter);
  auto due = f.control.due();
  REQUIRE(due.size() == 2);
  CHECK(due[0].target.text() == "/fifo/uuid-deploy");
  CHECK(due[1].target.text() == "/fifo/uuid-deploy/history?limit=100");
  TopFixture::Json fifo = f.overview["fifos"][0];
  TopFixture::wait(fifo, "two");
  f.answer(due[0], {{"fifo", fifo}, {"tickets", fifo["tickets"]}});
  f.answer(due[1], {{"turns", {TopFixture::turn("deploy", 1)}}});
  auto panes = f.control.model().panes();
  CHECK(ids(panes[0]) == std::vector<std::string>{"ticket one", "ticket two"});
  CHECK(ids(panes[1]) == std::vector<std::string>{"turn of-deploy"});
  f.press(Key::kEscape);
  CHECK(f.control.model().view() == TopModel::View::kAll);
  CHECK(f.selected() == "fifo uuid-deploy");
  // What comes late is of no FIFO that is open.
  f.answer(due[0], {{"fifo", fifo}, {"tickets", fifo["tickets"]}});
}

TEST_CASE("Enter opens a queue, and arrows show messages of another state",
          "[top]") {
  TopFixture f;
  f.queue("jobs", 1);
  f.look();
  f.press(Key::kEnter);
  auto due = f.control.due();
  REQUIRE(due.size() == 2);
  CHECK(due[1].target.text() ==
        "/queues/id-jobs/messages?state=ready&limit=100");
  f.press(Key::kLeft);
  // The answer for those in the other state comes too late.
  TopFixture::Json body{{"messages", {{{"id", "1-1"}, {"text", "x"}}}}};
  f.answer(due[1], body);
  CHECK(f.control.model().panes()[0].empty());
  due = f.control.due();
  REQUIRE(due.size() == 1);
  CHECK(due[0].target.text() ==
        "/queues/id-jobs/messages?state=dead&limit=100");
  f.answer(due[0], body);
  CHECK(f.control.model().panes()[0].size() == 1);
  // It is removed meanwhile.
  f.overview["queues"].clear();
  f.look();
  CHECK(f.control.model().panes()[0].empty());
  CHECK(f.control.due().size() == 0);
}

TEST_CASE("A daemon that is gone is asked for nothing", "[top]") {
  TopFixture f;
  f.fifo("deploy");
  f.look();
  f.control.connected(false);
  CHECK(f.control.due().empty());
  f.control.connected(true);
  f.look();
  CHECK(f.control.due().size() == 1);
}

TEST_CASE("q ends it, also from the help, but not from a question", "[top]") {
  TopFixture f;
  TopFixture::hold(f.fifo("deploy"), "one");
  f.look();
  f.type("kq");
  CHECK(f.control.mode() == Mode::kMove);
  f.type("??");
  CHECK(f.control.mode() == Mode::kMove);
  f.type("?q");
  CHECK(f.control.mode() == Mode::kOver);
}

}  // namespace
}  // namespace syncq
