// Queues from a shell: what goes in comes out, once, in order.

#include <signal.h>

#include <catch2/catch.hpp>

#include "tests/e2e/sandbox.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// The literal block of the man page that shows each endpoint with curl.
std::string curl_block() {
  std::string page = read_file(SYNCQ_SOURCE_DIR "/man/syncq-queue.1");
  std::size_t section = page.find(".Sh THE SAME WITH CURL");
  REQUIRE(section != page.npos);
  std::size_t from = page.find('\n', page.find(".Bd -literal", section)) + 1;
  std::string block = page.substr(from, page.find(".Ed", from) - from);
  for (std::size_t at = block.find("\\e"); at != block.npos;
       at = block.find("\\e", at)) {
    block.replace(at, 2, "\\");
  }
  return block;
}

}  // namespace

TEST_CASE("issue 3, done when 1: lines go in and come out in order") {
  Sandbox box;
  CHECK(box.ok(R"(
    seq 50000 | syncq queue push --lines big
    syncq queue show big -o json | jq .queue.size
    syncq queue peek big 49999)") == "50000\n50000");
  CHECK(box.ok(R"(
    seq 300 | sed 's/$/ line/' | syncq queue push --lines q
    syncq queue each q -j1 --until-empty -- sh -c 'cat; echo' > out
    seq 300 | sed 's/$/ line/' | cmp - out && echo same)") == "same");
}

TEST_CASE("issue 3, done when 3: every byte of a message comes back") {
  Sandbox box;
  CHECK(box.ok(R"(
    set -o pipefail
    head -c 10M /dev/urandom > in
    syncq queue push b < in
    syncq queue peek b | cmp - in
    syncq queue pop b | cmp - in
    printf '' | syncq queue push b
    syncq queue pop b | wc -c
    printf '\0\n\0' | syncq queue push b -
    syncq queue pop b | od -An -c | tr -d ' '
    printf 'gr\303\274n' | syncq queue push b
    syncq queue pop b -o json | jq -r '.encoding + .body'
    printf '\377' | syncq queue push b --type image/png
    syncq queue pop b -o json | jq -r '.encoding + .body + .type'
    name=$(printf 'n%.0s' $(seq 255))
    syncq queue push $name '[1,2]' '{}' && syncq queue pop $name
    syncq queue pop $name
    syncq queue push 'a:b' x
    sock=$(syncq status -o json | jq -r .socket)
    curl -sS --unix-socket "$sock" http://localhost/queues/a%3Ab/head)") ==
        "0\n\\0\\n\\0\ntextgr\xc3\xbcn\nbase64/w==image/png\n[1,2]{}x");
}

TEST_CASE("the exit status of pop tells what there was") {
  Sandbox box;
  box.ok("syncq queue new q");
  Outcome empty = box.sh("syncq queue pop q");
  CHECK(empty.code() == 1);
  CHECK_THAT(empty.err, Contains("has no message"));
  Outcome quiet = box.sh("syncq queue pop -q q");
  CHECK(quiet.code() == 1);
  CHECK(quiet.out + quiet.err == "");
  CHECK(box.sh("syncq queue pop -q q --wait=50ms").code() == 75);
  CHECK(box.sh("syncq queue pop q --wait q2").code() == 2);
  Outcome missing = box.sh("syncq queue pop -q nothere");
  CHECK(missing.code() == 1);
  CHECK_THAT(missing.err, Contains("there is no queue"));
}

TEST_CASE("a lease in a shell: kept, acknowledged, given back") {
  Sandbox box;
  CHECK(box.ok(R"(
    syncq queue push q one
    syncq queue pop q --lease 1m --lease-file id; echo
    syncq queue pop -q q || echo hidden
    syncq queue nack q $(cat id)
    syncq queue pop q --lease 1m -o json > m; jq -r '.body, .attempt' m
    syncq queue extend q $(jq -r .lease m) --by 2m
    syncq queue ack q $(jq -r .lease m)
    syncq queue ack q $(jq -r .lease m) 2>/dev/null || echo over
    syncq queue push q two
    syncq queue pop q --lease 1m --lease-file id >/dev/null
    syncq queue nack q $(cat id) --dead
    syncq queue pop q.dead)") == "one\nhidden\none\n2\nover\ntwo");
  Outcome told = box.sh("syncq queue push q x; syncq queue pop q --lease 1m");
  CHECK_THAT(told.err, Contains("lease "));
  CHECK(told.out == "x");
}

TEST_CASE("a push that is repeated with its key is stored once") {
  Sandbox box;
  CHECK(box.ok(R"(
    syncq queue push q --key k a; syncq queue push q --key k a
    seq 3 | syncq queue push q --lines --key s
    seq 6 | syncq queue push q --lines --key s
    while syncq queue pop -q q; do echo; done | paste -sd ,)") ==
        "a,1,2,3,4,5,6");
}

TEST_CASE("an interrupted push says what is stored") {
  Sandbox box;
  box.ok("syncq queue new q");
  // Its own end for writing keeps the pipe open.
  Process push = box.start(R"(
    mkfifo in; exec 3<>in; seq 3 >&3; exec syncq queue push --lines q <&3)");
  REQUIRE(
      eventually([&] { return box.get("/queues/q")["queue"]["size"] == 3; }));
  push.signal(SIGINT);
  Outcome end = push.wait();
  CHECK(end.signal() == SIGINT);
  CHECK_THAT(end.err, Contains("interrupted; 3 messages are stored"));
}

TEST_CASE("a refused push says what is stored, and it is the beginning") {
  Sandbox box;
  Outcome end = box.sh(R"(
    syncq queue new q --capacity 3 --overflow reject
    seq 100 | syncq queue push --lines q)");
  CHECK(end.code() == 1);
  CHECK_THAT(end.err, Contains("at its capacity of 3"));
  CHECK_THAT(end.err, Contains("; 3 messages are stored\n"));
  Outcome large = box.sh("head -c 17M /dev/zero | syncq queue push q");
  CHECK(large.code() == 1);
  CHECK_THAT(large.err, Contains("the body is too large"));
}

TEST_CASE("issue 3, done when 4: the man page's curl examples work") {
  Sandbox box;
  std::string out = box.ok("set -e\n" + curl_block());
  CHECK_THAT(out, Contains("resize cat.png"));
  CHECK(read_file(box.path("job")) == "resize owl.png");
}

TEST_CASE("issue 3, done when 5: a killed pop --wait swallows nothing") {
  Sandbox box;
  box.ok("syncq queue new q");
  box.env()["TRIES"] = SYNCQ_SLOWNESS > 1 ? "100" : "1000";
  // Every second one is killed at any moment, the others when they wait.
  CHECK(box.ok(R"sh(
    for i in $(seq $TRIES); do
      syncq queue pop q --wait & waiter=$!
      if test $((i % 2)) = 0; then
        until syncq status -o json | grep -q '"parked_callers":1'; do :; done
      fi
      kill -9 $waiter
      wait $waiter 2>/dev/null
      syncq queue push q $i
      test "$(syncq queue pop q)" = $i || echo "swallowed $i"
    done)sh",
               seconds(250)) == "");
}
