// The four original endpoints, by a client that knows only HTTP: plain curl.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// `get PATH` and `post PATH` print the body.
const char* const kShort = R"(
  sock=$(syncq status -o json | jq -r .socket)
  get() { curl -sS --unix-socket "$sock" "http://localhost$1"; }
  post() { curl -sS -X POST --unix-socket "$sock" "http://localhost$1"; }
)";

}  // namespace

TEST_CASE("new, ticket, wait and done work with plain curl") {
  Sandbox box;
  std::string call = GENERATE("get", "post");
  CHECK(box.ok(kShort + std::string("call=") + call + R"sh(
    fifo=$($call /fifo/new | jq -r .uuid)
    ticket=$($call /fifo/$fifo/ticket | jq -r .ticket)
    $call /fifo/$fifo/wait/$ticket | jq -r .ticket | grep -qx $ticket
    test "$($call /fifo/$fifo/done/$ticket)" = "{}" && echo fine
  )sh") == "fine");
}

TEST_CASE("two curls waiting on one ticket are both answered") {
  Sandbox box;
  std::string names = box.ok(kShort + std::string(R"(
    fifo=$(get /fifo/new | jq -r .uuid)
    first=$(get /fifo/$fifo/ticket | jq -r .ticket)
    second=$(get /fifo/$fifo/ticket | jq -r .ticket)
    get /fifo/$fifo/wait/$first >/dev/null
    echo fifo=$fifo first=$first second=$second)"));
  std::string both = kShort + names + "\n";
  Process one = box.start(both + "get /fifo/$fifo/wait/$second");
  Process two = box.start(both + "post /fifo/$fifo/wait/$second");
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 2; }));
  CHECK(one.out().empty());
  CHECK(two.out().empty());
  box.ok(both + "get /fifo/$fifo/done/$first");
  std::string answer = one.wait().out;
  CHECK(answer == two.wait().out);
  CHECK(Json::parse(answer)["fence"] == 2);
  // A later wait on the accepted ticket gets the same answer at once.
  CHECK(box.ok(both + "get /fifo/$fifo/wait/$second") + "\n" == answer);
}

TEST_CASE("a caller that has left takes no turn") {
  Sandbox box;
  std::string names = box.ok(kShort + std::string(R"(
    fifo=$(get "/fifo/new?accept_timeout=1h" | jq -r .uuid)
    first=$(get /fifo/$fifo/ticket | jq -r .ticket)
    second=$(get /fifo/$fifo/ticket | jq -r .ticket)
    get /fifo/$fifo/wait/$first >/dev/null
    echo fifo=$fifo first=$first second=$second)"));
  std::string both = kShort + names + "\n";
  {
    Process gone = box.start(both + "get /fifo/$fifo/wait/$second");
    REQUIRE(
        eventually([&] { return box.get("/status")["parked_callers"] == 1; }));
  }
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 0; }));
  box.ok(both + "get /fifo/$fifo/done/$first");
  CHECK(box.ok(both + "get /fifo/$fifo | jq -r '.tickets[0].state'") ==
        "ready");
  CHECK_THAT(box.ok(both + "get /fifo/$fifo/wait/$second"), Contains("fence"));
}

TEST_CASE("touch keeps a turn past its done timeout", "[slow]") {
  Sandbox box;
  const auto timeout = std::chrono::seconds(4 * slowness());
  box.env()["timeout"] = std::to_string(timeout.count());
  std::string names = box.ok(kShort + std::string(R"(
    fifo=$(get "/fifo/new?done_timeout=${timeout}s" | jq -r .uuid)
    ticket=$(get /fifo/$fifo/ticket | jq -r .ticket)
    get /fifo/$fifo/wait/$ticket >/dev/null
    echo fifo=$fifo ticket=$ticket)"));
  std::string both = kShort + names + "\n";
  CHECK(stays(
      [&] {
        return box.ok(both + "sleep 0.4; post /fifo/$fifo/touch/$ticket") ==
               "{}";
      },
      timeout * 3 / 2));
  // Left alone, it ends.
  CHECK(eventually([&] {
    return box.ok(both + "sleep 0.1; get /fifo/$fifo | jq .count.tickets") ==
           "0";
  }));
  CHECK_THAT(box.ok(both + "get /fifo/$fifo/done/$ticket"),
             Contains("expired"));
}

TEST_CASE("HTTP/1.0 is answered and closed, HTTP/1.1 keeps the connection") {
  Sandbox box;
  box.ok("syncq daemon start");
  std::string curl = "curl -sS -v --unix-socket s ";
  Outcome old = box.sh(curl + "--http1.0 http://localhost/version");
  CHECK(old.code() == 0);
  CHECK_THAT(old.out, Contains("\"api\":1"));
  CHECK_THAT(old.err, Contains("Closing connection"));
  Outcome kept =
      box.sh(curl + "http://localhost/version http://localhost/fifo/new");
  CHECK(kept.code() == 0);
  CHECK_THAT(kept.err, Contains("Re-using existing connection"));
  CHECK_THAT(kept.err, Contains("Server: syncq/"));
}

TEST_CASE("the seed's commands: new, ticket, wait, done") {
  Sandbox box;
  CHECK(box.ok(R"(
    id=$(syncq fifo new --name n) && t=$(syncq fifo ticket -u $id) &&
    syncq fifo wait -u n -t $t && syncq fifo done $id $t && echo fine
  )") == "fine");
  CHECK(box.sh("t=$(syncq fifo ticket n); t2=$(syncq fifo ticket n); "
               "syncq fifo wait n $t2 --timeout 50ms")
            .code() == 75);
  CHECK(box.sh("exec syncq fifo wait n nonsense").code() == 2);
  CHECK(box.sh("exec syncq fifo wait n").code() == 2);
  CHECK(box.sh("t=$(syncq fifo ticket n); syncq fifo done n $t; "
               "syncq fifo wait n $t")
            .code() == 1);
}

TEST_CASE("no FIFO can be called new, which makes them, but a queue can") {
  Sandbox box;
  box.ok("syncq daemon start");
  for (const char* call : {"run new -- echo ran", "fifo show new",
                           "fifo new --name new", "fifo ticket new"}) {
    INFO(call);
    Outcome outcome = box.sh(std::string("exec syncq ") + call);
    CHECK(outcome.code() != 0);
    CHECK(outcome.out.empty());
    CHECK_THAT(outcome.err, Contains("'new'"));
  }
  CHECK(box.get("/fifo")["count"]["fifos"] == 0);
  CHECK(box.ok("syncq queue push new m && syncq queue pop new") == "m");
}

TEST_CASE("what other clients send is taken: forms, slashes, forms of UUIDs") {
  Sandbox box;
  box.ok("syncq daemon start");
  CHECK(box.ok(R"sh(
    u=http://localhost
    c() { curl -gsS --unix-socket s "$@"; }
    id=$(c -d name=n -d done_timeout=1h "$u/fifo/new/?slots=2" | jq -r .uuid)
    c $u/fifo/n/ | jq -r '.fifo | "\(.slots) \(.timeouts.done)"'
    for form in urn:uuid:$id {$id} $(echo $id | tr -d -); do
      t=$(c -X POST $u/fifo/$form/ticket/ | jq -r .ticket)
      c -X POST $u/fifo/%6e/done/{$t}
    done
    c -d '{}' -H 'Content-Type: application/json' -o answer \
      -w '%{http_code}\n' $u/fifo/new
    c -I $u/fifo/n | head -c 15
  )sh") == "2 1h\n{}\n{}\n{}\n415\nHTTP/1.1 200 OK");
}
