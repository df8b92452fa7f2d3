// Turns asked for inside another: who waits for both waits for their end.

#include "tests/unit/fifo/several_fixture.h"

namespace syncq::test {
namespace {

// A turn of a, and a group behind it that waits for a and b; somebody else has
// b.
struct InsideA : SeveralFixture {
  InsideA() {
    for (const char* name : {"a", "b", "c"}) named(name);
    outer = hold("a", 1);
    hold("b", 2);
    waits_in_b = hold("b", 3);
    group = several({"a", "b"}, 4);
  }
  HoldRequest inside() const {
    HoldRequest call;
    call.inside = {outer.ticket};
    return call;
  }

  HoldReply outer;
  HoldReply waits_in_b;
  HoldReply group;
};

TEST_CASE("A turn inside one that others wait for comes before theirs") {
  InsideA f;
  HoldReply inner = f.hold("b", 5, f.inside());
  CHECK(inner.position == 1);
  f.gone(2);
  CHECK(f.state(inner.ticket) == TicketState::kAccepted);
  f.gone(5);
  CHECK(f.state(f.waits_in_b.ticket) == TicketState::kAccepted);
  f.gone(3);
  CHECK_FALSE(f.has_turns(f.group));
  f.gone(1);
  CHECK(f.has_turns(f.group));
}

TEST_CASE("It comes at once if only they stand in its way") {
  InsideA f;
  f.gone(2);
  f.gone(3);
  HoldReply inner = f.hold("b", 5, f.inside());
  f.settle();
  CHECK(f.state(inner.ticket) == TicketState::kAccepted);
  CHECK(f.callers.granted(5));
  CHECK_FALSE(f.has_turns(f.group));
}

TEST_CASE("Several turns inside one that others wait for come before theirs") {
  InsideA f;
  f.gone(2);
  f.gone(3);
  HoldReply inner = f.several({"c", "b"}, 5, f.inside());
  f.settle();
  CHECK(f.has_turns(inner));
  CHECK_FALSE(f.has_turns(f.group));
}

TEST_CASE("Who holds what nobody in this line waits for has its place") {
  InsideA f;
  HoldRequest call;
  SECTION("it says nothing") {}
  SECTION("there is no such ticket") { call.inside = {Uuid::random()}; }
  SECTION("its turn is over") {
    f.hold("c", 6);
    call.inside = {f.hold("a", 7).ticket};
    f.gone(1);
    call.inside = {f.outer.ticket};
  }
  SECTION("it holds another") { call.inside = {f.hold("c", 6).ticket}; }
  SECTION("it only waits") { call.inside = {f.hold("a", 6).ticket}; }
  HoldReply inner = f.hold("b", 5, call);
  CHECK(inner.position == 3);
}

TEST_CASE("Before all who wait for b alone it has its place, too") {
  InsideA f;
  f.gone(4);
  CHECK(f.hold("b", 5, f.inside()).position == 2);
}

}  // namespace
}  // namespace syncq::test
