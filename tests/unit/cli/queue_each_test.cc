#include <poll.h>

#include <catch2/catch.hpp>
#include <thread>

#include "cli/base/number.h"
#include "cli/queue/each_options.h"
#include "cli/queue/each_state.h"
#include "cli/queue/each_worker.h"
#include "cli/queue/message_command.h"

using namespace syncq;

namespace {

using Words = std::vector<std::string>;

class WordsTyped {
 public:
  WordsTyped(std::initializer_list<const char*> words)
      : words_(words.begin(), words.end()) {
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  operator Arguments() const {
    return Arguments(pointers_.data(), pointers_.size() - 1);
  }

 private:
  Words words_;
  std::vector<char*> pointers_;
};

bool readable(int fd) {
  pollfd poller{fd, POLLIN, 0};
  return poll(&poller, 1, 0) > 0;
}

}  // namespace

TEST_CASE("{} in an ARG is the message, less one final newline") {
  WordsTyped line{"cp", "{}", "to/{}/{}", "plain"};
  CHECK(fill_in(line, "a b\n") == Words{"cp", "a b", "to/a b/a b", "plain"});
  CHECK(fill_in(line, "a\n\n")[1] == "a\n");
  CHECK(fill_in(line, "{}x")[2] == "to/{}x/{}x");
  CHECK(fill_in(line, "")[2] == "to//");
  CHECK(has_placeholder(line));
}

TEST_CASE("{} as CMD itself is left alone") {
  WordsTyped line{"{}", "a"};
  CHECK(fill_in(line, "m") == Words{"{}", "a"});
  CHECK(!has_placeholder(line));
}

TEST_CASE("each failure doubles the rest, up to a minute") {
  using std::chrono::seconds;
  CHECK(retry_delay(0) == seconds(1));
  CHECK(retry_delay(1) == seconds(1));
  CHECK(retry_delay(2) == seconds(2));
  CHECK(retry_delay(3) == seconds(4));
  CHECK(retry_delay(6) == seconds(32));
  CHECK(retry_delay(7) == seconds(60));
  CHECK(retry_delay(1'000'000'000) == seconds(60));
}

TEST_CASE("how a command ended, in words") {
  CHECK(describe_status(3 << 8) == "exited with 3");
  CHECK(describe_status(9) == "was killed by signal 9");
}

TEST_CASE("the options of each") {
  EachOptions options;
  WordsTyped line{"-j4", "q",  "--lease", "5s", "--max-attempts=3",
                  "--",  "-c", "--"};
  CHECK(parse_each_options(line, options) == std::nullopt);
  CHECK(options.jobs == 4);
  CHECK(options.queue == "q");
  CHECK(options.lease == std::chrono::seconds(5));
  CHECK(options.max_attempts == 3);
  CHECK(Words(options.command.begin(), options.command.end()) ==
        Words{"-c", "--"});
}

TEST_CASE("what makes no sense for each is a usage error") {
  auto code_of = [](const WordsTyped& line) {
    EachOptions options;
    return parse_each_options(line, options);
  };
  CHECK(code_of({"q"}) == 2);
  CHECK(code_of({"q", "--"}) == 2);
  CHECK(code_of({"--", "cat"}) == 2);
  CHECK(code_of({"q", "cat", "--", "cat"}) == 2);
  CHECK(code_of({"q", "-j0", "--", "cat"}) == 2);
  CHECK(code_of({"q", "--lease=10ms", "--", "cat"}) == 2);
}

TEST_CASE("numbers are decimal digits, for checking and for using them") {
  CHECK(read_number("7", 1, 1024) == 7);
  CHECK(read_number("007", 1, 1024) == 7);
  for (const char* text : {"", "0x4", "4x", "+4", "-4", " 4", "4 ", "4.0",
                           "1e1", "0", "1025", "99999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(read_number(text, 1, 1024));
  }
  EachOptions options;
  for (const char* option : {"-j0x4", "--jobs=0x4", "--max-attempts=0x1"}) {
    WordsTyped line{"q", option, "--", "cat"};
    CHECK(parse_each_options(line, options) == 2);
  }
}

TEST_CASE("until empty: the only worker ends when it finds nothing") {
  EachState state;
  REQUIRE(state.become_busy());
  state.become_idle(true);
  CHECK(!state.become_busy());
  CHECK(!state.stopping());
}

TEST_CASE("until empty: a queue that can't be read is not empty") {
  EachState state(std::chrono::milliseconds(50));
  REQUIRE(state.become_busy());
  state.become_idle(false);
  CHECK(state.become_busy());
}

TEST_CASE("until empty: no worker ends while another may give back") {
  EachState state;
  REQUIRE(state.become_busy());
  REQUIRE(state.become_busy());
  std::thread idle([&] { state.become_idle(true); });
  while (state.busy() == 2) std::this_thread::yield();
  // The other gives its message back with a delay, and looks again.
  state.expect("1-1", std::chrono::milliseconds(1));
  state.settled();
  idle.join();
  CHECK(state.become_busy());
}

TEST_CASE("until empty: a message given back is waited for until it is taken") {
  EachState state(std::chrono::milliseconds(50));
  REQUIRE(state.become_busy());
  state.expect("1-1", std::chrono::milliseconds(30));
  auto began = std::chrono::steady_clock::now();
  state.become_idle(true);
  CHECK(std::chrono::steady_clock::now() - began >=
        std::chrono::milliseconds(30));
  // The daemon is late with it.
  REQUIRE(state.become_busy());
  state.become_idle(true);
  REQUIRE(state.become_busy());
  CHECK(state.expected() == Words{"1-1"});
  SECTION("it is taken") { state.taken("1-1"); }
  SECTION("it is another's, or gone") { state.forget({"1-1"}); }
  state.become_idle(true);
  CHECK(!state.become_busy());
}

TEST_CASE("stopping and killing are seen by those who wait") {
  EachState state;
  CHECK(!readable(state.stop_fd()));
  state.stop();
  CHECK(readable(state.stop_fd()));
  CHECK(!readable(state.kill_fd()));
  CHECK(!state.become_busy());
  state.kill();
  CHECK(readable(state.kill_fd()));
}

TEST_CASE("the first failure of a run counts") {
  EachState state;
  state.note_failed(1);
  CHECK(state.exit_code() == 1);
  state.fail("one", 127);
  state.fail("two", 126);
  CHECK(state.exit_code() == 127);
  CHECK(state.failure() == "one");
  CHECK(state.stopping());
}
