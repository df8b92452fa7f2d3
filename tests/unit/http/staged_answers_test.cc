#include "daemon/http/staged_answers.h"

#include <catch2/catch.hpp>
#include <string>

namespace syncq {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

const Refusal kWhy{ErrorCode::kStoreFull, "no room"};

std::string bytes(const Outbox& out) {
  Outbox::Buffers buffers;
  std::string all;
  unsigned int count = out.buffers(buffers);
  for (unsigned int i = 0; i < count; ++i) {
    all.append(buffers[i].base, buffers[i].len);
  }
  return all;
}

int count_of(const std::string& part, const std::string& text) {
  int count = 0;
  for (std::size_t at = text.find(part); at != text.npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

struct Staging {
  Outbox out;
  StagedAnswers answers;

  void answer(const std::string& text, bool head_only = false) {
    answers.add(head_only);
    out.text() += text;
  }
  void commit() {
    answers.commit();
    out.commit();
  }
};

TEST_CASE("Staged answers: each becomes the error, one that is committed not") {
  Staging s;
  s.answer("first;");
  s.commit();
  s.answer("second;");
  s.answer("third;");
  CHECK(s.answers.abort(s.out, kWhy, {}));
  std::string sent = bytes(s.out);
  CHECK_THAT(sent, StartsWith("first;HTTP/1.1 507"));
  CHECK(count_of("HTTP/1.1 507", sent) == 2);
  CHECK(count_of("store_full", sent) == 2);
  CHECK(count_of("Connection: close", sent) == 0);
  CHECK_THAT(sent, !Contains("third"));
}

TEST_CASE("Staged answers: a second abort leaves the errors as they are") {
  Staging s;
  s.answer("first;");
  CHECK(s.answers.abort(s.out, kWhy, {}));
  const std::string once = bytes(s.out);
  CHECK(s.answers.abort(s.out, kWhy, {}));
  CHECK(bytes(s.out) == once);
}

TEST_CASE("Staged answers: the error to HEAD has no body") {
  Staging s;
  s.answer("first;", true);
  CHECK(s.answers.abort(s.out, kWhy, {}));
  CHECK_THAT(bytes(s.out), EndsWith("\r\n\r\n"));
  CHECK_THAT(bytes(s.out), Contains("Content-Length: "));
}

TEST_CASE("Staged answers: only the last error closes") {
  Staging s;
  s.answer("first;");
  s.answer("second;");
  CHECK(s.answers.abort(s.out, kWhy, {true, false, 0}));
  std::string sent = bytes(s.out);
  CHECK(count_of("Connection: close", sent) == 1);
  CHECK(sent.find("Connection: close") > sent.rfind("HTTP/1.1 507"));
}

TEST_CASE("Staged answers: a stream that is new never began") {
  Staging s;
  s.answers.add_stream(true);
  s.out.text() += "head;";
  s.answers.add_line();
  s.out.text() += "line;";
  CHECK_FALSE(s.answers.abort(s.out, kWhy, {}));
  std::string sent = bytes(s.out);
  CHECK_THAT(sent, StartsWith("HTTP/1.1 507"));
  CHECK(count_of("Connection: close", sent) == 1);
}

TEST_CASE("Staged answers: a stream that began earlier is told on it") {
  Staging s;
  bool chunked = GENERATE(true, false);
  s.answers.add_stream(chunked);
  s.out.text() += "head;";
  s.commit();
  SECTION("a promising line") {
    s.answers.add_line();
    s.out.text() += "granted;";
    CHECK_FALSE(s.answers.abort(s.out, kWhy, {}));
    std::string sent = bytes(s.out);
    CHECK_THAT(sent, StartsWith("head;"));
    CHECK_THAT(sent, Contains(R"("event":"ended","error":"store_full")"));
    CHECK_THAT(sent, EndsWith(chunked ? "\r\n0\r\n\r\n" : "}\n"));
    CHECK_THAT(sent, !Contains("granted"));
  }
  SECTION("news alone") {
    s.out.text() += "news;";
    CHECK(s.answers.abort(s.out, kWhy, {}));
    CHECK(bytes(s.out) == "head;");
  }
}

TEST_CASE("Staged answers: leave to send a body is given again") {
  Staging s;
  s.answer("first;");
  s.answers.add_continue();
  s.out.text() += kContinue;
  bool waits = GENERATE(true, false);
  CHECK(s.answers.abort(s.out, kWhy, {false, waits, 0}));
  CHECK((count_of("100 Continue", bytes(s.out)) == 1) == waits);
}

}  // namespace
}  // namespace syncq
