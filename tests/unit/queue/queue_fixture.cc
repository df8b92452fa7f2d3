#include "tests/unit/queue/queue_fixture.h"

namespace syncq::test {

QueueFixture::QueueFixture(std::string path) : path_(std::move(path)) {
  open();
}

void QueueFixture::open() {
  database = open_store(path_);
  store = std::make_unique<SqliteQueueStore>(*database);
  ephemeral = std::make_unique<MemoryQueueStore>();
  engine = std::make_unique<QueueEngine>(*store, *ephemeral, callers, events);
}

void QueueFixture::restart() {
  database->rollback();
  engine.reset();
  store.reset();
  ephemeral.reset();
  database.reset();
  open();
  engine->recover(now);
  settle();
}

void QueueFixture::settle() {
  engine->tick(now, wall);
  database->commit();
  ephemeral->commit();
  engine->committed();
}

void QueueFixture::abort() {
  database->rollback();
  ephemeral->rollback();
  engine->rolled_back();
}

void QueueFixture::advance(Duration step) {
  now += step;
  settle();
}

void QueueFixture::push(std::string_view queue, std::string body, Push push) {
  push.body = std::move(body);
  REQUIRE(engine->push(queue, std::move(push), now, wall).ok());
  settle();
}

Delivered QueueFixture::take(std::string_view queue, const Take& how) {
  auto message = engine->take(queue, how, 1, now);
  REQUIRE(message.ok());
  REQUIRE(*message);
  settle();
  return **message;
}

std::string QueueFixture::pop(std::string_view queue) {
  return take(queue).body;
}

std::string QueueFixture::pop_tail(std::string_view queue) {
  Take how;
  how.end = QueueEnd::kTail;
  return take(queue, how).body;
}

Delivered QueueFixture::lease(std::string_view queue, Duration length) {
  Take how;
  how.lease = length;
  return take(queue, how);
}

ErrorCode QueueFixture::pop_refusal(std::string_view queue) {
  auto message = engine->take(queue, {}, 1, now);
  REQUIRE_FALSE(message.ok());
  return message.refusal().code;
}

void QueueFixture::wait(std::string_view queue, ConnectionId caller,
                        Duration limit, Take how) {
  how.wait = limit;
  auto message = engine->take(queue, how, caller, now);
  REQUIRE(message.ok());
  REQUIRE_FALSE(*message);
  settle();
}

std::string QueueFixture::peek(std::string_view queue, std::int64_t index) {
  auto message = engine->peek(queue, index, now);
  REQUIRE(message.ok());
  settle();
  return message->body;
}

std::string QueueFixture::consume(std::string_view queue, std::int64_t index) {
  auto message = engine->consume(queue, index, 1, now);
  REQUIRE(message.ok());
  settle();
  return message->body;
}

Queue QueueFixture::queue(std::string_view name) {
  Result<Queue> found = engine->show(name);
  REQUIRE(found.ok());
  return *found;
}

std::vector<Queue> QueueFixture::all() { return engine->list({}, 1000); }

Queue QueueFixture::make(QueueConfig config) {
  Result<Queue> made = engine->create(config, wall);
  REQUIRE(made.ok());
  settle();
  return *made;
}

QueueFixture::~QueueFixture() = default;

}  // namespace syncq::test
