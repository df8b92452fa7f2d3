#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "cli/shim/git_call.h"
#include "cli/shim/git_directory.h"
#include "cli/shim/reading.h"
#include "common/environment.h"
#include "tests/unit/environment.h"
#include "tests/unit/files.h"
#include "tests/unit/temp_dir.h"

namespace syncq {
namespace {

using test::Environment;
using test::TempDir;
using test::write_file;

// The words of a line without quotes.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t space = std::min(line.find(' '), line.size());
    if (space > 0) words.push_back(line.substr(0, space));
    line.remove_prefix(std::min(space + 1, line.size()));
  }
  return words;
}

GitCall call_of(std::string_view line) { return read_git_call(words_of(line)); }

void all_are(Effect effect, std::initializer_list<const char*> lines) {
  for (const char* line : lines) {
    INFO("git " << line);
    CHECK(call_of(line).effect == effect);
  }
}

// What the layout of a repository is made of.
void make_git_dir(const std::string& path) {
  std::filesystem::create_directories(path + "/objects");
  std::filesystem::create_directories(path + "/refs");
  write_file(path + "/HEAD", "ref: refs/heads/main\n");
}

std::string found_in(const std::string& directory, GitCall call = {}) {
  call.directory =
      directory + (call.directory.empty() ? "" : "/") + call.directory;
  return common_git_dir(call);
}

}  // namespace

TEST_CASE("what git reads goes past", "[shim]") {
  all_are(Effect::kReads, {"status",
                           "status --porcelain=v2 -z",
                           "-C dir -c k=v status",
                           "-C dir -C other --no-pager log -1",
                           "--git-dir=x.git log",
                           "--git-dir x.git --work-tree w diff",
                           "-c alias.commit=x -p show HEAD",
                           "--namespace n --config-env=a=B rev-parse HEAD",
                           "--config-env a=B --bare cat-file -p HEAD",
                           "--attr-source x check-attr -a f",
                           "ls-files -m",
                           "describe --always",
                           "describe -- --dirty",
                           "grep commit",
                           "blame f",
                           "for-each-ref",
                           "fsck",
                           "branch",
                           "branch -a -vv",
                           "branch --list x*",
                           "branch --contains HEAD --sort=-committerdate",
                           "branch --show-current",
                           "tag",
                           "tag -l v1*",
                           "tag -n5",
                           "tag -n",
                           "tag -v v1",
                           "tag --points-at HEAD",
                           "stash list",
                           "stash show -p",
                           "remote",
                           "remote -v",
                           "remote get-url origin",
                           "worktree list --porcelain",
                           "config user.name",
                           "config --get-all a.b",
                           "config --global user.name",
                           "config -f x --list",
                           "config -f x a.b",
                           "config --file=x --type bool a.b",
                           "config get a.b",
                           "reflog",
                           "reflog show main",
                           "reflog HEAD",
                           "notes",
                           "notes show HEAD",
                           "submodule",
                           "submodule status",
                           "symbolic-ref HEAD",
                           "symbolic-ref -q --short HEAD",
                           "bundle verify x",
                           "sparse-checkout list"});
}

