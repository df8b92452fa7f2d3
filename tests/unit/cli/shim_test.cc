#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "cli/base/failure.h"
#include "cli/flock/flock_name.h"
#include "cli/shim/package_call.h"
#include "cli/shim/shim_files.h"
#include "cli/shim/shim_path.h"
#include "cli/shim/tools.h"
#include "tests/unit/environment.h"
#include "tests/unit/files.h"
#include "tests/unit/temp_dir.h"

namespace syncq {
namespace {

using test::Environment;
using test::read_file;
using test::TempDir;
using test::write_file;
using Words = std::vector<std::string_view>;

void have_turns(std::string_view tool, const std::vector<Words>& lines) {
  for (const Words& words : lines) {
    CAPTURE(tool, words);
    CHECK(read_package_call(tool, words).effect == Effect::kTurn);
  }
}

void go_past(std::string_view tool, const std::vector<Words>& lines) {
  for (const Words& words : lines) {
    CAPTURE(tool, words);
    CHECK(read_package_call(tool, words).effect == Effect::kPast);
  }
}

void make_program(const std::string& path, const std::string& text = "") {
  std::filesystem::create_directories(
      std::filesystem::path(path).parent_path());
  write_file(path, text);
  chmod(path.c_str(), 0755);
}

}  // namespace

TEST_CASE("what changes packages has a turn", "[shim]") {
  have_turns("npm", {{"install"},
                     {"ci"},
                     {"i", "left-pad"},
                     {"--loglevel", "run", "install"},
                     {"--prefix", "web", "ci"},
                     {"-w", "start", "add", "x"},
                     {"--silent", "uninstall", "x"},
                     {"audit", "fix"},
                     {"pkg", "set", "a=b"},
                     {"install", "--", "--help"}});
  have_turns("pnpm", {{"i"}, {"-C", "run", "add", "x"}, {"-w", "add", "x"}});
  have_turns("yarn", {{},
                      {"--frozen-lockfile"},
                      {"add", "x"},
                      {"--cwd", "web", "install"},
                      {"workspace", "start", "add", "x"},
                      {"workspaces", "focus"},
                      {"global", "add", "x"}});
  have_turns("cargo", {{"add", "x"},
                       {"+nightly", "update"},
                       {"--config", "run", "fmt"},
                       {"install", "x"}});
  have_turns("pip", {{"install", "x"},
                     {"--quiet", "uninstall", "x"},
                     {"--timeout", "5", "install", "x"}});
}

TEST_CASE("scripts, servers and what reads packages go past", "[shim]") {
  go_past("npm", {{},
                  {"start"},
                  {"run", "install"},
                  {"run", "dev"},
                  {"test"},
                  {"exec", "add"},
                  {"ls"},
                  {"view", "install"},
                  {"audit"},
                  {"pkg", "get"},
                  {"install", "--help"},
                  {"--prefix", "install", "ls"},
                  {"--version"}});
  go_past("pnpm", {{}, {"dev"}, {"run", "add"}, {"-w", "run", "add"}});
  go_past("yarn", {{"dev"},
                   {"run", "add"},
                   {"--version", "why"},
                   {"workspace", "add", "dev"},
                   {"--help"},
                   {"workspaces", "list"},
                   {"global", "list"}});
  go_past("cargo", {{},
                    {"build"},
                    {"run", "install"},
                    {"test", "add"},
                    {"-C", "add", "tree"},
                    {"xtask"}});
  go_past("pip", {{}, {"list"}, {"show", "install"}, {"download", "x"}});
}

TEST_CASE("a package manager says where it works", "[shim]") {
  auto call = [](std::string_view tool, const Words& words) {
    return read_package_call(tool, words);
  };
  CHECK(call("npm", {"install"}).directory.empty());
  CHECK(call("npm", {"--prefix=web", "install"}).directory == "web");
  CHECK(call("npm", {"install", "--prefix", "web"}).directory == "web");
  CHECK(call("yarn", {"--cwd", "web"}).directory == "web");
  CHECK(call("cargo", {"add", "--manifest-path", "a/Cargo.toml"}).directory ==
        "a/");
  CHECK(call("cargo", {"add", "--manifest-path=Cargo.toml"}).directory.empty());
  CHECK_FALSE(call("npm", {"install"}).global);
  CHECK(call("npm", {"install", "-g", "x"}).global);
  CHECK(call("npm", {"--location=global", "install", "x"}).global);
  CHECK(call("yarn", {"global", "add", "x"}).global);
  CHECK(call("cargo", {"install", "x"}).global);
  CHECK_FALSE(call("cargo", {"add", "x"}).global);
}

TEST_CASE("a tool's line is that of its project", "[shim]") {
  Environment none({{"VIRTUAL_ENV", nullptr}, {"CONDA_PREFIX", nullptr}});
  TempDir dir;
  const std::string top = std::filesystem::canonical(dir.path());
  const auto cwd = std::filesystem::current_path();
  std::filesystem::create_directories(top + "/app/packages/one/src");
  std::filesystem::create_directories(top + "/empty");
  write_file(top + "/app/package.json", "{\"workspaces\": [\"packages/*\"]}");
  write_file(top + "/app/packages/one/package.json", "{}");
  auto line = [&](const char* at, std::string_view tool, const Words& words) {
    std::filesystem::current_path(top + at);
    std::string fifo = plan_call(tool, words).fifo;
    std::filesystem::current_path(cwd);
    return fifo;
  };
  const std::string app = name_of_path("node", top + "/app");
  CHECK(line("/app", "npm", {"ci"}) == app);
  CHECK(line("/app/packages/one/src", "npm", {"ci"}) == app);
  CHECK(line("/app/packages/one", "yarn", {}) == app);
  CHECK(line("/", "pnpm", {"-C", "app", "i"}) == app);
  CHECK(line("/app", "npm", {"start"}).empty());
  CHECK(line("/app", "npm", {"i", "-g", "x"}) == "shim:npm");
  CHECK(line("/empty", "npm", {"i"}) == name_of_path("node", top + "/empty"));
  // Without "workspaces" each is for itself.
  write_file(top + "/app/package.json", "{}");
  CHECK(line("/app/packages/one/src", "npm", {"ci"}) ==
        name_of_path("node", top + "/app/packages/one"));
  write_file(top + "/app/pnpm-workspace.yaml", "");
  CHECK(line("/app/packages/one/src", "pnpm", {"i"}) == app);

  write_file(top + "/app/Cargo.toml", "[workspace]\n");
  write_file(top + "/app/packages/one/Cargo.toml", "[package]\n");
  CHECK(line("/app/packages/one", "cargo", {"add", "x"}) ==
        name_of_path("cargo", top + "/app"));
  CHECK(line("/", "cargo",
             {"add", "--manifest-path", "app/packages/one/Cargo.toml"}) ==
        name_of_path("cargo", top + "/app"));
  CHECK(line("/empty", "cargo", {"add", "x"}).empty());
  CHECK(line("/empty", "cargo", {"install", "x"}) == "shim:cargo");

  CHECK(line("/app", "pip3", {"install", "x"}) == "shim:pip");
  setenv("VIRTUAL_ENV", (top + "/empty").c_str(), 1);
  CHECK(line("/app", "pip", {"install", "x"}) ==
        name_of_path("pip", top + "/empty"));

  CHECK(line("/app", "terraform", {"version"}) ==
        name_of_path("shim", "/terraform" + top + "/app"));
  CHECK(plan_call("terraform", Words{}).effect == Effect::kTurn);
}

TEST_CASE("outside of a repository git goes past", "[shim]") {
  Environment none({{"GIT_DIR", nullptr}, {"GIT_COMMON_DIR", nullptr}});
  TempDir dir;
  const std::string top = dir.path();
  const Words commit{"-C", top, "commit", "-m", "x"};
  CHECK(plan_call("git", commit).effect == Effect::kPast);
  std::filesystem::create_directories(top + "/.git/objects");
  std::filesystem::create_directories(top + "/.git/refs");
  write_file(top + "/.git/HEAD", "x");
  const Plan plan = plan_call("git", commit);
  CHECK(plan.effect == Effect::kTurn);
  CHECK(
      plan.fifo ==
      name_of_path("git", std::filesystem::canonical(top).string() + "/.git"));
  CHECK(plan_call("git", Words{"-C", top, "status"}).fifo.empty());
}

TEST_CASE("a shim's tool is the next in PATH", "[shim]") {
  TempDir dir;
  const std::string a = dir / "a";
  const std::string b = dir / "b";
  const std::string c = dir / "c";
  for (const std::string& each : {a, b, c}) make_program(each + "/tool");
  write_file(b + "/data", "");
  make_program(c + "/data");
  std::filesystem::create_directories(b + "/other");
  make_program(c + "/other");
  std::filesystem::create_directory_symlink(a, dir / "link");
  auto next = [&](const std::string& path, const char* name = "tool") {
    return next_in_path(name, a, path).value_or("none");
  };
  CHECK(next(a + ":" + b + ":" + c) == b + "/tool");
  CHECK(next(c + ":" + a + ":" + b) == b + "/tool");
  CHECK(next(b + ":" + c) == b + "/tool");
  CHECK(next(a + ":" + a + ":" + (dir / "link") + ":" + c) == c + "/tool");
  CHECK(next((dir / "link") + ":" + b) == b + "/tool");
  CHECK(next(b + ":" + a) == "none");
  CHECK(next(a) == "none");
  // Neither a file that can't be executed nor a directory.
  CHECK(next(a + ":" + b + ":" + c, "data") == c + "/data");
  CHECK(next(a + ":" + b + ":" + c, "other") == c + "/other");
  CHECK(first_in_path("tool", b + ":" + a) == b + "/tool");
}

TEST_CASE("a shim is made, known again, and removed", "[shim]") {
  TempDir dir;
  const std::string path = dir / "made/here/git";
  CHECK_FALSE(is_shim(path));
  make_shim(path, "/usr/bin/syncq");
  CHECK(is_shim(path));
  CHECK(access(path.c_str(), X_OK) == 0);
  CHECK(read_file(path).starts_with("#!/usr/bin/syncq __shim\n"));
  make_shim(path, "/opt/syncq");
  CHECK(read_file(path) == shim_text("/opt/syncq"));
  make_shim(dir / "made/here/npm", "/opt/syncq");
  make_program(dir / "made/here/foreign", "#!/bin/sh\n");
  CHECK(list_shims(dir / "made/here") ==
        std::vector<std::string>{"git", "npm"});
  remove_shim(path);
  CHECK(list_shims(dir / "made/here") == std::vector<std::string>{"npm"});
  CHECK(list_shims(dir / "none").empty());
  CHECK_THROWS_AS(remove_shim(path), Failure);
}

TEST_CASE("what is no shim is neither overwritten nor removed", "[shim]") {
  TempDir dir;
  const std::string path = dir / "git";
  make_program(path, "#!/usr/bin/syncq __shim\n# mine\n");
  CHECK_THROWS_AS(make_shim(path, "/usr/bin/syncq"), Failure);
  CHECK_THROWS_AS(remove_shim(path), Failure);
  CHECK(read_file(path) == "#!/usr/bin/syncq __shim\n# mine\n");
  // A link may lead to anything, one that leads to a shim as well.
  make_shim(dir / "real", "/usr/bin/syncq");
  std::filesystem::create_symlink(dir / "real", dir / "link");
  CHECK_THROWS_AS(make_shim(dir / "link", "/usr/bin/syncq"), Failure);
  CHECK_THROWS_AS(remove_shim(dir / "link"), Failure);
  // Nothing of the tries is left.
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) ==
        3);
}

TEST_CASE("a path that a first line can't have needs a shell", "[shim]") {
  for (const std::string& program :
       {std::string("/a b/syncq"), "/" + std::string(200, 'x') + "/syncq"}) {
    CHECK(shim_text(program).starts_with("#!/bin/sh\n# A shim of syncq"));
  }
  CHECK(shim_text("/a b/syncq").find("'/a b/syncq' __shim \"$0\" \"$@\"") !=
        std::string::npos);
}

TEST_CASE("the shims are where XDG has data", "[shim]") {
  Environment home({{"HOME", "/home/ann"}, {"XDG_DATA_HOME", nullptr}});
  CHECK(default_shim_directory() == "/home/ann/.local/share/syncq/shims");
  setenv("XDG_DATA_HOME", "relative", 1);
  CHECK(default_shim_directory() == "/home/ann/.local/share/syncq/shims");
  setenv("XDG_DATA_HOME", "/data", 1);
  CHECK(default_shim_directory() == "/data/syncq/shims");
  Environment homeless({{"HOME", nullptr}, {"XDG_DATA_HOME", nullptr}});
  CHECK_THROWS_AS(default_shim_directory(), Failure);
}

}  // namespace syncq
