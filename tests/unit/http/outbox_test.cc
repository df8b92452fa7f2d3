// The bytes on their way to a client.

#include "daemon/http/outbox.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace syncq {
namespace {

std::string take(Outbox& out, std::size_t most) {
  Outbox::Buffers buffers;
  std::string bytes;
  for (unsigned int i = 0, count = out.buffers(buffers); i < count; ++i) {
    bytes.append(buffers[i].base, buffers[i].len);
  }
  bytes.resize(std::min(bytes.size(), most));
  out.sent(bytes.size());
  return bytes;
}

std::shared_ptr<const std::string> shared(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

TEST_CASE("Text and shared text leave in their order, in any pieces") {
  const std::string all = "onetwothreefourfive";
  for (std::size_t most = 1; most <= all.size(); ++most) {
    Outbox out;
    out.text() += "one";
    out.append(shared("two"));
    out.append(shared("three"));
    out.text() += "four";
    out.commit();
    std::string bytes = take(out, most);
    out.text() += "five";
    out.pin();
    out.commit();
    for (int i = 0; i < 100 && !out.empty(); ++i) bytes += take(out, most);
    CHECK(bytes == all);
    CHECK(out.size() == 0);
    CHECK(out.own() == 0);
  }
}

TEST_CASE("What is not committed does not leave, and can be taken away") {
  Outbox out;
  out.text() += "one";
  out.commit();
  out.text() += "two";
  CHECK(out.uncommitted() == 3);
  SECTION("as text") {}
  SECTION("with a shared text behind it") { out.append(shared("three")); }
  SECTION("with more text behind that") {
    out.append(shared("three"));
    out.text() += "four";
  }
  SECTION("half sent") {
    CHECK(take(out, 2) == "on");
    out.append(shared("three"));
    out.drop_uncommitted();
    CHECK(take(out, 9) == "e");
    CHECK(out.empty());
    return;
  }
  out.drop_uncommitted();
  CHECK(out.size() == 3);
  out.text() += "!";
  out.commit();
  CHECK(take(out, 9) + take(out, 9) == "one!");
}

TEST_CASE("A shared text lives until it is sent, and is not the outbox's own") {
  Outbox out;
  auto text = shared(std::string(1000, 'x'));
  out.append(text);
  CHECK(out.own() == 0);
  CHECK(out.size() == 1000);
  out.commit();
  std::weak_ptr<const std::string> seen = text;
  text.reset();
  out.sent(999);
  CHECK_FALSE(seen.expired());
  out.sent(1);
  CHECK(seen.expired());
}

}  // namespace
}  // namespace syncq