TEST_CASE("what git changes, and what is not known, has a turn", "[shim]") {
  all_are(Effect::kTurn, {"add .",
                          "add -A -- -p",
                          "-C dir add f",
                          "-c core.editor=status commit -m x",
                          "--git-dir=x commit --message=x",
                          "commit -am status",
                          "commit -qm x",
                          "commit --amend --no-edit",
                          "commit -F log",
                          "commit -C HEAD",
                          "commit --fixup=HEAD",
                          "commit --dry-run",
                          "checkout main",
                          "switch main",
                          "worktree add ../x",
                          "worktree prune",
                          "fetch",
                          "pull --rebase",
                          "push -u origin x",
                          "merge x",
                          "rebase main",
                          "reset --hard",
                          "stash",
                          "stash push -m list",
                          "stash pop",
                          "branch new",
                          "branch -v new",
                          "branch -d old",
                          "branch -D old --list",
                          "branch -f x y",
                          "branch --set-upstream-to=origin/x",
                          "tag v1",
                          "tag -d v1",
                          "tag -a v1 -m x",
                          "tag -nx",
                          "remote add o u",
                          "remote update",
                          "config user.name me",
                          "config --unset user.name",
                          "config --unset user.name x",
                          "config --add a.b",
                          "config set a.b c",
                          "config",
                          "reflog expire --all",
                          "notes add -m x",
                          "submodule update",
                          "submodule foreach git status",
                          "symbolic-ref HEAD refs/heads/x",
                          "symbolic-ref -d HEAD",
                          "describe --dirty",
                          "describe --dirty=-x HEAD",
                          "write-tree",
                          "update-index --refresh",
                          "gc",
                          "bisect start",
                          "bundle create x HEAD",
                          "st",
                          "lg --oneline",
                          "lfs pull",
                          "flow feature start status",
                          "--nonsense status-of"});
}

TEST_CASE("a command in which somebody may work", "[shim]") {
  all_are(Effect::kPerson, {"commit",
                            "commit -a",
                            "commit -v --amend",
                            "commit -m x -e",
                            "commit -pm x",
                            "commit -c HEAD",
                            "commit -t m -a",
                            "commit --patch -m x",
                            "commit -- -m",
                            "commit -S",
                            "add -p",
                            "add -i",
                            "add --edit",
                            "rebase -i main",
                            "checkout -p",
                            "restore --patch f",
                            "reset -p",
                            "stash -p",
                            "stash push --patch",
                            "clean -i",
                            "config --global --edit"});
}

TEST_CASE("git makes a repository, serves, prints or helps without a turn",
          "[shim]") {
  all_are(Effect::kPast, {"",
                          "--version",
                          "--help",
                          "help commit",
                          "--exec-path",
                          "-C x --version",
                          "commit --help",
                          "commit -h",
                          "clone u d",
                          "-c a=b clone u",
                          "init",
                          "daemon --reuseaddr",
                          "gui",

                          "mergetool",
                          "bisect run make",
                          "bisect log",
                          "send-email x",
                          "version",
                          "upload-pack .",
                          "credential fill",
                          "-C",
                          "-c"});
  CHECK(call_of("commit -m -h").effect != Effect::kPast);
}

TEST_CASE("each -C leads on from the directory before it", "[shim]") {
  CHECK(call_of("status").directory.empty());
  CHECK(call_of("-C a status").directory == "a");
  CHECK(call_of("-C a -C b status").directory == "a/b");
  CHECK(call_of("-C a -C /b -C c status").directory == "/b/c");
  CHECK(call_of("log -C x").directory.empty());
  GitCall call = call_of("-C a --git-dir=g commit");
  CHECK(call.git_dir == "g");
  CHECK(call_of("--git-dir g commit").git_dir == "g");
  CHECK(call_of("commit --git-dir=g").git_dir == std::nullopt);
  CHECK(call_of("--bare commit").bare);
}

