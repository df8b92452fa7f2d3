// Every documented error of the FIFO endpoints: status, code, and a message
// that says something.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

namespace {

struct Row {
  const char* call;  // curl's words; $f: a FIFO, $t: its turn, $w: waiting,
                     // $g: another FIFO, $d: done, $x: an unknown UUID
  int status;
  const char* code;
};

const Row kRows[] = {
    {"$u/nowhere", 404, "no_such_endpoint"},
    {"$u/fifo/$f/nowhere", 404, "no_such_endpoint"},
    {"-X DELETE $u/fifo/new/x/y", 404, "no_such_endpoint"},
    {"-X PUT $u/fifo/$f/ticket", 405, "method_not_allowed"},
    {"$u/fifo/$f/hold", 405, "method_not_allowed"},
    {"$u/fifo/$f/touch/$t", 405, "method_not_allowed"},
    {"$u/fifo/new?done_timout=1s", 400, "unknown_parameter"},
    {"\"$u/fifo/new?slots=1&slots=1\"", 400, "duplicate_parameter"},
    {"$u/fifo/new?done_timeout=10", 400, "invalid_duration"},
    {"$u/fifo/new?done_timeout=-1s", 400, "invalid_duration"},
    {"$u/fifo/new?done_timeout=", 400, "invalid_duration"},
    {"$u/fifo/new?done_timeout=5300w", 400, "invalid_duration"},
    {"$u/fifo/new?allow_overrides=yes", 400, "invalid_boolean"},
    {"$u/fifo/new?slots=0", 400, "invalid_number"},
    {"$u/fifo/new?slots=1025", 400, "invalid_number"},
    {"$u/fifo/new?name=taken", 409, "conflict"},
    {"$u/fifo/new?name=a%20b", 400, "invalid_name"},
    {"$u/fifo/new?name=", 400, "invalid_name"},
    {"$u/fifo/new?name=$x", 400, "invalid_name"},
    {"$u/fifo/nosuch/ticket", 404, "not_found"},
    {"$u/fifo/$x/ticket", 404, "not_found"},
    {"$u/fifo/$f/ticket?done_timeout=1s", 400, "overrides_not_allowed"},
    {"$u/fifo/$f/wait/nonsense", 400, "invalid_uuid"},
    {"$u/fifo/$f/wait/$x", 404, "not_found"},
    {"$u/fifo/$g/wait/$t", 400, "wrong_fifo"},
    {"$u/fifo/$g/done/$t", 400, "wrong_fifo"},
    {"$u/fifo/$f/wait/$w?timeout=20ms", 408, "still_waiting"},
    {"$u/fifo/$f/wait/$d", 410, "done"},
    {"$u/fifo/$e/wait/$late", 410, "expired"},
    {"$u/fifo/$e/done/$late", 410, "expired"},
    {"-X POST $u/fifo/$f/hold?nowait=true", 408, "still_waiting"},
    {"-X POST $u/fifo/$x/hold?create=true", 404, "not_found"},
    {"-X POST \"$u/fifo/taken/hold?create=true&slots=7\"", 409, "conflict"},
    {"-H \"X: $(head -c 70000 /dev/zero | tr '\\0' a)\" $u/version", 431,
     "head_too_large"},
};

// Sets up what the rows name.
const char* const kScene = R"(
  u=http://localhost
  c() { curl -sS --unix-socket s "$@"; }
  f=$(syncq fifo new) g=$(syncq fifo new) taken=$(syncq fifo new --name taken)
  d=$(syncq fifo ticket $f) && syncq fifo wait $f $d && syncq fifo done $f $d
  t=$(syncq fifo ticket $f) && syncq fifo wait $f $t
  w=$(syncq fifo ticket $f)
  e=$(syncq fifo new --done-timeout 20ms)
  late=$(syncq fifo ticket $e) && syncq fifo wait $e $late
  while c $u/fifo/$e | grep -q '"state"'; do sleep 0.01; done
  x=0f000000-0000-4000-8000-00000000000f
)";

}  // namespace

TEST_CASE("the documented errors of the FIFO endpoints") {
  Sandbox box;
  std::string script = kScene;
  for (const Row& row : kRows) {
    script += std::string("c -w '%{http_code}\\n' ") + row.call +
              " | tr -d '\\n'; echo\n";
  }
  std::vector<std::string> lines = lines_of(box.ok(script));
  REQUIRE(lines.size() == std::size(kRows));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    INFO(kRows[i].call << " answered " << lines[i]);
    REQUIRE(lines[i].size() > 3);
    std::size_t body_end = lines[i].size() - 3;
    CHECK(lines[i].substr(body_end) == std::to_string(kRows[i].status));
    Json body = Json::parse(lines[i].substr(0, body_end), nullptr, false);
    REQUIRE(body.is_object());
    CHECK(body["error"] == kRows[i].code);
    CHECK(body["message"].get<std::string>().size() > 10);
  }
}

TEST_CASE(
    "408 wait_timeout, 410 cancelled and 410 destroyed reach a parked caller",
    "[slow]") {
  Sandbox box;
  std::string names = box.ok(R"(
    f=$(syncq fifo new --wait-timeout 1h --allow-overrides)
    t=$(syncq fifo ticket $f) && syncq fifo wait $f $t
    echo f=$f w=$(syncq fifo ticket $f) \
      short=$(syncq fifo ticket $f --wait-timeout 700ms))");
  std::string wait = names +
                     "; exec curl -sS -w '%{http_code}' --unix-socket s "
                     "http://localhost/fifo/$f/wait/";
  Process parked = box.start(wait + "$w");
  Process late = box.start(wait + "$short");
  Outcome timed_out = late.wait();
  CHECK_THAT(timed_out.out, Catch::Contains("\"wait_timeout\""));
  CHECK_THAT(timed_out.out, Catch::EndsWith("408"));
  REQUIRE(
      eventually([&] { return box.get("/status")["parked_callers"] == 1; }));
  SECTION("done before the turn cancels") {
    box.ok(names + "; syncq fifo done $f $w");
    Outcome outcome = parked.wait();
    CHECK_THAT(outcome.out, Catch::Contains("\"cancelled\""));
    CHECK_THAT(outcome.out, Catch::EndsWith("410"));
  }
  SECTION("rm destroys, and again") {
    box.ok(names + "; syncq fifo rm $f");
    Outcome outcome = parked.wait();
    CHECK_THAT(outcome.out, Catch::Contains("\"destroyed\""));
    CHECK_THAT(outcome.out, Catch::EndsWith("410"));
    CHECK(box.ok(names + "; for i in 1 2; do curl -sS -X DELETE -w "
                         "'%{http_code} ' --unix-socket s "
                         "http://localhost/fifo/$f; done") == "204 204 ");
  }
}
