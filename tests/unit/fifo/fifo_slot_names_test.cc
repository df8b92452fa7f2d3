// Slots that have names.

#include "daemon/fifo/fifo_json.h"
#include "daemon/fifo/slots.h"
#include "daemon/store/store_rules.h"
#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/fifo/fifo_requests.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

using Names = std::vector<std::string>;

NewFifo with_names(const Names& names) {
  NewFifo wanted;
  wanted.slots = static_cast<int>(names.size());
  wanted.slot_names = names;
  return wanted;
}

// A FIFO "q" with the slots a, b, c and d.
struct NamedSlots : FifoFixture {
  explicit NamedSlots(std::string path = ":memory:")
      : FifoFixture(std::move(path)) {
    named("q", with_names({"a", "b", "c", "d"}));
  }
  const Uuid& draw(int take = 1) {
    tickets.push_back(ticket("q", {}, taking(take)));
    return tickets.back();
  }
  Names slots(std::size_t which) { return row(tickets[which]).slot_names; }
  Result<> set(const NewFifo& wanted) {
    Result<> result = engine->set("q", wanted, now);
    settle();
    return result;
  }
  void end(std::size_t which) { done("q", tickets[which]); }

  std::vector<Uuid> tickets;
};

TEST_CASE("A turn is told the names of its slots") {
  NamedSlots f;
  auto granted = f.wait("q", f.draw(), 1);
  CHECK(granted->slot == 0);
  CHECK(granted->slot_names == Names{"a"});
  HoldRequest call;
  call.terms = taking(2);
  HoldReply start = f.hold("q", 2, call);
  CHECK(start.granted->slot == 1);
  CHECK(start.granted->more_slots == std::vector{2});
  CHECK(start.granted->slot_names == Names{"b", "c"});
  call.ticket = start.ticket;
  CHECK(f.hold("q", 3, call).granted->slot_names == Names{"b", "c"});
  f.end(0);
  CHECK(f.slots(0).empty());
  f.draw(2);
  CHECK(f.slots(1) == Names{"a", "d"});
}

TEST_CASE("Names of slots are there after a restart, and of their turns") {
  TempDir dir;
  NamedSlots f(dir / "syncq.db");
  f.draw(2);
  f.restart();
  CHECK(f.fifo_row("q").config.slot_names == Names{"a", "b", "c", "d"});
  CHECK(f.slots(0) == Names{"a", "b"});
  CHECK(find_breaches(*f.database).empty());
}

TEST_CASE("Shared ones have the slot of one name together") {
  NamedSlots f;
  TicketTerms shared;
  shared.shared = true;
  f.draw();
  f.tickets.push_back(f.ticket("q", {}, shared));
  REQUIRE(f.set(with_names({"a", "new", "c", "d"})).ok());
  f.tickets.push_back(f.ticket("q", {}, shared));
  // The slot keeps its name for as long as it is held.
  CHECK(f.slots(1) == Names{"b"});
  CHECK(f.slots(2) == Names{"b"});
}

TEST_CASE("A slot that is held keeps its name until its turn has ended") {
  NamedSlots f;
  f.draw();
  f.draw();
  REQUIRE(f.set(with_names({"x", "b", "y"})).ok());
  CHECK(f.slots(0) == Names{"a"});
  f.draw();
  CHECK(f.slots(2) == Names{"y"});
  f.draw();
  CHECK(f.state(f.tickets[3]) == TicketState::kWaiting);
  f.end(0);
  CHECK(f.slots(3) == Names{"x"});
}

TEST_CASE("The name of a slot that is held is no other's") {
  NamedSlots f;
  f.draw();
  f.draw(2);
  for (const Names& names :
       {Names{"b", "a"}, Names{"x", "y", "z", "c"}, Names{"c"}}) {
    Result<> refused = f.set(with_names(names));
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.refusal().code == ErrorCode::kConflict);
    CHECK(refused.refusal().message.starts_with("slot "));
    CHECK(f.fifo_row("q").config.slot_names == Names{"a", "b", "c", "d"});
  }
  // What is there stays in its place, or goes.
  CHECK(f.set(with_names({"a", "e", "c"})).ok());
  CHECK(f.set(with_names({"a"})).ok());
  f.end(1);
  CHECK(f.set(with_names({"a", "c", "b"})).ok());
  f.draw(2);
  CHECK(f.slots(2) == Names{"c", "b"});
}

TEST_CASE("Of fewer slots with names those beyond are not given again") {
  NamedSlots f;
  for (int i = 0; i < 4; ++i) f.draw();
  REQUIRE(f.set(with_names({"a", "b"})).ok());
  f.draw();
  f.end(3);
  f.end(0);
  CHECK(f.state(f.tickets[4]) == TicketState::kWaiting);
  f.end(2);
  CHECK(f.slots(4) == Names{"a"});
  CHECK(find_breaches(*f.database).empty());
}

TEST_CASE("Slots lose their names if only their number is set, and get some") {
  NamedSlots f;
  f.draw();
  REQUIRE(f.set(with_slots(2)).ok());
  CHECK(f.fifo_row("q").config.slot_names.empty());
  f.draw();
  CHECK(f.slots(0) == Names{"a"});
  CHECK(f.slots(1).empty());
  CHECK(f.row(f.tickets[1]).slot == 1);
  // Slot 1 is held without a name: nobody else has it under its new one.
  REQUIRE(f.set(with_names({"a", "z", "y"})).ok());
  f.draw();
  CHECK(f.slots(2) == Names{"y"});
  // What is not given stays.
  NewFifo brief;
  brief.timeouts.wait = 1min;
  REQUIRE(f.set(brief).ok());
  CHECK(f.fifo_row("q").config.slot_names == Names{"a", "z", "y"});
}

TEST_CASE("Who asks for other slots than the FIFO has is refused") {
  NamedSlots f;
  HoldRequest call;
  call.create = true;
  auto ask = [&](const NewFifo& wanted) {
    call.fifo.slots = wanted.slots;
    call.fifo.slot_names = wanted.slot_names;
  };
  ask(with_names({"a", "b", "d", "c"}));
  CHECK(f.hold_refusal("q", 1, call) == ErrorCode::kConflict);
  ask(with_names({"a", "b", "c"}));
  CHECK(f.hold_refusal("q", 1, call) == ErrorCode::kConflict);
  ask(with_slots(3));
  CHECK(f.hold_refusal("q", 1, call) == ErrorCode::kConflict);
  ask(with_slots(4));
  CHECK(f.hold("q", 1, call).granted);
  ask(with_names({"a", "b", "c", "d"}));
  CHECK(f.hold("q", 2, call).granted->slot_names == Names{"b"});
  ask(with_names({"x", "y"}));
  CHECK(f.hold("new-one", 3, call).granted->slot_names == Names{"x"});
  CHECK(f.hold_refusal("q", 4, call) == ErrorCode::kConflict);
}

TEST_CASE("Names of slots that were set are not so if that was aborted") {
  NamedSlots f;
  REQUIRE(f.engine->set("q", with_names({"z"}), f.now).ok());
  f.abort();
  CHECK(f.fifo_row("q").config.slot_names == Names{"a", "b", "c", "d"});
}

TEST_CASE("Names of slots are written as lists") {
  CHECK(names_json({}) == "[]");
  CHECK(names_json({"a", "b:c"}) == R"(["a","b:c"])");
  CHECK(names_text({"a", "b"}) == "a,b");
  CHECK(names_text({}).empty());
}

}  // namespace
}  // namespace syncq::test
