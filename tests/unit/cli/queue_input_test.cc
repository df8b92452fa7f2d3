#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "cli/base/failure.h"
#include "cli/queue/message_input.h"
#include "common/unique_fd.h"

using namespace syncq;

namespace {

using Texts = std::vector<std::string>;

// A pipe that holds this text, closed at its other end.
UniqueFd pipe_of(const std::string& text) {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  REQUIRE(::write(write_end.get(), text.data(), text.size()) ==
          static_cast<ssize_t>(text.size()));
  return read_end;
}

Texts all_of(MessageInput& input) {
  Texts messages;
  while (!input.finished()) {
    if (auto message = input.next()) {
      messages.push_back(*message);
    } else {
      input.read_some();
    }
  }
  return messages;
}

Texts split(const std::string& text, std::optional<char> separator) {
  UniqueFd fd = pipe_of(text);
  MessageInput input(fd.get(), separator);
  return all_of(input);
}

}  // namespace

TEST_CASE("each word is a message, also an empty one") {
  MessageInput input(Texts{"a", "", "[b,c]", "{}"});
  CHECK(all_of(input) == Texts{"a", "", "[b,c]", "{}"});
  CHECK(input.fd() == -1);
}

TEST_CASE("without a separator all input is one message") {
  std::string text("a\nb\0\xff", 5);
  CHECK(split(text, std::nullopt) == Texts{text});
  CHECK(split("", std::nullopt) == Texts{""});
}

TEST_CASE("each line is a message, without its newline") {
  CHECK(split("", '\n').empty());
  CHECK(split("\n", '\n') == Texts{""});
  CHECK(split("a\n\nb\n", '\n') == Texts{"a", "", "b"});
  CHECK(split("a\nb", '\n') == Texts{"a", "b"});
  CHECK(split("a\r\n", '\n') == Texts{"a\r"});
}

TEST_CASE("messages that end with a NUL may have newlines") {
  CHECK(split(std::string("a\nb\0c\0", 6), '\0') == Texts{"a\nb", "c"});
}

TEST_CASE("a line is there as soon as its newline is") {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  MessageInput input(read_end.get(), '\n');
  REQUIRE(::write(write_end.get(), "one\ntw", 6) == 6);
  input.read_some();
  CHECK(input.next() == "one");
  CHECK(input.next() == std::nullopt);
  CHECK(!input.finished());
  REQUIRE(::write(write_end.get(), "o\n", 2) == 2);
  input.read_some();
  CHECK(input.next() == "two");
  write_end.reset();
  input.read_some();
  CHECK(input.finished());
}

TEST_CASE("lines longer than one read stay whole") {
  std::string file = "/tmp/syncq-input-XXXXXX";
  UniqueFd fd(mkstemp(file.data()));
  unlink(file.c_str());
  std::string line(300'001, 'x');
  std::string text = line + "\n" + line + "\nend";
  REQUIRE(write(fd.get(), text.data(), text.size()) ==
          static_cast<ssize_t>(text.size()));
  lseek(fd.get(), 0, SEEK_SET);
  MessageInput input(fd.get(), '\n');
  CHECK(all_of(input) == Texts{line, line, "end"});
}

TEST_CASE("input that can't be read is a failure") {
  MessageInput input(-1, '\n');
  CHECK_THROWS_AS(input.read_some(), Failure);
}
