#include "cli/shim/package_call.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

namespace syncq {
namespace {

using std::string_view_literals::operator""sv;

bool is_one_of(std::string_view word, ToolWords words) {
  return std::ranges::find(words, word) != words.end();
}

struct Manager {
  std::string_view name;
  // Its commands that have a turn, by all their names. "" stands for none.
  ToolWords changing;
  // Options that may stand before it and whose value is the next word.
  ToolWords with_value;
};

constexpr std::array kNpm = {"install"sv,
                             "i"sv,
                             "in"sv,
                             "ins"sv,
                             "inst"sv,
                             "insta"sv,
                             "instal"sv,
                             "add"sv,
                             "ci"sv,
                             "clean-install"sv,
                             "ic"sv,
                             "install-clean"sv,
                             "install-test"sv,
                             "it"sv,
                             "install-ci-test"sv,
                             "cit"sv,
                             "uninstall"sv,
                             "unlink"sv,
                             "remove"sv,
                             "rm"sv,
                             "r"sv,
                             "un"sv,
                             "update"sv,
                             "up"sv,
                             "upgrade"sv,
                             "dedupe"sv,
                             "ddp"sv,
                             "prune"sv,
                             "rebuild"sv,
                             "rb"sv,
                             "link"sv,
                             "ln"sv,
                             "shrinkwrap"sv,
                             "audit fix"sv,
                             "pkg set"sv,
                             "pkg delete"sv,
                             "pkg fix"sv,
                             "version"sv};
constexpr std::array kPnpm = {
    "install"sv,      "i"sv,      "add"sv,          "update"sv,      "up"sv,
    "upgrade"sv,      "remove"sv, "rm"sv,           "uninstall"sv,   "un"sv,
    "link"sv,         "ln"sv,     "unlink"sv,       "dislink"sv,     "import"sv,
    "rebuild"sv,      "rb"sv,     "prune"sv,        "dedupe"sv,      "fetch"sv,
    "install-test"sv, "it"sv,     "patch-commit"sv, "patch-remove"sv};
constexpr std::array kYarn = {""sv,
                              "install"sv,
                              "add"sv,
                              "remove"sv,
                              "upgrade"sv,
                              "up"sv,
                              "link"sv,
                              "unlink"sv,
                              "dedupe"sv,
                              "import"sv,
                              "rebuild"sv,
                              "autoclean"sv,
                              "unplug"sv,
                              "set version"sv,
                              "plugin import"sv,
                              "plugin remove"sv,
                              "patch-commit"sv,
                              "workspaces focus"sv};
// It waits by itself for another one that builds.
constexpr std::array kCargo = {
    "add"sv,      "remove"sv, "rm"sv,  "update"sv, "generate-lockfile"sv,
    "vendor"sv,   "fix"sv,    "fmt"sv, "clean"sv,  "install"sv,
    "uninstall"sv};

constexpr std::array kPip = {"install"sv, "uninstall"sv};

// Options whose value is the project's directory, or a file there.
constexpr std::array kDirectories = {"--prefix"sv, "-C"sv, "--dir"sv, "--cwd"sv,
                                     "--manifest-path"sv};
// The others have a flag -w, or none.
constexpr std::array kNpmValues = {
    "--prefix"sv,   "-C"sv,         "-w"sv,        "--workspace"sv,
    "--loglevel"sv, "--registry"sv, "--cache"sv,   "--userconfig"sv,
    "--location"sv, "--omit"sv,     "--include"sv, "--tag"sv};
constexpr std::array kOtherValues = {"--dir"sv,     "-C"sv, "--cwd"sv,
                                     "--filter"sv,  "-F"sv, "--loglevel"sv,
                                     "--registry"sv};
constexpr std::array kCargoValues = {"-C"sv, "--config"sv, "--color"sv, "-Z"sv,
                                     "--manifest-path"sv};

constexpr std::array kPipValues = {
    "--log"sv,           "--proxy"sv,      "--retries"sv,      "--timeout"sv,
    "--python"sv,        "--cert"sv,       "--trusted-host"sv, "--cache-dir"sv,
    "--exists-action"sv, "--client-cert"sv};

constexpr std::array kManagers = {
    Manager{"npm", kNpm, kNpmValues},
    Manager{"pnpm", kPnpm, kOtherValues},
    Manager{"yarn", kYarn, kOtherValues},
    Manager{"cargo", kCargo, kCargoValues},
    Manager{"pip", kPip, kPipValues},
};

// The words of a command line that are neither options nor their values, and
// what the options say.
struct Line {
  std::vector<std::string_view> names;
  bool helps = false;
  bool global = false;
  std::string_view directory;
};

void note(std::string_view option, std::string_view value, Line& line) {
  if (is_one_of(option, kDirectories)) line.directory = value;
  line.helps = line.helps || option == "-h" || option == "--help";
  line.global = line.global || option == "-g" || option == "--global" ||
                (option == "--location" && value == "global");
}

Line read_words(const Manager& manager, ToolWords words) {
  Line line;
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const std::string_view word = words[i];
    const std::size_t equals = word.find('=');
    // cargo's toolchain, "+nightly".
    if (word.starts_with('+')) continue;
    if (!word.starts_with('-')) {
      line.names.push_back(word);
    } else if (equals != word.npos) {
      note(word.substr(0, equals), word.substr(equals + 1), line);
    } else if (is_one_of(word, manager.with_value) && i + 1 < words.size()) {
      note(word, words[++i], line);
    } else {
      note(word, "", line);
    }
  }
  return line;
}

// The command of yarn that `global` or `workspace NAME` stand before.
void look_behind(Line& line) {
  if (line.names.empty()) return;
  const std::string_view first = line.names.front();
  line.global = line.global || first == "global";
  const std::size_t prefix = first == "global"      ? 1
                             : first == "workspace" ? 2
                                                    : 0;
  line.names.erase(line.names.begin(),
                   line.names.begin() + static_cast<std::ptrdiff_t>(std::min(
                                            prefix, line.names.size())));
}

bool is_changing(const Manager& manager, const Line& line) {
  if (line.names.empty()) return is_one_of("", manager.changing);
  std::string name(line.names[0]);
  if (is_one_of(name, manager.changing)) return true;
  if (line.names.size() < 2) return false;
  return is_one_of(name.append(" ").append(line.names[1]), manager.changing);
}

}  // namespace

PackageCall read_package_call(std::string_view tool, ToolWords words) {
  const auto* manager = std::ranges::find(kManagers, tool, &Manager::name);
  assert(manager != kManagers.end());
  Line line = read_words(*manager, words);
  if (tool == "yarn") look_behind(line);
  PackageCall call;
  if (line.helps || !is_changing(*manager, line)) return call;
  call.effect = Effect::kTurn;
  call.global = line.global || (tool == "cargo" && !line.names.empty() &&
                                line.names[0].ends_with("install"));
  call.directory = line.directory;
  if (std::string_view file = "Cargo.toml"; call.directory.ends_with(file)) {
    call.directory.resize(call.directory.size() - file.size());
  }
  return call;
}

}  // namespace syncq
