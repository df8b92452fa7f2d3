#include <catch2/catch.hpp>

#include "cli/commands.h"
#include "cli/completion/offers.h"
#include "cli/completion/shell_offers.h"
#include "cli/completion/shell_words.h"

namespace syncq {
namespace {

using Words = std::vector<std::string>;

// What can stand for the last of these words after a command; a value that the
// daemon knows is offered as its type and the values that came before.
Words offered(const char* group, const char* name, Words words) {
  std::string current = words.back();
  words.pop_back();
  OptionTable table = options_of(find_command(group, name)->run);
  auto find_values = [&](std::string_view type, const Given& given) {
    std::string word(type);
    for (const OptionRow& row : table.rows) {
      auto found = given.find(&row);
      if (found == given.end()) continue;
      for (const std::string& value : found->second) word += " " + value;
    }
    return Completion{{}, {{word, ""}}};
  };
  Completion completion = complete_options(table, words, current, find_values);
  if (completion.kind == Completion::Kind::kCommand) return {"a command"};
  Words found;
  for (const Offer& offer : completion.offers) found.push_back(offer.word);
  return found;
}

std::string answer(std::vector<std::string> words, const Offers& offers) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  ShellLine line = read_shell_line(pointers);
  return line.answer(line, {Completion::Kind::kWords, offers});
}

}  // namespace

TEST_CASE("what comes next depends on what the line has", "[completion]") {
  CHECK(offered("fifo", "done", {""}) == Words{"FIFO"});
  CHECK(offered("fifo", "done", {"q", ""}) == Words{"TICKET q"});
  CHECK(offered("fifo", "done", {"-u", "q", ""}) == Words{"TICKET q"});
  CHECK(offered("fifo", "done", {"-uq", "--force", ""}) == Words{"TICKET q"});
  CHECK(offered("fifo", "done", {"--uuid=q", "t", ""}).empty());
  CHECK(offered("fifo", "done", {"--", "q", ""}) == Words{"TICKET q"});
  CHECK(offered("fifo", "cancel", {"q", ""}) == Words{"PLACE|TICKET q"});
  CHECK(offered("queue", "redrive", {"--to", ""}) == Words{"QUEUE"});
  CHECK(offered("queue", "redrive", {"-qn", "5", ""}) == Words{"QUEUE 5"});
  CHECK(offered("fifo", "rm", {"a", "b", ""}) == Words{"FIFO a b"});
}

TEST_CASE("the words after -- are the command's", "[completion]") {
  CHECK(offered("", "run", {"q", ""}) == Words{"--"});
  CHECK(offered("", "run", {"q", "--", ""}) == Words{"a command"});
  CHECK(offered("", "run", {"-q", "q", "--", "make", "-"}) ==
        Words{"a command"});
  CHECK(offered("queue", "each", {"-j4", "q", "--", "x"}) ==
        Words{"a command"});
  CHECK(offered("queue", "push", {"q", "--", "-"}).empty());
}

TEST_CASE("after FILE come CMD and its arguments, and no options of flock",
          "[completion]") {
  CHECK(offered("", "flock", {"-n", ""}) == Words{"FILE"});
  CHECK(offered("", "flock", {"-w", "5", ""}) == Words{"FILE 5"});
  Words names = offered("", "flock", {"-n", "--"});
  CHECK(std::ranges::count(names, "--timeout") == 1);
  CHECK(std::ranges::count(names, "--nonblock") == 0);
  CHECK(offered("", "flock", {"f", "-"}) == Words{"FILE f"});
  CHECK(offered("", "flock", {"f", "make", "-"}) == Words{"FILE f make"});
}

TEST_CASE("the tools that shims know are offered, one after the other",
          "[completion]") {
  Words tools = offered("", "shim", {""});
  CHECK(std::ranges::count(tools, "git") == 1);
  CHECK(offered("", "shim", {"--dir", "d", "git", ""}).size() > 3);
}

