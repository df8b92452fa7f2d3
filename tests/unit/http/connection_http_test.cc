// What HTTP asks of an answer, and of what is no request.

#include "tests/unit/http/connection_fixture.h"

namespace syncq::test {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

std::string request(const std::string& line, const std::string& fields = "",
                    const std::string& body = "") {
  std::string text = line + " HTTP/1.1\r\nHost: x\r\n" + fields;
  if (!body.empty()) {
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return text + "\r\n" + body;
}

const std::string kForm = "Content-Type: application/x-www-form-urlencoded\r\n";

TEST_CASE("A frame in doubt is refused and closed before anything is handled") {
  ConnectionFixture f;
  Client client = f.connect();
  const std::string line =
      GENERATE("PUT /message", "PUT /small", "POST /stream", "POST /write");
  const std::string fields = GENERATE(values<std::string>({
      "Transfer-Encoding: gzip\r\n",
      "Transfer-Encoding: identity\r\n",
      "Transfer-Encoding: chunked, gzip\r\n",
      "Transfer-Encoding: xchunked\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
      "Content-Length: 3\r\nContent-Length: 3\r\n",
      "Host: x\r\nTransfer-Encoding: chunked\r\n",
      " Transfer-Encoding: chunked\r\n",
      "A: b\r\n c\r\nContent-Length: 3\r\n",
  }));
  INFO(line << "\n" << fields);
  std::string bytes =
      request(line, fields) + "3\r\nabc\r\n0\r\n\r\n" + request("POST /write");
  auto responses = f.exchange(client, bytes);
  REQUIRE(responses.size() == 1);
  CHECK(responses[0].status == 400);
  CHECK_THAT(client.received, Contains("Connection: close\r\n"));
  CHECK(client.at_end);
  CHECK(f.seen.empty());
  CHECK(f.parked.empty());
  CHECK_FALSE(f.disk.wrote);
}

TEST_CASE("HEAD is answered as GET is, without the body") {
  ConnectionFixture f;
  const std::string target =
      GENERATE("/echo/hello", "/echo/", "/nowhere", "/echo/x?y=z", "/message");
  Client get = f.connect();
  f.exchange(get, request("GET " + target));
  Client head = f.connect();
  f.exchange(head, request("HEAD " + target) + request("GET /echo/next"));
  std::string want = get.received.substr(0, get.received.find("\r\n\r\n") + 4);
  CHECK_THAT(head.received, StartsWith(want + "HTTP/1.1 200 OK\r\n"));
  CHECK_THAT(head.received, EndsWith("\r\n\r\nnext"));
  CHECK_FALSE(head.at_end);
}

TEST_CASE("HEAD of what can't be got is 405 without a body") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, request("HEAD /write"));
  CHECK_THAT(client.received, StartsWith("HTTP/1.1 405 ") &&
                                  Contains("Allow: POST\r\n") &&
                                  EndsWith("\r\n\r\n"));
  CHECK_FALSE(client.at_end);
}

TEST_CASE("HEAD that can't be read is refused without a body") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client, "HEAD /echo/x HTTP/1.1\r\n\r\n");
  CHECK_THAT(client.received,
             StartsWith("HTTP/1.1 400 ") && EndsWith("\r\n\r\n"));
  CHECK(client.at_end);
}

TEST_CASE("HEAD in an aborted transaction is refused without a body") {
  ConnectionFixture f;
  Client client = f.connect();
  f.disk.fails = true;
  f.exchange(client, request("POST /write") + request("HEAD /echo/x") +
                         request("POST /write"));
  std::string got = client.received;
  for (bool head : {false, true, false}) {
    REQUIRE_THAT(got, StartsWith("HTTP/1.1 507 "));
    got.erase(0, got.find("\r\n\r\n") + 4);
    if (!head) got.erase(0, got.find('\n') + 1);
  }
  CHECK(got.empty());
}

TEST_CASE("Each answer has its date") {
  ConnectionFixture f;
  // The example of RFC 9110, section 5.6.7.
  f.wall_ = 784'111'777'000;
  Client client = f.connect();
  f.exchange(client, request("GET /echo/x"));
  CHECK_THAT(client.received,
             Contains("\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
  for (const char* line : {"POST /stream", "GET /nowhere", "GET nowhere"}) {
    f.wall_ += 1000;
    Client other = f.connect();
    f.exchange(other, request(line));
    CHECK_THAT(other.received, Contains("\r\nDate: Sun, 06 Nov 1994 08:49:"));
    CHECK_THAT(other.received, !Contains("08:49:37"));
  }
}

TEST_CASE("HTTP/1.0 does not expect to be told to go on") {
  ConnectionFixture f;
  Client client = f.connect();
  f.exchange(client,
             "PUT /message HTTP/1.0\r\nExpect: 100-continue\r\n"
             "Content-Length: 1\r\n\r\n");
  CHECK(client.received.empty());
  f.exchange(client, "x");
  CHECK_THAT(client.received, StartsWith("HTTP/1.1 201 "));
}

TEST_CASE("Parameters of a POST may stand in a form") {
  ConnectionFixture f;
  Client client = f.connect();
  auto responses = f.exchange(
      client, request("POST /words", kForm, "a=b+c") +
                  request("POST /words?b=x",
                          "content-type: Application/X-WWW-Form-Urlencoded; "
                          "charset=utf-8\r\n",
                          "a=d") +
                  request("POST /words", kForm) + request("POST /words?a=e") +
                  request("POST /words?a=e", kForm, "a=f") +
                  request("POST /words", kForm, "c=f"));
  REQUIRE(responses.size() == 6);
  CHECK(responses[0].body == "b c");
  CHECK(responses[1].body == "d");
  // Those of one request are not the next one's.
  CHECK(responses[2].body == "");
  CHECK(responses[3].body == "e");
  CHECK_THAT(responses[4].body, Contains("duplicate_parameter"));
  CHECK_THAT(responses[5].body, Contains("unknown_parameter"));
}

TEST_CASE("A form is waited for before a stream begins") {
  ConnectionFixture f;
  Client client = f.connect();
  std::string bytes = request("POST /stream", kForm, "a=b");
  f.exchange(client, bytes.substr(0, bytes.size() - 1));
  CHECK(client.received.empty());
  f.exchange(client, bytes.substr(bytes.size() - 1));
  CHECK_THAT(client.received, EndsWith("first\n\r\n"));
  Client wrong = f.connect();
  auto responses = f.exchange(wrong, request("POST /stream", kForm, "c=d"));
  REQUIRE(responses.size() == 1);
  CHECK(responses[0].status == 400);
}

TEST_CASE("A body of another kind where none is expected is 415") {
  ConnectionFixture f;
  Client client = f.connect();
  for (const std::string& bytes :
       {request("POST /words", "Content-Type: application/json\r\n", "{}"),
        request("POST /words", "", "a=b"), request("GET /echo/x", kForm, "a=b"),
        request("POST /write", "Content-Type: text/plain\r\n", "x")}) {
    INFO(bytes);
    client.received.clear();
    auto responses = f.exchange(client, bytes);
    REQUIRE(responses.size() == 1);
    CHECK(responses[0].status == 415);
    CHECK_THAT(responses[0].body, Contains("unsupported_body"));
  }
  CHECK(f.seen.empty());
  client.received.clear();
  auto responses = f.exchange(client, request("POST /write",
                                              "Content-Type: text/plain\r\n"
                                              "Content-Length: 0\r\n"));
  REQUIRE(responses.size() == 1);
  CHECK(responses[0].status == 200);
}

}  // namespace
}  // namespace syncq::test
