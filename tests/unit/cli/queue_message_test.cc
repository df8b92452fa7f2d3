#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/queue/push_progress.h"
#include "cli/queue/queue_message.h"
#include "cli/queue/queue_take.h"
#include "common/characters.h"

using namespace syncq;
using nlohmann::json;

TEST_CASE("what is UTF-8") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("grün \xe2\x82\xac"));
  CHECK(is_utf8(std::string("a\0b", 3)));
  CHECK(!is_utf8("\xff"));
  CHECK(!is_utf8("\xe2\x82"));
  CHECK(!is_utf8("\xed\xa0\x80"));  // a surrogate
}

TEST_CASE("a message as JSON") {
  DaemonReply reply;
  reply.status = 200;
  reply.body = "gr\xc3\xbcn\n";
  reply.content_type = "text/plain";
  reply.message_id = "3-1";
  reply.attempt = "2";
  json text = json::parse(message_json("q", reply));
  CHECK(text == json::parse(R"({"queue":"q","id":"3-1","attempt":2,
      "lease":null,"type":"text/plain","group":null,"dead":null,
      "encoding":"text","body":"gr\u00fcn\n"})"));
  reply.body = "\xff";
  reply.lease = "5f0c";
  reply.group = "a";
  json bytes = json::parse(message_json("q", reply));
  CHECK(bytes["encoding"] == "base64");
  CHECK(bytes["body"] == "/w==");
  CHECK(bytes["lease"] == "5f0c");
  CHECK(bytes["group"] == "a");
  reply.dead_from = "jobs";
  reply.dead_attempts = "3";
  reply.dead_reason = "exited with \xff";
  reply.dead_since = "2026-01-01T00:00:00Z";
  json dead = json::parse(message_json("jobs.dead", reply))["dead"];
  CHECK(dead == json::parse(R"({"from":"jobs","attempts":3,
      "reason":"exited with \ufffd","since":"2026-01-01T00:00:00Z"})"));
}

TEST_CASE("a queue's name is encoded in its path") {
  CHECK(queue_target("a b/c").text() == "/queues/a%20b%2Fc");
}

TEST_CASE("numbers in groups of three") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1234567) == "1,234,567");
}