TEST_CASE("an option's own values, and names not yet given", "[completion]") {
  CHECK(offered("queue", "show", {"--state", ""}) ==
        Words{"ready", "delayed", "leased", "blocked", "dead"});
  CHECK(offered("queue", "new", {"--overflow="}) ==
        Words{"--overflow=evict", "--overflow=reject"});
  CHECK(offered("queue", "new", {"--nonsense="}).empty());
  Words names = offered("queue", "redrive", {"--to", "a", "-q", "-"});
  CHECK(std::ranges::count(names, "--limit") == 1);
  CHECK(std::ranges::count(names, "--socket") == 1);
  CHECK(std::ranges::count(names, "--to") == 0);
  CHECK(std::ranges::count(names, "--quiet") == 0);
  // May be given more than once.
  names = offered("daemon", "run", {"--tcp", "a", "--"});
  CHECK(std::ranges::count(names, "--tcp") == 1);
  // Its value may be missing.
  CHECK(offered("queue", "pop", {"--wait", ""}) == Words{"QUEUE"});
  CHECK(offered("queue", "pop", {"--wait", "5s", ""}) == Words{"QUEUE 5s"});
  CHECK(offered("queue", "pop", {"--wait", "jobs", ""}).empty());
}

TEST_CASE("every command has a table of its options", "[completion]") {
  for (const Command& command : all_commands()) {
    if (command.name.starts_with("__")) continue;
    INFO(words_of(command));
    OptionTable table = options_of(command.run);
    CHECK(table.rows.size() > 0);
    for (const OptionRow& row : table.rows) CHECK(!row.help.empty());
  }
}

TEST_CASE("a line of bash is read without its quotes", "[completion]") {
  CHECK(split_shell_line("") == Words{""});
  CHECK(split_shell_line("a b") == Words{"a", "b"});
  CHECK(split_shell_line(" a\t b ") == Words{"a", "b", ""});
  CHECK(split_shell_line(R"(a 'b c' "d\"e" f\ g)") ==
        Words{"a", "b c", "d\"e", "f g"});
  CHECK(split_shell_line("a 'b c") == Words{"a", "b c"});
  CHECK(split_shell_line("a ''") == Words{"a", ""});
  CHECK(split_shell_line("a b\\") == Words{"a", "b\\"});
}

TEST_CASE("each shell gets offers as it takes them", "[completion]") {
  Offers two{{"a:b", "x\ny"}, {"a:c", ""}};
  CHECK(answer({"zsh", "run", ""}, two) == "words\na\\:b:x?y\na\\:c\n");
  CHECK(answer({"fish", "run", ""}, two) == "words\na:b\tx?y\na:c\n");
  // bash has taken "a:" for a word of its own.
  CHECK(answer({"bash", "9", "80", "", "syncq run a:"}, two) ==
        "words\nb  (x?y)\nc\n");
  CHECK(answer({"bash", "9", "80", "a:", "syncq run 'a:"}, two) ==
        "words\na:b  (x?y)\na:c\n");
  CHECK(answer({"bash", "37", "80", "a", "syncq run a"}, two) ==
        "words\na:b\na:c\n");
  // Of one alone it would insert the description.
  CHECK(answer({"bash", "9", "80", "b", "syncq run a:b"}, two) == "words\nb\n");
  CHECK(answer({"bash", "9", "20", "", "syncq run "},
               {{"a", "much longer than that"}, {"b", ""}}) ==
        "words\na  (much longer t…\nb\n");
}

TEST_CASE("what no shell of ours has sent is not answered", "[completion]") {
  auto words_of_line = [](std::vector<std::string> words) {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    return read_shell_line(pointers).words.size();
  };
  CHECK(words_of_line({}) == 0);
  CHECK(words_of_line({"fish"}) == 0);
  CHECK(words_of_line({"tcsh", "run", ""}) == 0);
  CHECK(words_of_line({"bash", "9", "80", "syncq"}) == 0);
  CHECK(words_of_line({"bash", "9", "80", "", ""}) == 0);
}

TEST_CASE("what a daemon answers is offered if it can be a name, and once") {
  Offers offers{{"deploy", "free"},  {"d$(reboot)", ""}, {"", "nobody"},
                {"two\nlines", ""},  {"a b", ""},        {"team:build-2", ""},
                {"deploy", "$(id)"}, {"`id`", ""}};
  keep_harmless(offers);
  REQUIRE(offers.size() == 2);
  CHECK(offers[0].word == "deploy");
  CHECK(offers[1].word == "team:build-2");
}

}  // namespace syncq
