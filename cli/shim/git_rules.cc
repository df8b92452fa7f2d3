#include "cli/shim/git_rules.h"

#include <algorithm>
#include <array>

namespace syncq::git_rules {
namespace {

using std::string_view_literals::operator""sv;
using enum Effect;

bool is_one_of(std::string_view word, ToolWords words) {
  return std::ranges::find(words, word) != words.end();
}

// Without the value of --NAME=VALUE.
std::string_view name_of(std::string_view option) {
  return option.substr(0, option.find('='));
}

// The options end at "--".
ToolWords before_dashes(ToolWords words) {
  auto dashes = std::ranges::find(words, "--"sv);
  return words.first(static_cast<std::size_t>(dashes - words.begin()));
}

bool has(ToolWords words, ToolWords options) {
  return std::ranges::any_of(before_dashes(words), [&](std::string_view word) {
    return is_one_of(name_of(word), options);
  });
}

// Whether -abc has one of these letters; the value of an option ends it.
bool has_letter(ToolWords words, std::string_view letters,
                std::string_view with_value) {
  return std::ranges::any_of(before_dashes(words), [&](std::string_view word) {
    if (word.size() < 2 || word[0] != '-' || word[1] == '-') return false;
    for (char c : word.substr(1)) {
      if (letters.find(c) != letters.npos) return true;
      if (with_value.find(c) != with_value.npos) return false;
    }
    return false;
  });
}

// Those of which the first word says it.
Effect by_first(ToolWords words, ToolWords reading, bool alone) {
  if (words.empty()) return alone ? kReads : kTurn;
  return is_one_of(words.front(), reading) ? kReads : kTurn;
}

}  // namespace

// -p and -i pick changes in a dialogue.
Effect pick(ToolWords words) {
  constexpr std::array kPicking = {"-p"sv, "--patch"sv, "-i"sv,
                                   "--interactive"sv};
  return has(words, kPicking) ? kPerson : kTurn;
}

// `git branch` and `git tag` list if all options are of listing, and no name is
// given without one of those that take names.
Effect list_refs(ToolWords words) {
  constexpr std::array kListing = {
      "-a"sv,          "--all"sv,         "-r"sv,           "--remotes"sv,
      "-v"sv,          "-vv"sv,           "--verbose"sv,    "-q"sv,
      "--sort"sv,      "--format"sv,      "--color"sv,      "--no-color"sv,
      "--column"sv,    "--no-column"sv,   "-i"sv,           "--abbrev"sv,
      "--no-abbrev"sv, "--ignore-case"sv, "--omit-empty"sv, "--show-current"sv};
  constexpr std::array kWithNames = {
      "-l"sv,       "--list"sv,      "--contains"sv, "--no-contains"sv,
      "--merged"sv, "--no-merged"sv, "--points-at"sv};
  bool named = false;
  bool listed = false;
  for (std::string_view word : words) {
    if (!word.starts_with('-')) {
      named = true;
    } else if (is_one_of(name_of(word), kWithNames)) {
      listed = true;
    } else if (!is_one_of(name_of(word), kListing)) {
      return kTurn;
    }
  }
  return named && !listed ? kTurn : kReads;
}

Effect tag(ToolWords words) {
  // -n lists, with 5 lines of each as -n5; -v verifies.
  if (!words.empty()) {
    const std::string_view first = words.front();
    const bool number = first.starts_with("-n") &&
                        first.find_first_not_of("0123456789", 2) == first.npos;
    if (number || first == "-v" || first == "--verify") return kReads;
  }
  return list_refs(words);
}

Effect stash(ToolWords words) {
  const Effect effect = by_first(words, std::array{"list"sv, "show"sv}, false);
  return effect == kTurn ? pick(words) : effect;
}
Effect notes(ToolWords words) {
  return by_first(words, std::array{"list"sv, "show"sv, "get-ref"sv}, true);
}
Effect remote(ToolWords words) {
  return by_first(
      words, std::array{"-v"sv, "--verbose"sv, "show"sv, "get-url"sv}, true);
}
Effect worktree(ToolWords words) {
  return by_first(words, std::array{"list"sv}, false);
}
Effect submodule(ToolWords words) {
  return by_first(words, std::array{"status"sv, "summary"sv}, true);
}
Effect bundle(ToolWords words) {
  return by_first(words, std::array{"verify"sv, "list-heads"sv}, false);
}
Effect rerere(ToolWords words) {
  return by_first(words, std::array{"status"sv, "diff"sv, "remaining"sv},
                  false);
}
Effect verified(ToolWords words) {
  return by_first(words, std::array{"verify"sv}, false);
}
Effect sparse_checkout(ToolWords words) {
  return by_first(words, std::array{"list"sv, "check-rules"sv}, false);
}

// `git reflog`, `git reflog show` and `git reflog HEAD`.
Effect reflog(ToolWords words) {
  constexpr std::array kChanging = {"expire"sv, "delete"sv, "drop"sv,
                                    "write"sv};
  return !words.empty() && is_one_of(words.front(), kChanging) ? kTurn : kReads;
}

// `run` calls a command many times, which may take hours.
Effect bisect(ToolWords words) {
  constexpr std::array kPast = {"run"sv, "view"sv,  "visualize"sv,
                                "log"sv, "terms"sv, "help"sv};
  return !words.empty() && is_one_of(words.front(), kPast) ? Effect::kPast
                                                           : kTurn;
}

// It locks the index in spite of GIT_OPTIONAL_LOCKS to look for changes.
Effect describe(ToolWords words) {
  return has(words, std::array{"--dirty"sv, "--broken"sv}) ? kTurn : kReads;
}

Effect symbolic_ref(ToolWords words) {
  const auto names = std::ranges::count_if(
      words, [](std::string_view word) { return !word.starts_with('-'); });
  const bool changes = has(words, std::array{"-d"sv, "--delete"sv, "-m"sv});
  return names == 1 && !changes ? kReads : kTurn;
}

// With one word more than the options, that is a name whose value is printed.
Effect config(ToolWords words) {
  constexpr std::array kReading = {
      "--get"sv,  "--get-all"sv,   "--get-regexp"sv,    "--get-urlmatch"sv,
      "--list"sv, "--get-color"sv, "--get-colorbool"sv, "-l"sv,
      "get"sv,    "list"sv};
  constexpr std::array kWithValue = {"-f"sv,     "--file"sv,    "--blob"sv,
                                     "--type"sv, "--default"sv, "--value"sv};
  constexpr std::array kEditing = {"-e"sv, "--edit"sv, "edit"sv};
  constexpr std::array kPlain = {
      "--global"sv,     "--system"sv,   "--local"sv,       "--worktree"sv,
      "--bool"sv,       "--int"sv,      "--bool-or-int"sv, "--path"sv,
      "--null"sv,       "-z"sv,         "--name-only"sv,   "--show-origin"sv,
      "--show-scope"sv, "--includes"sv, "--no-includes"sv};
  int names = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view option = name_of(words[i]);
    if (is_one_of(option, kReading)) return kReads;
    if (is_one_of(option, kEditing)) return kPerson;
    if (is_one_of(option, kWithValue)) {
      if (option == words[i]) ++i;
    } else if (!words[i].starts_with('-')) {
      ++names;
    } else if (!is_one_of(option, kPlain)) {
      return kTurn;
    }
  }
  return names == 1 ? kReads : kTurn;
}

Effect add(ToolWords words) {
  return has(words, std::array{"-e"sv, "--edit"sv}) ? kPerson : pick(words);
}

// An editor asks for the message unless that is given.
Effect commit(ToolWords words) {
  constexpr std::string_view kWithValue = "cCFmtuS";
  const bool asks =
      has(words, std::array{"-p"sv, "--patch"sv, "--interactive"sv, "-e"sv,
                            "--edit"sv, "--reedit-message"sv}) ||
      has_letter(words, "pec", "CFmtuS");
  const bool given =
      has(words, std::array{"--message"sv, "--file"sv, "--reuse-message"sv,
                            "--no-edit"sv, "--fixup"sv, "--dry-run"sv}) ||
      has_letter(words, "mFC", kWithValue);
  return asks || !given ? kPerson : kTurn;
}

}  // namespace syncq::git_rules
