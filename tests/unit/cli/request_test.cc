#include <catch2/catch.hpp>

#include "cli/client/request.h"
#include "cli/run/hold_stream.h"

namespace syncq {
namespace {

TEST_CASE("a FIFO called new is not the word of the API", "[cli][request]") {
  CHECK(RequestTarget("/queues").segment("new").text() == "/queues/new");
  CHECK_THROWS_AS(RequestTarget("/fifo").segment("new"), Failure);
}

TEST_CASE("addresses encode what is put in", "[cli][request]") {
  RequestTarget address("/fifo");
  address.segment("a b/c").segment("wait");
  address.add("timeout", "+5s").add_given("label", "").add_flag("x", false);
  address.add_given("cwd", "/ü").add_flag("exec", true);
  CHECK(address.text() ==
        "/fifo/a%20b%2Fc/wait?timeout=%2B5s&cwd=%2F%C3%BC&exec=true");
}

TEST_CASE("a request carries the token of an endpoint", "[cli][request]") {
  Target target;
  target.endpoint = *parse_endpoint("http://h:81");
  target.token = "secret";
  std::string request =
      plain_request("POST", RequestTarget("/fifo/new"), target);
  CHECK_THAT(request, Catch::StartsWith("POST /fifo/new HTTP/1.1\r\n"
                                        "Host: h:81\r\n"));
  CHECK_THAT(request, Catch::Contains("\r\nAuthorization: Bearer secret\r\n"));
  CHECK_THAT(request, Catch::EndsWith("\r\nContent-Length: 0\r\n\r\n"));
  target.token.clear();
  CHECK_THAT(
      plain_request("GET", RequestTarget("/fifo"), target),
      !Catch::Contains("Authorization") && !Catch::Contains("Content-Length"));
}

TEST_CASE("a re-attach makes nothing new", "[cli][request]") {
  HoldQuery query;
  query.fifo = "deploy";
  query.slots = "4";
  query.pid = 7;
  query.timeout = std::chrono::milliseconds(1500);
  CHECK(query.address().text() ==
        "/fifo/deploy/hold?create=true&slots=4&pid=7&exec=true&"
        "timeout=1s500ms");
  query.create = false;
  query.ticket = "T";
  CHECK_THAT(query.address().text(), !Catch::Contains("create") &&
                                         !Catch::Contains("slots") &&
                                         Catch::EndsWith("&ticket=T"));
}

}  // namespace
}  // namespace syncq