TEST_CASE("all worktrees of a repository share its directory", "[shim]") {
  Environment none({{"GIT_DIR", nullptr}, {"GIT_COMMON_DIR", nullptr}});
  TempDir dir;
  const std::string top = std::filesystem::canonical(dir.path());
  make_git_dir(top + "/main/.git");
  std::filesystem::create_directories(top + "/main/a/b");
  const std::string common = top + "/main/.git";
  CHECK(found_in(top + "/main") == common);
  CHECK(found_in(top + "/main/a/b") == common);
  CHECK(found_in(top + "/main/.git/refs") == common);
  CHECK(found_in(top).empty());
  CHECK(found_in(top + "/missing").empty());

  // As `git worktree add ../linked` lays it out.
  const std::string own = common + "/worktrees/linked";
  std::filesystem::create_directories(own);
  write_file(own + "/HEAD", "ref: refs/heads/x\n");
  write_file(own + "/commondir", "../..\n");
  std::filesystem::create_directories(top + "/linked/deep");
  write_file(top + "/linked/.git", "gitdir: " + own + "\n");
  CHECK(found_in(top + "/linked/deep") == common);
  std::filesystem::create_directory_symlink(top + "/linked", top + "/link");
  CHECK(found_in(top + "/link") == common);

  // A submodule is a repository of its own.
  make_git_dir(common + "/modules/sub");
  std::filesystem::create_directories(top + "/main/sub");
  write_file(top + "/main/sub/.git", "gitdir: ../.git/modules/sub\n");
  CHECK(found_in(top + "/main/sub") == common + "/modules/sub");

  make_git_dir(top + "/bare.git");
  CHECK(found_in(top + "/bare.git") == top + "/bare.git");
  CHECK(found_in(top + "/bare.git/refs") == top + "/bare.git");
  GitCall named;
  named.git_dir = "bare.git";
  CHECK(found_in(top, named) == top + "/bare.git");
  named.git_dir = "main/.git";
  CHECK(found_in(top, named) == common);
  named.git_dir = "none";
  CHECK(found_in(top + "/main", named).empty());
  GitCall bare;
  bare.bare = true;
  CHECK(found_in(top + "/main", bare).empty());
  CHECK(found_in(common, bare) == common);

  setenv("GIT_DIR", (top + "/bare.git").c_str(), 1);
  CHECK(found_in(top + "/main") == top + "/bare.git");
  CHECK(found_in(top, named).empty());
  setenv("GIT_COMMON_DIR", common.c_str(), 1);
  CHECK(found_in(top) == common);
}

TEST_CASE("what is no repository is passed over on the way up", "[shim]") {
  Environment none({{"GIT_DIR", nullptr}, {"GIT_COMMON_DIR", nullptr}});
  TempDir dir;
  const std::string top = std::filesystem::canonical(dir.path());
  make_git_dir(top + "/.git");
  std::filesystem::create_directories(top + "/a/.git");
  std::filesystem::create_directories(top + "/b");
  write_file(top + "/b/.git", "nonsense\n");
  CHECK(found_in(top + "/a") == top + "/.git");
  CHECK(found_in(top + "/b") == top + "/.git");
}

TEST_CASE("a reader is told to take no lock, and keeps what it was told",
          "[shim]") {
  Environment before({{"GIT_OPTIONAL_LOCKS", nullptr},
                      {"GIT_CONFIG_COUNT", nullptr},
                      {"GIT_CONFIG_KEY_0", nullptr},
                      {"GIT_CONFIG_VALUE_0", nullptr},
                      {"GIT_CONFIG_KEY_2", nullptr},
                      {"GIT_CONFIG_VALUE_2", nullptr}});
  keep_from_locking();
  CHECK(env("GIT_OPTIONAL_LOCKS") == "0");
  CHECK(env("GIT_CONFIG_COUNT") == "1");
  CHECK(env("GIT_CONFIG_KEY_0") == "diff.autoRefreshIndex");
  CHECK(env("GIT_CONFIG_VALUE_0") == "false");
  setenv("GIT_OPTIONAL_LOCKS", "1", 1);
  setenv("GIT_CONFIG_COUNT", "2", 1);
  keep_from_locking();
  CHECK(env("GIT_OPTIONAL_LOCKS") == "1");
  CHECK(env("GIT_CONFIG_COUNT") == "3");
  CHECK(env("GIT_CONFIG_KEY_2") == "diff.autoRefreshIndex");
  // git itself says what is wrong with it.
  setenv("GIT_CONFIG_COUNT", "x", 1);
  keep_from_locking();
  CHECK(env("GIT_CONFIG_COUNT") == "x");
}

}  // namespace syncq
