// `syncq shim`: git and other tools through it, as people and hooks call them.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/harness/pty.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/shims.h"
#include "tests/e2e/harness/steps.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

// A tool that says how it was called, and fails.
constexpr const char* kOdd =
    "#!/bin/sh\nprintf '<%s>' \"$0\" \"$@\"; cat; echo \" $$\"; exit 3\n";

}  // namespace

TEST_CASE("shims are made, listed and removed") {
  Sandbox box;
  const std::string dir = box.path("home/.local/share/syncq/shims");
  Outcome made = box.sh("syncq shim git");
  CHECK(made.code() == 0);
  CHECK(made.out.empty());
  CHECK_THAT(made.err, Contains("export PATH=" + dir + ":\"$PATH\""));
  CHECK(box.sh("PATH=" + dir + ":$PATH syncq shim git").err.empty());
  // Behind the tool's own directory it is not found.
  CHECK_THAT(box.sh("PATH=$PATH:" + dir + " syncq shim git").err,
             Contains("export PATH="));
  CHECK_THAT(box.ok("syncq shim --list"), Contains("/usr/bin/git"));
  CHECK(box.ok("syncq shim --list -o json | jq -r .shims[0].path") ==
        dir + "/git");
  CHECK(box.ok("syncq shim --remove -o json | jq -r .shims[].name") == "git");
  CHECK(box.ok("syncq shim --list").empty());
  CHECK_FALSE(exists(dir + "/git"));
  CHECK(box.daemons_become(0));
}

TEST_CASE("what is no shim stays, and no shim is made of nothing") {
  Sandbox box;
  box.ok("mkdir d; echo mine >d/git");
  Outcome outcome = box.sh("syncq shim --dir d git");
  CHECK(outcome.code() == 1);
  CHECK_THAT(outcome.err, Contains("it is no shim"));
  CHECK(box.sh("syncq shim --dir d --remove git").code() == 1);
  CHECK(box.ok("cat d/git") == "mine");
  outcome = box.sh("syncq shim --dir d gti");
  CHECK(outcome.code() == 1);
  CHECK_THAT(outcome.err, Contains("there is no gti in PATH"));
  for (const char* words :
       {"", "--list git", "--list --remove", "a/b", "syncq", ".x", "''"}) {
    INFO(words);
    CHECK(box.sh(std::string("syncq shim --dir d ") + words).code() == 2);
  }
}

TEST_CASE("a shim becomes its tool, in a turn or past") {
  Sandbox box;
  add_tool(box, "npm", kOdd);
  use_shims(box, "npm");
  const std::string words = GENERATE("ci 'a b' '' --", "run 'a b' '' --");
  // The words, stdin, the process and the exit code.
  Outcome outcome = box.sh("echo $$; exec npm " + words + " < <(printf in)");
  CHECK(outcome.code() == 3);
  std::vector<std::string> lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 2);
  CHECK(lines[1] == "<" + box.path("tools/npm") + "><" + words.substr(0, 2) +
                        (words[0] == 'r' ? "n" : "") + "><a b><><-->in " +
                        lines[0]);
  CHECK(outcome.err.empty());
  // Read by a shell, as some programs do it.
  CHECK(box.sh("exec sh shims/npm " + words).code() == 3);
}

TEST_CASE("a signal reaches the tool of a shim") {
  Sandbox box;
  add_tool(box, "npm", "#!/bin/sh\ntouch runs; exec sleep 1000\n");
  use_shims(box, "npm");
  Process run = box.start("exec npm ci");
  REQUIRE(eventually([&] { return exists(box.path("runs")); }));
  run.signal(SIGTERM);
  CHECK(run.wait().signal() == SIGTERM);
}

TEST_CASE("a shim whose tool is gone ends with 127") {
  Sandbox box;
  add_tool(box, "npm", kOdd);
  use_shims(box, "npm");
  box.ok("rm tools/npm; ln -s /usr/bin/env tools/env");
  Outcome outcome = box.sh("PATH=$PWD/shims:$PWD/tools exec npm ci");
  CHECK(outcome.code() == 127);
  CHECK_THAT(outcome.err, Contains("there is no other npm in PATH"));
}

TEST_CASE("what changes a repository waits, from each of its worktrees") {
  Sandbox box;
  make_repository(box);
  box.ok("git -C repo worktree add -q ../linked");
  const std::string fifo = fifo_of_repository(box);
  Process holder = box.hold_turn(fifo);
  const std::string where = GENERATE("repo", "linked", "linked/deep");
  box.ok("mkdir -p " + where + " && touch " + where + "/new");
  Process add = box.start("cd " + where + "; exec git add new");
  REQUIRE(eventually([&] { return box.waiting(fifo) == 1; }));
  // What reads does not, nor what makes another repository.
  box.ok("cd " + where + "; git status; git log -1; git diff; git branch");
  box.ok("git clone -q repo copy; git init -q fresh; git -C fresh status");
  CHECK(add.running());
  box.let_go(holder);
  Outcome outcome = add.wait();
  CHECK(outcome.code() == 0);
  // Programs read what git says: nothing is told of the wait.
  CHECK(outcome.err.empty());
  CHECK_THAT(box.ok("git -C " + where + " status --short"), Contains("A  "));
  // Another repository has another line.
  box.ok("cd copy; git config user.name x; touch y; git add y");
}

