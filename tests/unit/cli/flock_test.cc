#include <fcntl.h>
#include <sys/file.h>
#include <sys/time.h>
#include <sysexits.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <random>

#include "cli/base/failure.h"
#include "cli/flock/file_lock.h"
#include "cli/flock/flock_name.h"
#include "cli/flock/flock_options.h"
#include "common/hex.h"
#include "common/names.h"
#include "tests/unit/temp_dir.h"

namespace syncq {
namespace {

using test::TempDir;
using Words = std::vector<std::string>;

// A command line, read; the words must live as long.
class Read {
 public:
  explicit Read(Words words) : words_(std::move(words)) {
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
    code = parse_flock_options(
        Arguments(pointers_.data(), pointers_.size() - 1), options);
  }

  Words command() const {
    CHECK(options.command.data()[options.command.size()] == nullptr);
    return {options.command.begin(), options.command.end()};
  }

  FlockOptions options;
  std::optional<int> code;

 private:
  Words words_;
  std::vector<char*> pointers_;
};

// The path that a name stands for.
std::string path_of_name(std::string_view name) {
  REQUIRE(name.starts_with("flock:"));
  name.remove_prefix(5);
  std::string path;
  for (std::size_t i = 0; i < name.size(); ++i) {
    // Of three, the first is "/", since that does not come twice.
    bool escape = name.substr(i, 2) == "::" && name.substr(i, 3) != ":::";
    if (escape) {
      path += static_cast<char>(hex_value(name[i + 2]) * 16 +
                                hex_value(name[i + 3]));
      i += 3;
    } else {
      path += name[i] == ':' ? '/' : name[i];
    }
  }
  return path;
}

}  // namespace

TEST_CASE("a file's FIFO has its path as its name", "[flock]") {
  CHECK(flock_name("/var/lock/deploy") == "flock:var:lock:deploy");
  CHECK(flock_name("/") == "flock:");
  CHECK(flock_name("/a_b-c.d/E9") == "flock:a_b-c.d:E9");
  CHECK(flock_name("/srv/my site") == "flock:srv:my::20site");
  CHECK(flock_name("/a:b") == "flock:a::3ab");
  CHECK(flock_name("/ x") == "flock:::20x");
  CHECK(flock_name("/\xc3\xa4\n") == "flock:::c3::a4::0a");
}

TEST_CASE("no two paths have the same name", "[flock]") {
  std::minstd_rand random(1);
  constexpr std::string_view kFrom = "/:a20-\xff ";
  for (int round = 0; round < 20'000; ++round) {
    std::string path = "/";
    for (auto left = random() % 12; left > 0; --left) {
      char c = kFrom[random() % kFrom.size()];
      if (c != '/' || path.back() != '/') path += c;
    }
    CAPTURE(path);
    std::string name = flock_name(path);
    REQUIRE(check_fifo_name(name));
    REQUIRE(path_of_name(name) == path);
  }
}

TEST_CASE("a long path has a name with a hash and its end", "[flock]") {
  const std::string most(kMaxNameLength - std::string("flock:").size(), 'x');
  CHECK(flock_name("/" + most) == "flock:" + most);
  const std::string a = flock_name("/a" + most);
  const std::string b = flock_name("/b" + most);
  CHECK(check_fifo_name(a));
  CHECK(a.size() == kMaxNameLength);
  CHECK(a.starts_with("flock."));
  CHECK(a.ends_with("xxx"));
  CHECK(a != b);
  CHECK(a == flock_name("/a" + most));
  CHECK(check_fifo_name(flock_name("/" + std::string(4000, ' '))));
}

TEST_CASE("options of flock end at the file", "[flock]") {
  Read read({"-n", "f", "make", "-n", "--", "-w"});
  CHECK(!read.code);
  CHECK(read.options.nowait);
  CHECK(read.options.file == "f");
  CHECK(read.command() == Words{"make", "-n", "--", "-w"});
  Read after({"--", "-f", "--", "x"});
  CHECK(!after.code);
  CHECK(after.options.file == "-f");
  CHECK(after.command() == Words{"--", "x"});
}

TEST_CASE("flock's options by all their names", "[flock]") {
  for (const char* word : {"-n", "--nb", "--nonblock", "--nonblocking"}) {
    CAPTURE(word);
    CHECK(Read({word, "f", "true"}).options.nowait);
  }
  for (Words words : {Words{"-w", "1.5"},
                      {"-w1.5"},
                      {"--timeout", "1.5"},
                      {"--wait=1.5"},
                      {"--wai", "1.5"},
                      {"-sw1.5"},
                      {"-w", "9", "-w", "1.5"}}) {
    CAPTURE(words);
    words.insert(words.end(), {"f", "true"});
    CHECK(Read(words).options.wait == std::chrono::milliseconds(1500));
  }
  CHECK(Read({"-sE", "7", "f", "true"}).options.conflict_code == 7);
  CHECK(Read({"f", "true"}).options.conflict_code == 1);
  CHECK(Read({"-s", "f", "true"}).options.shared);
  CHECK_FALSE(Read({"-sx", "f", "true"}).options.shared);
  CHECK_FALSE(Read({"-se", "f", "true"}).options.shared);
  CHECK(Read({"-u", "9"}).options.unlock);
  CHECK(Read({"-F", "f", "true"}).code == std::nullopt);
  CHECK(Read({"--close", "f", "true"}).options.close);
  CHECK(Read({"--verbose", "f", "true"}).options.verbose);
  CHECK(Read({"--no-spawn", "f", "true"}).options.client.no_spawn);
  CHECK_FALSE(Read({"--output", "json", "f", "true"}).code);
}

TEST_CASE("a limit of flock is in seconds, and 0 is none at all", "[flock]") {
  CHECK(Read({"-w", "0", "f", "true"}).options.nowait);
  CHECK_FALSE(Read({"-w", "0", "-w", "1", "f", "true"}).options.nowait);
  CHECK(Read({"-w", ".5", "f", "x"}).options.wait ==
        std::chrono::milliseconds(500));
  CHECK(Read({"-w", "1e1", "f", "x"}).options.wait == std::chrono::seconds(10));
  Read longest({"-w", "1e300", "f", "true"});
  CHECK(!longest.code);
  CHECK(!longest.options.wait);
  CHECK(!longest.options.nowait);
}

TEST_CASE("a line for the shell is one word", "[flock]") {
  setenv("SHELL", "/bin/some", 1);
  for (const Words& words : {Words{"f", "-c", "a b"},
                             {"f", "--command", "a b"},
                             {"-c", "a b", "f"}}) {
    CAPTURE(words);
    Read read(words);
    CHECK(!read.code);
    CHECK(read.options.file == "f");
    CHECK(read.command() == Words{"/bin/some", "-c", "a b"});
  }
  unsetenv("SHELL");
  CHECK(Read({"f", "-c", "x"}).command()[0] == "/bin/sh");
}

TEST_CASE("one word is a descriptor", "[flock]") {
  CHECK(Read({"-n", "9"}).options.descriptor == 9);
  CHECK(!Read({"9", "true"}).options.descriptor);
}

TEST_CASE("what flock refuses ends with 64", "[flock]") {
  for (const Words& words : {Words{},
                             {"-n"},
                             {"f"},
                             {"-1"},
                             {"-z", "f", "x"},
                             {"--nosuch", "f", "x"},
                             {"-w"},
                             {"-w", "x", "f", "x"},
                             {"-w", "", "f", "x"},
                             {"-w", "1s", "f", "x"},
                             {"-w", "-1", "f", "x"},
                             {"-w", "nan", "f", "x"},
                             {"-E", "256", "f", "x"},
                             {"-E", "-1", "f", "x"},
                             {"-E", "x", "f", "x"},
                             {"f", "-c"},
                             {"f", "-c", "a", "b"},
                             {"-c", "a", "f", "b"},
                             {"-oF", "f", "x"},
                             {"--no-fork=1", "f", "x"},
                             {"--no", "f", "x"}}) {
    CAPTURE(words);
    CHECK(Read(words).code == EX_USAGE);
  }
}

TEST_CASE("a lock belongs to what is open, not to the descriptor", "[flock]") {
  TempDir dir;
  UniqueFd one = open_lock_file(dir / "f");
  UniqueFd copy(dup(one.get()));
  UniqueFd other = open_lock_file(dir / "f");
  const Deadline now = Deadline::after(Duration::zero());
  CHECK(lock_of(one.get()) == std::nullopt);
  CHECK_FALSE(is_own_lock_listed());
  REQUIRE(take_lock(one.get(), FileLock::kExclusive, now));
  CHECK(lock_of(copy.get()) == FileLock::kExclusive);
  CHECK(lock_of(other.get()) == std::nullopt);
  CHECK(is_own_lock_listed());
  CHECK_FALSE(take_lock(other.get(), FileLock::kShared, now));
  one.reset();
  CHECK_FALSE(take_lock(other.get(), FileLock::kShared, now));
  copy.reset();
  CHECK(take_lock(other.get(), FileLock::kShared, now));
  CHECK(lock_of(other.get()) == FileLock::kShared);
  UniqueFd again = reopen(other.get());
  CHECK(take_lock(again.get(), FileLock::kShared, now));
  CHECK_FALSE(take_lock(again.get(), FileLock::kExclusive, now));
  release_lock(other.get());
  CHECK(lock_of(other.get()) == std::nullopt);
  again.reset();
  CHECK_FALSE(is_own_lock_listed());
}

TEST_CASE("a wait for a lock ends at its limit, and leaves SIGALRM as it was",
          "[flock]") {
  TempDir dir;
  UniqueFd one = open_lock_file(dir / "f");
  UniqueFd other = open_lock_file(dir / "f");
  REQUIRE(take_lock(one.get(), FileLock::kExclusive, Deadline::never()));
  signal(SIGALRM, SIG_IGN);
  const Deadline limit = Deadline::after(std::chrono::milliseconds(20));
  CHECK_FALSE(take_lock(other.get(), FileLock::kExclusive, limit));
  CHECK(limit.passed());
  CHECK(signal(SIGALRM, SIG_DFL) == SIG_IGN);
  itimerval timer = {};
  getitimer(ITIMER_REAL, &timer);
  CHECK(timer.it_value.tv_sec + timer.it_value.tv_usec == 0);
  one.reset();
  CHECK(take_lock(other.get(), FileLock::kExclusive,
                  Deadline::after(std::chrono::seconds(10))));
}

TEST_CASE("a file for a lock is made, and its path has no links", "[flock]") {
  TempDir dir;
  UniqueFd made = open_lock_file(dir / "f");
  REQUIRE(symlink("f", (dir / "link").c_str()) == 0);
  UniqueFd link = open_lock_file(dir / "link");
  CHECK(path_of(made.get()) == path_of(link.get()));
  CHECK(path_of(made.get()).ends_with("/f"));
  UniqueFd directory = open_lock_file(dir / ".");
  CHECK(path_of(directory.get()) + "/f" == path_of(made.get()));
  UniqueFd odd = open_lock_file(dir / "f (deleted)");
  CHECK(path_of(odd.get()) == path_of(made.get()) + " (deleted)");
  const std::string path = path_of(made.get());
  REQUIRE(rename((dir / "f (deleted)").c_str(), (dir / "f").c_str()) == 0);
  CHECK(path_of(made.get()) == path);
  CHECK(path_of(odd.get()) == path);
  REQUIRE(unlink((dir / "f").c_str()) == 0);
  CHECK(path_of(odd.get()) == path);
  int ends[2] = {};
  REQUIRE(pipe(ends) == 0);
  UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  CHECK_THROWS_AS(path_of(reader.get()), Failure);
  try {
    open_lock_file(dir / "no/f");
    FAIL("there is no such directory");
  } catch (const Failure& failure) {
    CHECK(failure.exit_code() == EX_NOINPUT);
  }
}

}  // namespace syncq
