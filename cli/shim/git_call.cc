#include "cli/shim/git_call.h"

#include <algorithm>
#include <array>

#include "cli/shim/git_effects.h"

namespace syncq {
namespace {

using std::string_view_literals::operator""sv;

// Before the command; git(1). The others have no value, or one after "=".
constexpr std::array kWithValue = {
    "-c"sv,          "--config-env"sv,  "--namespace"sv,
    "--work-tree"sv, "--attr-source"sv, "--super-prefix"sv};

// The value of an option as --NAME VALUE or --NAME=VALUE, which is then taken
// from the words.
std::optional<std::string_view> take_value(std::string_view name,
                                           ToolWords& words) {
  const std::string_view word = words.front();
  if (word == name && words.size() > 1) {
    const std::string_view value = words[1];
    words = words.subspan(2);
    return value;
  }
  if (word.size() > name.size() && word.starts_with(name) &&
      word[name.size()] == '=') {
    words = words.subspan(1);
    return word.substr(name.size() + 1);
  }
  return std::nullopt;
}

// As git goes from one to the next.
void enter(std::string& directory, std::string_view next) {
  if (next.starts_with('/') || directory.empty()) {
    if (!next.empty()) directory = next;
  } else if (!next.empty()) {
    directory.append("/").append(next);
  }
}

// Takes the option that comes first. False: it is none.
bool take_option(ToolWords& words, GitCall& call) {
  const std::string_view word = words.front();
  if (!word.starts_with('-')) return false;
  if (word == "-C" && words.size() > 1) {
    enter(call.directory, words[1]);
    words = words.subspan(2);
  } else if (auto dir = take_value("--git-dir", words)) {
    call.git_dir = *dir;
  } else {
    call.bare = call.bare || word == "--bare";
    const bool two = std::ranges::count(kWithValue, word) > 0;
    words = words.subspan(std::min<std::size_t>(two ? 2 : 1, words.size()));
  }
  return true;
}

// What prints something and runs no command.
bool only_prints(std::string_view option) {
  constexpr std::array kPrints = {
      "--version"sv,   "-v"sv,          "--help"sv,     "-h"sv,
      "--exec-path"sv, "--html-path"sv, "--man-path"sv, "--info-path"sv};
  return std::ranges::count(kPrints, option) > 0 ||
         option.starts_with("--list-cmds=");
}

}  // namespace

GitCall read_git_call(ToolWords words) {
  GitCall call;
  while (!words.empty()) {
    if (only_prints(words.front())) {
      call.effect = Effect::kPast;
      return call;
    }
    if (!take_option(words, call)) break;
  }
  call.effect = words.empty() ? Effect::kPast
                              : git_effect(words.front(), words.subspan(1));
  return call;
}

}  // namespace syncq
