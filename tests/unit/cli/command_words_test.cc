#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/client/daemon_environment.h"
#include "cli/commands.h"
#include "cli/leading_options.h"
#include "cli/synonyms.h"

namespace syncq {

namespace {

std::vector<std::string> moved(std::vector<std::string> words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  std::vector<char*> ordered =
      move_leading_options(Arguments(pointers.data(), pointers.size() - 1));
  REQUIRE(ordered.back() == nullptr);
  return {ordered.begin(), ordered.end() - 1};
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("options before the command count as after it", "[cli][words]") {
  CHECK(moved({"-o", "json", "fifo", "ls"}) ==
        Words{"fifo", "ls", "--output", "json"});
  CHECK(moved({"--no-spawn", "run", "a", "--", "-o"}) ==
        Words{"run", "--no-spawn", "a", "--", "-o"});
  CHECK(moved({"--socket=s", "status"}) == Words{"status", "--socket=s"});
  CHECK(moved({"fifo", "-o", "json", "ls", "-q"}) ==
        Words{"fifo", "ls", "--output", "json", "-q"});
  CHECK(moved({"-q", "queue", "-e", "http://h", "show", "x"}) ==
        Words{"queue", "show", "-q", "--endpoint", "http://h", "x"});
}

TEST_CASE("a letter of all commands is none of the command's own",
          "[cli][words]") {
  CHECK(moved({"-e", "http://h", "flock", "-e", "f", "true"}) ==
        Words{"flock", "--endpoint", "http://h", "-e", "f", "true"});
}

TEST_CASE("other words stay where they are", "[cli][words]") {
  CHECK(moved({"run", "a", "--", "x"}) == Words{"run", "a", "--", "x"});
  CHECK(moved({"--version"}) == Words{"--version"});
  CHECK(moved({"--help", "run"}) == Words{"--help", "run"});
  CHECK(moved({"-o", "json"}) == Words{"--output", "json"});
  CHECK(moved({"-o"}) == Words{"--output"});
  CHECK(moved({"fifo"}) == Words{"fifo"});
  CHECK(moved({"fifo", "--help"}) == Words{"fifo", "--help"});
  CHECK(moved({"run", "-o", "x", "--", "-o"}) ==
        Words{"run", "-o", "x", "--", "-o"});
}

TEST_CASE("an unknown command is answered with a near one", "[cli][words]") {
  CHECK_THAT(unknown_command("", "stauts"),
             Catch::Contains("did you mean `syncq status`?"));
  CHECK_THAT(unknown_command("fifo", "lss"),
             Catch::Contains("did you mean `syncq fifo ls`?"));
  CHECK_THAT(unknown_command("", "xyzzy"), Catch::Contains("`syncq help`"));
}

TEST_CASE("a synonym runs the one command it can mean", "[cli][words]") {
  auto runs = [](const char* group, const char* word) {
    const Command* command = find_command(group, word);
    return command == nullptr ? "" : words_of(*command);
  };
  CHECK(runs("fifo", "list") == "fifo ls");
  CHECK(runs("fifo", "delete") == "fifo rm");
  CHECK(runs("queue", "delete") == "queue delete");
  CHECK(runs("queue", "enqueue") == "queue push");
  CHECK(runs("daemon", "log") == "daemon logs");
  CHECK(runs("", "list") == "ls");
  CHECK(runs("", "add").empty());
  CHECK(runs("queue", "remove").empty());
}

TEST_CASE("a word that can mean several commands is answered with them",
          "[cli][words]") {
  CHECK(unknown_command("", "add") ==
        "there is no command 'add'; did you mean `syncq run` or `syncq queue "
        "push`?");
  CHECK_THAT(unknown_command("", "delete"),
             Catch::Contains("`syncq fifo rm`, `syncq queue rm` or `syncq "
                             "queue delete`?"));
  CHECK_THAT(unknown_command("queue", "remove"),
             Catch::Contains("did you mean `syncq queue rm` or"));
  // What only groups know.
  CHECK_THAT(unknown_command("", "pause"),
             Catch::Contains("`syncq fifo pause` or `syncq queue pause`?"));
  CHECK_THAT(unknown_command("", "kill"),
             Catch::Contains("did you mean `syncq fifo kill`?"));
  CHECK_THAT(unknown_command("", "log"),
             Catch::Contains("did you mean `syncq daemon logs`?"));
}

TEST_CASE("what a synonym stands for exists, and it hides no command",
          "[cli][words]") {
  for (const Synonym& each : all_synonyms()) {
    INFO(each.group << " " << each.word);
    const Command* found = find_command(each.group, each.word);
    CHECK((found == nullptr || found->name != each.word));
    std::istringstream meant{std::string(each.meant)};
    for (std::string words; std::getline(meant, words, '|');) {
      INFO(words);
      CHECK(std::ranges::any_of(all_commands(), [&](const Command& command) {
        return words_of(command) == words;
      }));
    }
  }
}

TEST_CASE("the daemon's environment is a chosen one", "[cli][words]") {
  for (const char* name : {"HOME", "PATH", "LC_ALL", "XDG_RUNTIME_DIR",
                           "SYNCQ_IDLE_EXIT", "ASAN_OPTIONS"}) {
    CAPTURE(name);
    CHECK(passes_to_daemon(name));
  }
  for (const char* name :
       {"MAKEFLAGS", "SYNCQ_FIFO", "SYNCQ_TICKET", "SYNCQ_FENCE", "SYNCQ_SLOT",
        "SYNCQ_SOCKET", "SYNCQ_STATE_DIR", "SYNCQ_CONFIG", "SECRET",
        "LD_PRELOAD"}) {
    CAPTURE(name);
    CHECK_FALSE(passes_to_daemon(name));
  }
}

}  // namespace syncq
