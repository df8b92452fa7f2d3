#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/client/print_reply.h"
#include "cli/options/command_line.h"
#include "cli/shim/shim_command.h"
#include "cli/shim/shim_files.h"
#include "cli/shim/shim_path.h"
#include "cli/shim/tools.h"
#include "common/environment.h"

namespace syncq {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kShimHelp =
    "A shim is a small program with the name of a tool, in a directory that "
    "comes first in\nPATH. It becomes the tool, and before that takes a turn "
    "if "
    "the command line changes\nsomething: in a line of the repository for git "
    "(one for all its worktrees), of the\nproject for npm, pnpm, yarn and "
    "cargo, of the environment for pip, and of the working\ndirectory for any "
    "other. What reads or runs on, such as `git status` or `npm start`,\ngoes "
    "past, and so do the hooks and scripts of a command that has its turn.\n\n"
    "Examples:\n"
    "  syncq shim git npm            make two, and tell what PATH needs\n"
    "  syncq shim --list\n"
    "  syncq shim --remove npm       all of them without a name\n"
    "  syncq ps                      who has a turn, who waits\n\n"
    "Exit codes: 0; 1 failed, or a file that is no shim is in the way; 2 "
    "usage\nWhich command lines have a turn: syncq-shim(1).\n";

constexpr std::string_view kShimCommand = "syncq shim";

struct Options {
  ClientOptions client;
  std::vector<std::string> tools;
  std::string directory;
  bool list = false;
  bool remove = false;
};

struct Made {
  std::string name;
  std::string path;
  std::string program;  // what it runs; "" if there is none
};

std::string path_of(const Options& options, const std::string& tool) {
  return options.directory + "/" + tool;
}

// With the shims' directory first in PATH, as it is to be.
Made look_at(const Options& options, const std::string& tool) {
  const std::string path = options.directory + ":" + std::string(env("PATH"));
  return {tool, path_of(options, tool),
          next_in_path(tool, options.directory, path).value_or("")};
}

void print_all(const Options& options, const std::vector<Made>& all) {
  if (options.client.json()) {
    auto list = nlohmann::ordered_json::array();
    for (const Made& each : all) {
      nlohmann::ordered_json program = each.program;
      if (each.program.empty()) program = nullptr;
      list.push_back(
          {{"name", each.name}, {"path", each.path}, {"runs", program}});
    }
    print_json({{"directory", options.directory}, {"shims", list}});
  } else if (options.list && !all.empty()) {
    Table table({"NAME", "RUNS"});
    for (const Made& each : all) table.row({each.name, each.program});
    print(table.for_stdout(true));
  }
}

// syncq as PATH has it, if that is this program: an upgrade may put another one
// there. Else the program's own path.
std::string own_program() {
  constexpr const char* kSelf = "/proc/self/exe";
  std::error_code failed;
  const auto found = first_in_path("syncq", env("PATH"));
  if (found && found->starts_with('/') &&
      fs::equivalent(*found, kSelf, failed)) {
    return *found;
  }
  return fs::read_symlink(kSelf);
}

bool can_be_tool(std::string_view name) {
  return !name.empty() && name.find('/') == name.npos && name[0] != '.' &&
         name[0] != '-' && name != "syncq";
}

// What PATH needs for the shims to be found.
void tell_path(const Options& options, const std::vector<Made>& made) {
  const bool found = std::ranges::all_of(made, [](const Made& each) {
    std::error_code failed;
    const auto first = first_in_path(each.name, env("PATH"));
    return first && fs::equivalent(*first, each.path, failed);
  });
  if (found) return;
  say(
      fmt::format("for the shims to be found first, put this into your "
                  "shell's profile: export PATH={}:\"$PATH\"",
                  shell_line({options.directory})));
}

int make_all(const Options& options) {
  std::vector<Made> made;
  for (const std::string& tool : options.tools) {
    Made shim = look_at(options, tool);
    if (shim.program.empty()) {
      throw Failure(fmt::format(
          "there is no {} in PATH for a shim to run; install it first", tool));
    }
    make_shim(shim.path, own_program());
    made.push_back(std::move(shim));
  }
  print_all(options, made);
  tell_path(options, made);
  return kExitOk;
}

int remove_all(const Options& options) {
  std::vector<Made> removed;
  for (const std::string& tool :
       options.tools.empty() ? list_shims(options.directory) : options.tools) {
    removed.push_back(look_at(options, tool));
    remove_shim(removed.back().path);
  }
  print_all(options, removed);
  return kExitOk;
}

int list_all(const Options& options) {
  std::vector<Made> all;
  for (const std::string& tool : list_shims(options.directory)) {
    all.push_back(look_at(options, tool));
  }
  print_all(options, all);
  return kExitOk;
}

std::string complaint(const Options& options) {
  if (options.list && options.remove) return "give --list or --remove";
  if (options.list && !options.tools.empty()) {
    return "--list lists all shims: leave the names out";
  }
  if (options.tools.empty() && !options.list && !options.remove) {
    return "say for which tools, as in `syncq shim git npm`";
  }
  for (const std::string& tool : options.tools) {
    if (!can_be_tool(tool)) {
      return fmt::format("'{}' can't be the name of a tool", tool);
    }
  }
  return {};
}

}  // namespace

int shim_command(Arguments arguments) {
  Options options;
  const auto known = known_tools();
  CommandLine line("syncq shim [OPTIONS] TOOL...",
                   "Have tools that run side by side take turns.");
  line.any_words("TOOL", options.tools, "git, npm, or any other program",
                 {known.begin(), known.end()});
  line.option("--dir", options.directory,
              "Where the shims are (default: ~/.local/share/syncq/shims)",
              "FILE");
  line.flag("--list", options.list, "List the shims, and what they run");
  line.flag("--remove", options.remove, "Remove them, or all there are");
  line.output(options.client);
  line.footer(kShimHelp);
  if (auto code = line.parse(arguments)) return *code;
  if (std::string wrong = complaint(options); !wrong.empty()) {
    return usage_error(kShimCommand, wrong);
  }
  options.directory =
      options.directory.empty()
          ? default_shim_directory()
          : fs::absolute(options.directory).lexically_normal().string();
  if (options.list) return list_all(options);
  return options.remove ? remove_all(options) : make_all(options);
}

}  // namespace syncq
