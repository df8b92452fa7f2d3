#include "cli/synonyms.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "cli/base/text.h"
#include "cli/commands.h"

namespace syncq {
namespace {

// What only groups know needs no line here: `syncq kill` is answered with
// `syncq fifo kill` as it is.
constexpr std::array kSynonyms = {
    Synonym{"", "list", "ls"},
    Synonym{"", "add", "run|queue push"},
    Synonym{"", "create", "fifo new|queue new"},
    Synonym{"", "remove", "fifo rm|queue rm"},
    Synonym{"", "delete", "fifo rm|queue rm|queue delete"},
    Synonym{"fifo", "list", "fifo ls"},
    Synonym{"fifo", "status", "fifo show"},
    Synonym{"fifo", "inspect", "fifo show"},
    Synonym{"fifo", "create", "fifo new"},
    Synonym{"fifo", "add", "fifo new|fifo ticket"},
    Synonym{"fifo", "remove", "fifo rm"},
    Synonym{"fifo", "delete", "fifo rm"},
    Synonym{"fifo", "unpause", "fifo resume"},
    Synonym{"queue", "list", "queue ls"},
    Synonym{"queue", "status", "queue show"},
    Synonym{"queue", "inspect", "queue show"},
    Synonym{"queue", "create", "queue new"},
    Synonym{"queue", "add", "queue new|queue push"},
    Synonym{"queue", "put", "queue push"},
    Synonym{"queue", "enqueue", "queue push"},
    Synonym{"queue", "get", "queue pop|queue peek"},
    Synonym{"queue", "dequeue", "queue pop"},
    Synonym{"queue", "clear", "queue purge"},
    Synonym{"queue", "remove", "queue rm|queue delete"},
    Synonym{"queue", "unpause", "queue resume"},
    Synonym{"daemon", "log", "daemon logs"},
};

const Synonym* find_synonym(std::string_view group, std::string_view word) {
  for (const Synonym& each : kSynonyms) {
    if (each.group == group && each.word == word) return &each;
  }
  return nullptr;
}

// "`syncq a` or `syncq b`" of "a|b".
std::string choice_text(std::string_view meant) {
  std::string text;
  for (;;) {
    std::size_t end = meant.find('|');
    text += fmt::format("`syncq {}`", meant.substr(0, end));
    if (end == meant.npos) return text;
    meant.remove_prefix(end + 1);
    text += meant.find('|') == meant.npos ? " or " : ", ";
  }
}

// The commands of groups that have this name: "fifo pause|queue pause".
std::string in_groups(std::string_view word) {
  std::string meant;
  for (std::string_view group : {"fifo", "queue", "daemon"}) {
    const Command* command = find_command(group, word);
    if (command == nullptr || command->summary.empty()) continue;
    meant += (meant.empty() ? "" : "|") + words_of(*command);
  }
  return meant;
}

// A name that is nearly this one.
std::string nearly(std::string_view group, std::string_view word) {
  std::vector<std::string_view> names;
  for (const Command& command : all_commands()) {
    if (command.summary.empty()) continue;
    if (command.group == group) names.push_back(command.name);
    if (group.empty()) names.push_back(command.group);
  }
  std::erase(names, "");
  if (group.empty()) names.push_back("help");
  std::string_view name = nearest(word, names);
  if (name.empty() || group.empty()) return std::string(name);
  return fmt::format("{} {}", group, name);
}

}  // namespace

std::span<const Synonym> all_synonyms() { return kSynonyms; }

std::string_view same_as(std::string_view group, std::string_view word) {
  const Synonym* synonym = find_synonym(group, word);
  if (synonym == nullptr || synonym->meant.find('|') != word.npos) return {};
  return synonym->meant;
}

std::string unknown_command(std::string_view group, std::string_view word) {
  const Synonym* synonym = find_synonym(group, word);
  std::string meant(synonym == nullptr ? "" : synonym->meant);
  if (meant.empty() && group.empty()) meant = in_groups(word);
  if (meant.empty()) meant = nearly(group, word);
  std::string space(group.empty() ? "" : " ");
  std::string known =
      meant.empty() ? fmt::format("`syncq help{}{}` lists all", space, group)
                    : fmt::format("did you mean {}?", choice_text(meant));
  return fmt::format("there is no command '{}{}{}'; {}", group, space, word,
                     known);
}

}  // namespace syncq