TEST_CASE("without a repository, and to read, no daemon is needed") {
  Sandbox box;
  make_repository(box);
  box.ok("syncq daemon stop");
  box.ok(
      "git -C repo status; git -C repo diff; git clone -q repo copy; "
      "git init -q x; git config --global a.b c; git --version");
  CHECK(box.sh("exec git commit -m x").code() == 128);
  CHECK(box.daemons_become(0));
}

TEST_CASE("no reader takes a lock", "[slow]") {
  Sandbox box;
  if (!can_trace(box)) return;
  make_repository(box);
  box.ok(
      "cd repo; echo 1 >a; echo 2 >b; git add .; git commit -qm x; "
      "git tag v1; touch -d @1000 a b");
  for (const char* words : {"status",
                            "diff",
                            "diff HEAD",
                            "diff --quiet",
                            "stash list",
                            "difftool --no-prompt -x true",
                            "describe --always",
                            "branch -vv",
                            "tag -l",
                            "ls-files -m",
                            "grep 1",
                            "blame a",
                            "worktree list",
                            "submodule status",
                            "fsck",
                            "config user.name",
                            "log -1",
                            "remote -v",
                            "notes",
                            "reflog",
                            "archive -o ../a.tar HEAD",
                            "show",
                            "for-each-ref"}) {
    INFO(words);
    Outcome outcome =
        box.sh("cd repo; strace -f -o ../trace git " + std::string(words) +
               " </dev/null; grep -c '\\.lock\"' ../trace");
    CHECK(lines_of(outcome.out).back() == "0");
  }
  // Without the shim it would.
  box.ok("cd repo; strace -f -o ../trace /usr/bin/git diff");
  CHECK(box.ok("grep -c '\\.lock\"' trace") != "0");
}

TEST_CASE("a hook that calls git does not wait for itself") {
  Sandbox box;
  make_repository(box);
  // By its path: git itself has its own directory first in PATH for hooks.
  add_hook(box, "pre-commit",
           box.path("shims/git") + " add also; git add too; sh -c '" +
               box.path("shims/git") + " rev-parse HEAD' >/dev/null || true");
  box.ok("cd repo; touch also too one; git add one; git commit -qm all");
  CHECK(box.ok("git -C repo show --name-only --format= HEAD") ==
        "also\none\ntoo");
}

TEST_CASE("in a turn of one tool another's command takes none") {
  Sandbox box;
  make_repository(box);
  add_tool(box, "npm",
           "#!/bin/sh\ngit -C repo config core.hooksPath x && "
           "{ [ \"$2\" = again ] || npm ci again; }\n");
  use_shims(box, "npm");
  // Its holder may wait for npm's turn just now.
  Process holder = box.hold_turn(fifo_of_repository(box));
  CHECK(box.sh("exec npm ci").code() == 0);
  // A turn that has ended counts no more.
  Process late = box.start(
      "npm ci; exec env SYNCQ_SHIM=gone SYNCQ_TURNS='x ' git -C repo tag t");
  CHECK(eventually([&] { return box.waiting(fifo_of_repository(box)) == 1; }));
  box.let_go(holder);
  CHECK(late.wait().code() == 0);
}

TEST_CASE("in a turn by `syncq run` of the same line a shim does not wait") {
  Sandbox box;
  make_repository(box);
  box.ok("syncq run " + fifo_of_repository(box) + " -- git -C repo tag t");
  CHECK(box.ok("git -C repo tag") == "t");
}

TEST_CASE("without a daemon a shim says so and goes on") {
  Sandbox box;
  make_repository(box);
  box.ok("syncq daemon stop; touch repo/new");
  Outcome outcome = box.sh("SYNCQ_NO_SPAWN=1 exec git -C repo add new");
  CHECK(outcome.code() == 0);
  CHECK_THAT(outcome.err, Contains("git goes on without its turn: "));
  CHECK(box.ok("git -C repo status --short") == "A  new");
  CHECK(box.sh("SYNCQ_ENDPOINT=nonsense exec git -C repo tag x").code() == 0);
  CHECK(box.sh("unset HOME; SYNCQ_STATE_DIR= SYNCQ_SOCKET= exec git -C repo "
               "tag y")
            .code() == 0);
}

TEST_CASE("a command whose ticket is cancelled does not run") {
  Sandbox box;
  make_repository(box);
  const std::string fifo = fifo_of_repository(box);
  Process holder = box.hold_turn(fifo);
  Process tag = box.start("exec git -C repo tag never");
  REQUIRE(eventually([&] { return box.waiting(fifo) == 1; }));
  CHECK_THAT(box.ok("syncq fifo show " + fifo),
             Contains("git -C repo tag never"));
  box.ok("syncq fifo cancel --all " + fifo);
  CHECK(tag.wait().code() == 125);
  box.let_go(holder);
  CHECK(box.ok("git -C repo tag").empty());
}

TEST_CASE("nobody waits for a message that somebody writes at a terminal") {
  Sandbox box;
  make_repository(box);
  box.ok("cd repo; git commit -q --allow-empty -m first");
  const std::string fifo = fifo_of_repository(box);
  Process holder = box.hold_turn(fifo);
  box.env()["GIT_EDITOR"] = "echo written >";
  // A script's, too, has its turn.
  Process script = box.start("cd repo; exec git commit --allow-empty");
  REQUIRE(eventually([&] { return box.waiting(fifo) == 1; }));
  Terminal terminal(box);
  terminal.enter("cd repo; git commit --allow-empty -q; echo do\"ne\"");
  terminal.sees("done");
  CHECK(box.ok("git -C repo log --format=%s") == "written\nfirst\nbegin");
  box.let_go(holder);
  CHECK(script.wait().code() == 0);
}
