#include "common/paths.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/unit/environment.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

using Catch::Matchers::StartsWith;
using Variables = Environment::Variables;

// A user with nothing but a home, and what `more` adds.
class User : public Environment {
 public:
  explicit User(const Variables& more = {}) : Environment(with(more)) {}

 private:
  static Variables with(const Variables& more) {
    Variables all = {{"HOME", "/home/u"},
                     {"SYNCQ_STATE_DIR", nullptr},
                     {"SYNCQ_SOCKET", nullptr},
                     {"XDG_STATE_HOME", nullptr},
                     {"XDG_RUNTIME_DIR", nullptr}};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
};

Paths find(const std::optional<std::string>& socket = {}) {
  Result<Paths> paths = find_paths(socket);
  REQUIRE(paths.ok());
  return *paths;
}

std::string short_dir() {
  return "/tmp/syncq-" + std::to_string(geteuid()) + "/";
}

// Where the socket is without an XDG_RUNTIME_DIR: a login may have made the
// usual one.
std::string fallback_dir() {
  std::string usual = "/run/user/" + std::to_string(geteuid());
  return std::filesystem::exists(usual) ? usual + "/syncq/" : short_dir();
}

TEST_CASE("A relative home is refused, and named") {
  User user;
  Environment home(Variables{{"HOME", "somewhere"}});
  Result<Paths> paths = find_paths({});
  REQUIRE_FALSE(paths.ok());
  CHECK_THAT(paths.refusal().message, Catch::Matchers::Contains("'somewhere'"));
  CHECK_THAT(paths.refusal().message, Catch::Matchers::Contains("absolute"));
}

TEST_CASE("The state lies under the home, XDG's place, or where it is told") {
  {
    User plain;
    CHECK(find().state_dir == "/home/u/.local/state/syncq");
    CHECK(find().store() == "/home/u/.local/state/syncq/syncq.db");
  }
  {
    User xdg(Variables{{"XDG_STATE_HOME", "/x/state"}});
    CHECK(find().state_dir == "/x/state/syncq");
  }
  {
    User told(
        Variables{{"XDG_STATE_HOME", "/x"}, {"SYNCQ_STATE_DIR", "/s/t/../q/"}});
    CHECK(find().state_dir == "/s/q");
  }
  {
    User relative(Variables{{"SYNCQ_STATE_DIR", "state"}});
    CHECK(find().state_dir ==
          (std::filesystem::current_path() / "state").string());
  }
}

// https://specifications.freedesktop.org/basedir-spec: "should consider the
// path invalid and ignore it".
TEST_CASE("A relative XDG path is ignored") {
  User user(Variables{{"XDG_STATE_HOME", "state"}, {"XDG_RUNTIME_DIR", "."}});
  CHECK(find().state_dir == "/home/u/.local/state/syncq");
  CHECK_THAT(find().socket, StartsWith(fallback_dir()));
}

TEST_CASE("Without a home the way out is told") {
  User homeless(Variables{{"HOME", nullptr}});
  Result<Paths> paths = find_paths({});
  REQUIRE_FALSE(paths.ok());
  CHECK_THAT(paths.refusal().message,
             Catch::Matchers::Contains("SYNCQ_STATE_DIR"));
}

TEST_CASE("The socket lies in the runtime directory if that is our own") {
  TempDir runtime;
  User user(Variables{{"XDG_RUNTIME_DIR", runtime.path().c_str()}});
  CHECK(find().socket == runtime / "syncq/home/u/.local/state/syncq.sock");
  CHECK_FALSE(find().socket_is_explicit);
  CHECK(find().socket == find().socket);

  std::string first = find().socket;
  Environment other(Variables{{"SYNCQ_STATE_DIR", "/other"}});
  CHECK(find().socket != first);
}

TEST_CASE("A runtime directory that others can write is not used") {
  TempDir runtime;
  std::filesystem::permissions(runtime.path(), std::filesystem::perms(0777));
  User user(Variables{{"XDG_RUNTIME_DIR", runtime.path().c_str()}});
  CHECK_THAT(find().socket, StartsWith(fallback_dir()));
}

TEST_CASE("A runtime directory of another user, or none, is not used") {
  User none;
  CHECK_THAT(find().socket, StartsWith(fallback_dir()));
  User missing(Variables{{"XDG_RUNTIME_DIR", "/no/such/dir"}});
  CHECK_THAT(find().socket, StartsWith(fallback_dir()));
  if (geteuid() == 0) {
    TempDir foreign;
    REQUIRE(chown(foreign.path().c_str(), 12345, 12345) == 0);
    User user(Variables{{"XDG_RUNTIME_DIR", foreign.path().c_str()}});
    CHECK_THAT(find().socket, StartsWith(fallback_dir()));
  }
}

TEST_CASE("A socket that is named is used, the option before the variable") {
  User user(Variables{{"SYNCQ_SOCKET", "/run/a.sock"}});
  CHECK(find().socket == "/run/a.sock");
  CHECK(find().socket_is_explicit);
  CHECK(find("/run/b.sock").socket == "/run/b.sock");
}

TEST_CASE("A named socket whose path does not fit is refused") {
  User user;
  std::string fits = "/" + std::string(kMaxSocketPath - 1, 'x');
  CHECK(find(fits).socket == fits);
  Result<Paths> longer = find_paths(fits + "x");
  REQUIRE_FALSE(longer);
  CHECK_THAT(longer.refusal().message, Catch::Contains("108 bytes"));
  User variable(Variables{{"SYNCQ_SOCKET", (fits + "x").c_str()}});
  CHECK_FALSE(find_paths(std::nullopt));
}

TEST_CASE(
    "A derived socket path that does not fit is replaced by a short one") {
  TempDir base;
  std::string runtime = base.path() + "/" + std::string(kMaxSocketPath, 'x');
  std::filesystem::create_directory(runtime);
  User user(Variables{{"XDG_RUNTIME_DIR", runtime.c_str()}});
  Paths hashed = find();
  CHECK(hashed.socket.size() <= kMaxSocketPath);
  CHECK_THAT(hashed.socket, StartsWith(short_dir()));
  CHECK(hashed.socket == find().socket);
  // Its directory has to be made.
  CHECK_FALSE(hashed.socket_is_explicit);
}

TEST_CASE("The config file lies under the home, XDG's place, or is named") {
  User user(Variables{{"SYNCQ_CONFIG", nullptr}, {"XDG_CONFIG_HOME", nullptr}});
  CHECK(find_config_path().path == "/home/u/.config/syncq/config.toml");
  CHECK_FALSE(find_config_path().is_explicit);
  {
    Environment xdg(Variables{{"XDG_CONFIG_HOME", "/x/config"}});
    CHECK(find_config_path().path == "/x/config/syncq/config.toml");
  }
  {
    Environment named(Variables{{"SYNCQ_CONFIG", "/c/../d.toml"}});
    CHECK(find_config_path().path == "/d.toml");
    CHECK(find_config_path().is_explicit);
  }
  {
    Environment none(Variables{{"SYNCQ_CONFIG", ""}});
    CHECK(find_config_path().path.empty());
    CHECK_FALSE(find_config_path().is_explicit);
  }
  {
    Environment homeless(Variables{{"HOME", nullptr}});
    CHECK(find_config_path().path.empty());
  }
}

TEST_CASE("The socket pointer gives the socket back") {
  TempDir dir;
  Paths paths;
  paths.state_dir = dir.path();
  CHECK_FALSE(read_socket_pointer(paths));
  std::ofstream(paths.socket_pointer()) << "";
  CHECK_FALSE(read_socket_pointer(paths));
  std::ofstream(paths.socket_pointer()) << "/run/x.sock\n";
  CHECK(read_socket_pointer(paths) == "/run/x.sock");
  std::ofstream(paths.socket_pointer()) << "/run/a\nb.sock\n";
  CHECK(read_socket_pointer(paths) == "/run/a\nb.sock");
}

}  // namespace
}  // namespace syncq::test
