#include "tests/unit/fifo/fifo_fixture.h"

namespace syncq::test {

FifoFixture::FifoFixture(std::string path) : path_(std::move(path)) { open(); }

void FifoFixture::open() {
  database = open_store(path_);
  store = std::make_unique<SqliteFifoStore>(*database);
  make_engine();
}

void FifoFixture::make_engine() {
  engine = std::make_unique<FifoEngine>(*store, callers, processes, events);
}

std::size_t FifoFixture::fifos() { return store->list_fifos(0, 1000).size(); }

std::int64_t FifoFixture::live() {
  std::int64_t count = 0;
  for (const Fifo& fifo : store->list_fifos(0, 1000)) count += fifo.live;
  return count;
}

void FifoFixture::settle() {
  engine->tick(now, wall);
  database->commit();
  engine->committed();
}

void FifoFixture::abort() {
  database->rollback();
  engine->rolled_back();
}

void FifoFixture::advance(Duration step) {
  now += step;
  settle();
}

void FifoFixture::restart(bool same_boot) {
  database->rollback();
  engine.reset();
  processes.watched.clear();
  if (path_ == ":memory:") {
    make_engine();
  } else {
    store.reset();
    database.reset();
    open();
  }
  engine->recover(now, same_boot);
  settle();
}

Uuid FifoFixture::fifo(const NewFifo& wanted) {
  Result<Uuid> made = engine->create(wanted, now, wall);
  REQUIRE(made.ok());
  settle();
  return *made;
}

std::string FifoFixture::named(const std::string& name, NewFifo wanted) {
  wanted.name = name;
  fifo(wanted);
  return name;
}

Uuid FifoFixture::ticket(std::string_view name, const Overrides& overrides,
                         const TicketTerms& terms) {
  Result<Uuid> made = engine->ticket(name, overrides, terms, now);
  REQUIRE(made.ok());
  settle();
  return *made;
}

std::optional<Granted> FifoFixture::wait(std::string_view name,
                                         const Uuid& ticket,
                                         ConnectionId caller,
                                         std::optional<Duration> limit) {
  auto granted = engine->wait(name, ticket, caller, limit, now);
  REQUIRE(granted.ok());
  settle();
  return *granted;
}

ErrorCode FifoFixture::wait_refusal(std::string_view name, const Uuid& ticket) {
  auto granted = engine->wait(name, ticket, 9999, {}, now);
  REQUIRE_FALSE(granted.ok());
  return granted.refusal().code;
}

void FifoFixture::done(std::string_view name, const Uuid& ticket, bool force) {
  REQUIRE(engine->done(name, ticket, {.force = force, .status = {}}, now, wall)
              .ok());
  settle();
}

ErrorCode FifoFixture::done_refusal(std::string_view name, const Uuid& ticket) {
  Result<> done = engine->done(name, ticket, {}, now, wall);
  REQUIRE_FALSE(done.ok());
  return done.refusal().code;
}

HoldReply FifoFixture::hold(std::string_view name, ConnectionId caller,
                            HoldRequest call) {
  call.create = true;
  auto start = engine->hold(name, call, caller, now, wall);
  REQUIRE(start.ok());
  settle();
  return *start;
}

ErrorCode FifoFixture::hold_refusal(std::string_view name, ConnectionId caller,
                                    const HoldRequest& call) {
  auto start = engine->hold(name, call, caller, now, wall);
  REQUIRE_FALSE(start.ok());
  return start.refusal().code;
}

void FifoFixture::gone(ConnectionId caller) {
  engine->caller_gone(caller);
  settle();
}

void FifoFixture::lost(ConnectionId caller, Duration wait) {
  engine->caller_lost(caller, true, now + wait);
  settle();
}

void FifoFixture::end_process(pid_t pid) {
  for (std::int64_t key : processes.end(pid)) engine->process_ended(key, {});
  settle();
}

Ticket FifoFixture::row(const Uuid& ticket) {
  std::optional<Ticket> found = store->find_ticket(ticket);
  REQUIRE(found);
  return *found;
}

TicketState FifoFixture::state(const Uuid& ticket) { return row(ticket).state; }

TicketEnd FifoFixture::ended(const Uuid& ticket) { return row(ticket).end; }

Fifo FifoFixture::fifo_row(std::string_view name) {
  auto view = engine->show(name, now);
  REQUIRE(view.ok());
  return view->fifo;
}

FifoFixture::~FifoFixture() = default;

}  // namespace syncq::test
