// What `syncq top` draws, as text, for terminals of several sizes.

#include <catch2/catch.hpp>

#include "cli/base/text.h"
#include "tests/unit/cli/top_fixture.h"

namespace syncq {
namespace {

using Key = KeyPress::Key;

// Two FIFOs, of which one is in use, a queue with dead letters, an end.
struct Scene : TopFixture {
  Scene() {
    Json& deploy = fifo("deploy");
    hold(deploy, "make deploy");
    deploy["tickets"][0]["expected_run_ms"] = 240'000;
    wait(deploy, "./backup");
    deploy["tickets"][1]["expected_wait_ms"] = 180'000;
    fifo("tests");
    Json& jobs = queue("jobs", 1200);
    jobs["in_per_s"] = 2.5;
    jobs["out_per_s"] = 22.5;
    queue("jobs.dead", 3)["paused"] = true;
    look();
    ended({turn("tests", 7)});
  }
};

// As one writes it in a test: a line each.
std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

TEST_CASE("A screen of 80 columns", "[top]") {
  Scene f;
  CHECK(
      joined(f.lines(80, 16)) ==
      "syncq top  2 FIFOs, 1 held, 1 waiting; 2 queues, 1203 messages\n"
      "  FIFO    HELD  WAIT            EXPECTED  FOR  WHO          PID  CWD\n"
      "> deploy   1/1     1  ██░░░░░░  3m left    1m  make deploy  812  /srv\n"
      "    1st                         in 3m      1m  ./backup     812  /srv\n"
      "  tests    0/1     0\n"
      "\n"
      "  QUEUE               READY  LEASED  DELAYED  DEAD  IN/S  OUT/S  EMPTY "
      "IN\n"
      "  jobs                 1200       0        0     3   2.5   22.5        "
      "1m\n"
      "  jobs.dead (paused)      3       0        0     -\n"
      "\n"
      "  ENDED  FIFO   END      RAN  WAITED  LABEL\n"
      "    10s  tests  exit 7  1m1s    2.0s  make tests\n"
      "\n"
      "\n"
      "\n"
      "q quit  ? help  enter open  / filter  s sort  c cancel  k kill  f front "
      " p pause\n");
}

TEST_CASE("A screen of 40 columns", "[top]") {
  Scene f;
  CHECK(joined(f.lines(40, 14)) ==
        "syncq top  2 FIFOs, 1 held, 1 waiting; …\n"
        "  FIFO    HELD  WAIT  EXPECTED  FOR\n"
        "> deploy   1/1     1  3m left    1m\n"
        "    1st               in 3m      1m\n"
        "  tests    0/1     0\n"
        "\n"
        "  QUEUE               READY  IN/S  OUT/S\n"
        "  jobs                 1200   2.5   22.5\n"
        "  jobs.dead (paused)      3\n"
        "\n"
        "  ENDED  FIFO   END      RAN  LABEL\n"
        "    10s  tests  exit 7  1m1s  make tests\n"
        "\n"
        "q quit  ? help  enter open  / filter  s…\n");
}

TEST_CASE("A screen of 200 columns", "[top]") {
  Scene f;
  CHECK(joined(f.lines(200, 16)) ==
        "syncq top  2 FIFOs, 1 held, 1 waiting; 2 queues, 1203 messages\n"
        "  FIFO    HELD  WAIT            EXPECTED       FOR  WHO          PID  "
        "CWD\n"
        "> deploy   1/1     1  ██░░░░░░  about 3m left   1m  make deploy  812  "
        "/srv\n"
        "    1st                         in about 3m     1m  ./backup     812  "
        "/srv\n"
        "  tests    0/1     0\n"
        "\n"
        "  QUEUE               READY  LEASED  DELAYED  DEAD  IN/S  OUT/S  "
        "EMPTY IN\n"
        "  jobs                 1200       0        0     3   2.5   22.5       "
        " 1m\n"
        "  jobs.dead (paused)      3       0        0     -\n"
        "\n"
        "  ENDED  FIFO   END      RAN  WAITED  LABEL\n"
        "    10s  tests  exit 7  1m1s    2.0s  make tests\n"
        "\n"
        "\n"
        "\n"
        "q quit  ? help  enter open  / filter  s sort  c cancel  k kill  f "
        "front  p pause\n");
}

TEST_CASE("A screen of ASCII", "[top]") {
  Scene f;
  CHECK(joined(f.lines(60, 6, false)) ==
        "syncq top  2 FIFOs, 1 held, 1 waiting; 2 queues, 1203 messa…\n"
        "  FIFO    HELD  WAIT            EXPECTED  FOR  WHO\n"
        "> deploy   1/1     1  ##------  3m left    1m  make deploy\n"
        "    1st                         in 3m      1m  ./backup\n"
        "  tests    0/1     0\n"
        "q quit  ? help  enter open  / filter  s sort  c cancel  k k…\n");
}

TEST_CASE("A FIFO whole", "[top]") {
  Scene f;
  f.press(Key::kEnter);
  auto due = f.control.due();
  Scene::Json fifo = f.overview["fifos"][0];
  fifo["rate"] = "10/m";
  f.answer(fifo_request("uuid-deploy"),
           {{"fifo", fifo}, {"tickets", fifo["tickets"]}});
  f.answer(history_request("uuid-deploy"),
           {{"turns", {Scene::turn("deploy", 0)}}});
  CHECK(joined(f.lines(80, 9)) ==
        "syncq top  FIFO deploy: 1 of 1 held, 1 waiting, at most 10/m\n"
        "  IN LINE            EXPECTED  FOR  WHO          PID  CWD\n"
        ">   held   ██░░░░░░  3m left    1m  make deploy  812  /srv\n"
        "    1st              in 3m      1m  ./backup     812  /srv\n"
        "\n"
        "  ENDED  END      RAN  WAITED  LABEL\n"
        "    10s  exit 0  1m1s    2.0s  make deploy\n"
        "\n"
        "q quit  ? help  esc back  c cancel  k kill  f front  p pause\n");
}

TEST_CASE("Those who take several slots, and slots with names", "[top]") {
  TopFixture f;
  auto& gpu = f.fifo("gpu", 3);
  TopFixture::hold(gpu, "large");
  TopFixture::wait(gpu, "larger");
  gpu["slots_taken"] = 2;
  gpu["tickets"][0]["take"] = 2;
  gpu["tickets"][0]["slots"] = {0, 1};
  gpu["tickets"][1]["take"] = 3;
  auto& usb = f.fifo("usb", 2);
  TopFixture::hold(usb, "flash");
  usb["tickets"][0]["slots"] = {0};
  usb["tickets"][0]["slot_names"] = {"left"};
  f.look();
  std::string shown = joined(f.lines(80, 8));
  CHECK_THAT(shown, Catch::Contains(" 2/3 "));
  CHECK_THAT(shown, Catch::Contains("    slots 0,1, takes 2 "));
  CHECK_THAT(shown, Catch::Contains("    1st, takes 3 "));
  CHECK_THAT(shown, Catch::Contains("    slot left "));
}

TEST_CASE("Those who share a slot, and what moves who waits", "[top]") {
  TopFixture f;
  auto& db = f.fifo("db");
  TopFixture::hold(db, "reader one");
  TopFixture::hold(db, "reader two");
  db["slots_taken"] = 1;
  for (auto& each : db["tickets"]) {
    each["slot"] = 0;
    each["shared"] = true;
  }
  TopFixture::wait(db, "writer");
  TopFixture::wait(db, "late");
  db["tickets"][2]["priority"] = 5;
  db["tickets"][3]["priority"] = 0;
  db["tickets"][3]["passed"] = 1;
  // Alone, in its FIFO's row.
  auto& site = f.fifo("site");
  TopFixture::hold(site, "reader");
  site["tickets"][0]["shared"] = true;
  f.look();
  CHECK(
      joined(f.lines(80, 9)) ==
      "syncq top  2 FIFOs, 3 held, 2 waiting; 0 queues, 0 messages\n"
      "  FIFO                HELD  WAIT  FOR  WHO             PID  CWD\n"
      "> db                   1/1     2\n"
      "    held, shared                   1m  reader one      812  /srv\n"
      "    held, shared                   1m  reader two      812  /srv\n"
      "    1st, priority 5                1m  writer          812  /srv\n"
      "    2nd, passed by 1               1m  late            812  /srv\n"
      "  site                 1/1     0   1m  reader, shared  812  /srv\n"
      "q quit  ? help  enter open  / filter  s sort  c cancel  k kill  f front "
      " p pause\n");
  // Which of the two is not said.
  CHECK_FALSE(f.type("k"));
  CHECK_THAT(f.control.notice(), Catch::Contains("nobody who has a turn is"));
  f.press(Key::kEnter);
  CHECK(f.lines(80, 9)[0] == "syncq top  FIFO db: 1 of 1 held, 2 waiting");
}

TEST_CASE("A queue whole", "[top]") {
  Scene f;
  f.press(Key::kTab);
  f.press(Key::kEnter);
  f.answer(messages_request("id-jobs", "ready"),
           {{"messages",
             {{{"id", "1-7"},
               {"age_ms", 5000},
               {"attempts", 1},
               {"size", 12},
               {"text", "a\nmessage"}},
              {{"id", "1-8"}, {"text", nullptr}}}}});
  CHECK(joined(f.lines(60, 12)) ==
        "syncq top  queue jobs: 1200 ready, 0 leased, 0 delayed\n"
        "  stored                                █  at most 1200\n"
        "  in                                       at most 0.0/s\n"
        "  out                                      at most 0.0/s\n"
        "\n"
        "  ready messages, the first of them\n"
        "  MESSAGE   AGE  ATTEMPTS  SIZE  TEXT\n"
        "> 1-7      5.0s         1    12  a?message\n"
        "  1-8                            (binary)\n"
        "\n"
        "\n"
        "q quit  ? help  esc back  left/right other messages  p paus…\n");
}

TEST_CASE("A queue whole, with a rate and groups", "[top]") {
  TopFixture f;
  f.queue("jobs", 1)["rate"] = "10/s";
  f.look();
  f.press(Key::kTab);
  f.press(Key::kEnter);
  f.answer(messages_request("id-jobs", "ready"),
           {{"messages",
             {{{"id", "1-7"}, {"group", "ann"}, {"text", "one"}},
              {{"id", "1-8"}, {"group", nullptr}, {"text", "two"}}}}});
  std::vector<std::string> lines = f.lines(80, 12);
  CHECK(lines[0] ==
        "syncq top  queue jobs: 1 ready, 0 leased, 0 delayed; at most 10/s");
  CHECK(lines[6] == "  MESSAGE  GROUP  TEXT");
  CHECK(lines[7] == "> 1-7      ann    one");
  CHECK(lines[8] == "  1-8             two");
}

TEST_CASE("The bottom line: a question, a filter", "[top]") {
  Scene f;
  f.type("k");
  CHECK(
      f.lines(80, 5).back() ==
      "send TERM to make deploy (pid 812), which has the turn of deploy? y/n");
  // Its end is what to answer.
  CHECK(f.lines(40, 5).back().ends_with("? y/n"));
  f.type("n/te");
  CHECK(f.lines(80, 5).back() == "/te_");
  CHECK(f.lines(80, 5).front().ends_with("  /te"));
}

TEST_CASE("The title says that the daemon is gone", "[top]") {
  Scene f;
  f.control.connected(false);
  CHECK(f.lines(80, 5).front() ==
        "syncq top  the daemon has ended; waiting for the next one");
}

TEST_CASE("Nothing yet: how to begin", "[top]") {
  TopFixture f;
  f.look();
  CHECK(f.lines(80, 4)[1] ==
        "no FIFO and no queue yet: `syncq run NAME -- COMMAND` makes a FIFO");
}

TEST_CASE("Times go on between events", "[top]") {
  Scene f;
  CHECK_THAT(f.lines(80, 10)[2], Catch::Contains("3m left    1m"));
  f.now += std::chrono::minutes(4);
  CHECK_THAT(f.lines(80, 10)[2], Catch::Contains("████████  longer"));
  CHECK_THAT(f.lines(80, 10)[2], Catch::Contains(" 5m  make"));
}

TEST_CASE("No screen is larger than its terminal", "[top]") {
  Scene f;
  f.fifo("日本語-" + std::string(250, 'n'));
  TopFixture::hold(f.overview["fifos"].back(),
                   "ein langes Wort für größe 日本語");
  for (int i = 0; i < 50; ++i) f.fifo("fifo" + std::to_string(i));
  f.queue("\x1b[31m\n", 2);
  f.look();
  bool opens = GENERATE(false, true);
  if (opens) f.press(Key::kEnter);
  for (std::size_t columns = 1; columns <= 210; ++columns) {
    std::size_t rows = columns % 40 + 1;
    Screen screen = f.draw(columns, rows);
    CHECK(screen.size() == rows);
    for (const ScreenLine& line : screen) {
      std::string text = plain_text(line);
      INFO(columns << ": " << text);
      CHECK(text_width(text) <= std::max<std::size_t>(columns, 2));
      CHECK(text == sanitize(text));
    }
  }
}

TEST_CASE("What is selected is on the screen, wherever it is", "[top]") {
  Scene f;
  for (int i = 0; i < 50; ++i) f.fifo("fifo" + std::to_string(i));
  for (int i = 0; i < 50; ++i) f.queue("queue" + std::to_string(i), 0);
  f.look();
  for (std::size_t rows : {8U, 12U, 24U}) {
    f.press(Key::kHome);
    for (int i = 0; i < 106; ++i) {
      int marks = 0;
      for (const std::string& line : f.lines(80, rows)) {
        if (line.starts_with("> ")) ++marks;
      }
      INFO(rows << " rows, row " << i << ": " << f.selected());
      CHECK(marks == 1);
      f.press(Key::kDown);
    }
  }
}

TEST_CASE("Small panes get what they want, large ones as much as each other",
          "[top]") {
  using Lines = std::vector<std::size_t>;
  CHECK(share_lines({3, 4}, 20) == Lines{3, 4});
  CHECK(share_lines({30, 4, 30}, 20) == Lines{8, 4, 8});
  CHECK(share_lines({30, 30}, 7) == Lines{4, 3});
  CHECK(share_lines({}, 7).empty());
  CHECK(share_lines({5}, 0) == Lines{0});
}

}  // namespace
}  // namespace syncq
