#include "daemon/http/exchange.h"

#include <catch2/catch.hpp>
#include <string>

#include "daemon/http/in_flight.h"

namespace syncq {
namespace {

constexpr std::uint64_t kMaxBody = 1024 * 1024;

Handler no_handler() {
  return [](Request&, ReplyWriter&) { return nullptr; };
}

Router fifo_and_queue() {
  Router router;
  router.add({{Method::kGet}, "/fifo/{}", {"wait"}, no_handler()});
  Route push{{Method::kPut}, "/queues/{}", {}, no_handler()};
  push.takes_message = true;
  router.add(std::move(push));
  return router;
}

void feed(Exchange& exchange, std::string_view request) {
  while (!request.empty()) request.remove_prefix(exchange.feed(request));
}

std::string get_of(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

TEST_CASE("Each request of a connection finds its own route") {
  const Router router = fifo_and_queue();
  Exchange exchange(kMaxBody);
  const std::string names[] = {
      "a", "a", "b", std::string(600, 'c'), std::string(600, 'd'), "a"};
  for (const std::string& name : names) {
    feed(exchange, get_of("/fifo/" + name));
    REQUIRE(exchange.match(router).ok());
    CHECK(exchange.match(router)->path[0] == name);
    exchange.end();
  }
  feed(exchange, get_of("/queues/a"));
  CHECK_FALSE(exchange.match(router).ok());
  CHECK(exchange.allow() == "PUT");
  CHECK(exchange.route() == nullptr);
  exchange.end();
  feed(exchange, "PUT /queues/a HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(exchange.match(router).ok());
  exchange.end();
  feed(exchange, get_of("/fifo/a"));
  REQUIRE(exchange.match(router).ok());
  CHECK(exchange.match(router)->route->pattern == "/fifo/{}");
}

TEST_CASE("Only a route that takes messages lets a large body in") {
  const Router router = fifo_and_queue();
  Exchange exchange(kMaxBody);
  CHECK(exchange.small_body());
  feed(exchange, "PUT /queues/a HTTP/1.1\r\nHost: x\r\n\r\n");
  exchange.match(router);
  CHECK_FALSE(exchange.small_body());
}

TEST_CASE("A request leaves nothing of its own to the next") {
  const Router router = fifo_and_queue();
  Exchange exchange(kMaxBody);
  feed(exchange,
       "PUT /queues/a HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" +
           std::string(100'000, 'm'));
  exchange.match(router);
  exchange.begin();
  REQUIRE(exchange.state() == Exchange::State::kDone);
  exchange.end();
  CHECK_FALSE(exchange.begun());
  CHECK(exchange.parked() == nullptr);
  CHECK(exchange.state() == Exchange::State::kHead);
  CHECK(exchange.body().capacity() <= kSmall);
}

}  // namespace
}  // namespace syncq
