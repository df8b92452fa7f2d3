// Queues from a shell: what goes in comes out, once, in order.

#include <signal.h>

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// The man page's literal block that shows each endpoint with curl.
std::string curl_block() {
  std::string page = read_file(source_file("man/syncq-queue.1"));
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

TEST_CASE("lines go in and come out in order", "[slow]") {
  Sandbox box;
  const std::string many = std::to_string(repetitions(50000));
  box.env()["many"] = many;
  CHECK(box.ok(R"(
    seq $many | syncq queue push --lines big
    syncq queue show big -o json | jq .queue.size
    syncq queue peek big $((many - 1)))") == many + "\n" + many);
  box.env()["few"] = std::to_string(repetitions(100));
  CHECK(box.ok(R"(
    seq $few | sed 's/$/ line/' | syncq queue push --lines q
    syncq queue each q -j1 --until-empty -- sh -c 'cat; echo' > out
    seq $few | sed 's/$/ line/' | cmp - out && echo same)") == "same");
}

TEST_CASE("every byte of a message comes back") {
  Sandbox box;
  CHECK(box.ok(R"(
    set -o pipefail
    head -c 10M /dev/urandom > in
    syncq queue push b < in
    syncq queue peek b | cmp - in
    syncq queue pop b | cmp - in
    printf '' | syncq queue push b --allow-empty
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
  CHECK_THAT(empty.err, Contains("it is empty"));
  Outcome quiet = box.sh("syncq queue pop -q q");
  CHECK(quiet.code() == 1);
  CHECK(quiet.out + quiet.err == "");
  CHECK(box.sh("syncq queue pop -q q --wait=50ms").code() == 75);
  CHECK(box.sh("syncq queue pop q --wait q2").code() == 2);
  Outcome missing = box.sh("syncq queue pop -q nothere");
  CHECK(missing.code() == 66);
  CHECK_THAT(missing.err, Contains("no queue is named 'nothere'"));
  for (const char* command : {"pop q", "consume q 0", "peek q"}) {
    Outcome alone = box.sh(std::string("syncq queue ") + command +
                           " --socket nowhere "
                           "--no-spawn");
    INFO(command);
    CHECK(alone.code() == 69);
  }
}

TEST_CASE("the limit of pop --wait may stand as for run") {
  Sandbox box;
  box.ok("syncq queue new q");
  for (const char* wait : {"-w 50ms q", "-w50ms q", "--wait 50ms q",
                           "q --wait 50ms", "--wait=50ms q", "q -w 50ms"}) {
    INFO(wait);
    CHECK(box.sh(std::string("syncq queue pop -q ") + wait).code() == 75);
  }
  box.ok("syncq queue push q x");
  CHECK(box.ok("syncq queue pop --wait q") == "x");
}

TEST_CASE("a malformed name is a mistake of the command line") {
  Sandbox box;
  box.ok("syncq queue push q m; syncq fifo new --name q");
  for (const char* command :
       {"run 'a b' -- true", "fifo new --name 'a b'", "fifo ticket 'a b'",
        "fifo show 'a b'", "fifo wait q nouuid", "queue new 'a b'",
        "queue push 'a b' m", "queue pop 'a b'", "queue pop 'a b' --wait",
        "queue peek 'a b'", "queue consume q x", "queue show 'a b'",
        "queue each 'a b' -- true", "queue ack q nouuid", "queue rm 'a b'",
        "fifo rm 'a b'"}) {
    INFO(command);
    CHECK(box.sh(std::string("syncq ") + command).code() == 2);
  }
}

TEST_CASE("pop takes the oldest or the newest, and old words still do") {
  Sandbox box;
  CHECK(box.ok(R"(
    syncq queue push q 1 2 3 4 5
    for take in pop 'pop --newest' 'pop --tail' tail head; do
      syncq queue $take q
    done)") == "15432");
  std::string help = box.ok("syncq help queue; syncq queue pop --help");
  CHECK_THAT(help, Contains("--newest"));
  for (const char* old : {"queue tail", "queue head", "--tail"}) {
    CHECK_THAT(help, !Contains(old));
  }
}

TEST_CASE("an empty stdin is no message unless it is meant to be one") {
  Sandbox box;
  Outcome end = box.sh("printf '' | syncq queue push q");
  CHECK(end.code() == 1);
  CHECK_THAT(end.err, Contains("--allow-empty"));
  CHECK(box.sh("syncq queue show q").code() != 0);
  box.ok("syncq queue push q --allow-empty < /dev/null; syncq queue push q ''");
  CHECK(box.get("/queues/q")["queue"]["size"] == 2);
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

TEST_CASE("show tells what is in a queue and takes nothing") {
  Sandbox box;
  std::string shown = box.ok(R"(
    seq -f 'line %g' 30 | syncq queue push --lines q
    printf '\377\376' | syncq queue push q
    syncq queue show q)");
  CHECK_THAT(shown, Contains("INDEX  ID") && Contains("line 1\n") &&
                        Contains("line 20") && !Contains("line 21"));
  CHECK_THAT(
      box.ok("syncq queue show q --from 29 -n 5"),
      Contains("line 30") && Contains("(binary)") && !Contains("line 29"));
  CHECK_THAT(box.ok("syncq queue show q -n 0"), !Contains("INDEX"));
  CHECK(box.ok(R"sh(
    syncq queue pop q --lease 1m -o json | jq -r .lease > lease
    test "$(syncq queue show q --state leased -o json |
      jq -r '.messages[0].lease')" = "$(cat lease)" && echo same
    syncq queue nack q $(cat lease) --dead --reason 'no such file'
    syncq queue show q.dead --state dead | grep -o 'q  *no such file  *line 1'
    syncq queue show q -o json | jq -r '.queue.size, .count.messages')sh") ==
        "same\nq     no such file  line 1\n30\n20");
  CHECK(box.sh("syncq queue show q --state lost").code() == 2);
}

TEST_CASE("dead letters go back where they came from") {
  Sandbox box;
  CHECK(box.ok(R"sh(
    syncq queue push q one two three
    for i in 1 2 3; do
      syncq queue pop q --lease 1m --lease-file id >/dev/null
      syncq queue nack q $(cat id) --dead
    done
    syncq queue redrive q.dead -n 1
    syncq queue redrive q.dead -o json
    syncq queue pop q --lease 1m -o json | jq -c '[.body, .attempt, .dead]'
    syncq queue redrive q.dead 2>&1)sh") ==
        "{\"moved\":2}\n[\"one\",1,null]\n"
        "syncq: queue q.dead has no dead letters");
  Outcome full = box.sh(R"sh(
    syncq queue new small --capacity 1
    for i in 1 2; do
      syncq queue pop q --lease 1m --lease-file id >/dev/null
      syncq queue nack q $(cat id) --dead
    done
    syncq queue redrive q.dead --to small)sh");
  CHECK(full.code() == 1);
  CHECK_THAT(full.err,
             Contains("at its capacity of 1") && Contains("1 moved before"));
  CHECK(box.get("/queues/q.dead")["queue"]["size"] == 1);
  CHECK(box.ok("curl -s -o body -w '%{http_code}' --unix-socket s -X POST "
               "'http://localhost/queues/q.dead/redrive?to='") == "400");
  CHECK_THAT(box.sh("syncq queue redrive q.dead --to none").err,
             Contains("there is no queue 'none'"));
}

TEST_CASE("a paused queue gives nothing out until it is resumed") {
  Sandbox box;
  box.ok("syncq queue push q a b; syncq queue pause q");
  Outcome refused = box.sh("syncq queue pop q");
  CHECK(refused.code() == 75);
  CHECK_THAT(refused.err, Contains("it is paused; `syncq queue resume q`"));
  CHECK(box.sh("syncq queue pop -q q").err == "");
  CHECK(box.ok("syncq queue peek q; syncq queue push q c") == "a");
  CHECK_THAT(box.ok("syncq queue ls; syncq queue show q"),
             Contains("durable, paused") && Contains("paused    yes"));
  box.ok("syncq daemon restart");
  Process pop = box.start("exec syncq queue pop q --wait");
  Process each =
      box.start("exec syncq queue each q --until-empty -- cat 2>err");
  CHECK(eventually([&] {
    return box.get("/status")["parked_callers"] == 1 &&
           !read_file(box.path("err")).empty();
  }));
  CHECK(box.ok("syncq queue resume q -o json") == "{}");
  CHECK(pop.wait().out == "a");
  CHECK(each.wait().out == "bc");
  CHECK(read_file(box.path("err")) ==
        "syncq: queue q is paused; `syncq queue resume q` lets it go on\n");
  CHECK(box.sh("syncq queue pause none").code() == 1);
}

TEST_CASE("messages are deleted by their ids") {
  Sandbox box;
  CHECK(box.ok(R"sh(
    syncq queue push q a b c d
    syncq queue pop q --lease 1m --lease-file lease
    ids=$(syncq queue show q -o json | jq -r '.messages[1,2].id')
    held=$(syncq queue show q --state leased -o json |
      jq -r '.messages[0].id')
    syncq queue delete q $ids $held
    syncq queue ack q $(cat lease) 2>/dev/null || echo ' over'
    syncq queue pop q)sh") == "a over\nb");
  Outcome missing =
      box.sh("syncq queue push q e; syncq queue delete q 9-9 8-8");
  CHECK(missing.code() == 1);
  CHECK_THAT(missing.err,
             Contains("message 9-9 of queue 'q': it is not there") &&
                 Contains("message 8-8"));
  CHECK(box.sh("syncq queue delete q 7").code() == 2);
  CHECK(box.sh("syncq queue delete none 1-1 2-2").code() == 1);
}

TEST_CASE("the limits of a queue are changed from a shell") {
  Sandbox box;
  box.ok(R"(
    syncq queue new q --capacity 5
    syncq queue set q --overflow reject --max-attempts 3 --dead-letter q.dead)");
  Json queue = box.get("/queues/q")["queue"];
  CHECK(queue["capacity"] == 5);
  CHECK(queue["overflow"] == "reject");
  CHECK(queue["dead_letter"] == "q.dead");
  CHECK(box.ok("syncq queue set q --no-capacity --no-dead-letter -o json | "
               "jq -c '.queue | [.capacity, .max_attempts, .dead_letter]'") ==
        "[null,null,null]");
  CHECK(box.sh("syncq queue set q").code() == 2);
  CHECK(box.sh("syncq queue set q --capacity 3 --no-capacity").code() == 2);
  CHECK(box.sh("syncq queue set q --max-attempts 3").code() == 1);
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
  CHECK_THAT(large.err, Contains("over 16777216 bytes"));
}

TEST_CASE("the man page's curl examples work", "[slow]") {
  Sandbox box;
  std::string out = box.ok("set -e\n" + curl_block());
  CHECK_THAT(out, Contains("resize cat.png"));
  CHECK(read_file(box.path("job")) == "resize owl.png");
}

TEST_CASE("a killed pop --wait swallows nothing", "[slow]") {
  Sandbox box;
  box.ok("syncq queue new q");
  box.env()["TRIES"] = std::to_string(repetitions(100));
  // Every second one is killed at a random moment, the others while they wait.
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
