#include "cli/completion/shell_offers.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/base/number.h"
#include "cli/base/text.h"
#include "cli/completion/shell_words.h"
#include "common/characters.h"

namespace syncq {
namespace {

std::string kind_line(const Completion& completion) {
  switch (completion.kind) {
    case Completion::Kind::kFiles:
      return "files\n";
    case Completion::Kind::kCommand:
      return "command\n";
    case Completion::Kind::kWords:
      break;
  }
  return "words\n";
}

// bash shows what it would insert: descriptions only in a list of several,
// which begins with what they have in common.
std::string bash_answer(const ShellLine& line, const Completion& completion) {
  const std::string& current = line.words.back();
  std::size_t kept = current.ends_with(line.replaced)
                         ? current.size() - line.replaced.size()
                         : 0;
  Offers offers = completion.offers;
  std::erase_if(offers, [&](const Offer& offer) {
    return !offer.word.starts_with(current);
  });
  std::size_t width = 0;
  for (Offer& offer : offers) {
    offer.word.erase(0, kept);
    width = std::max(width, text_width(offer.word));
  }
  std::string text = kind_line(completion);
  for (const Offer& offer : offers) {
    text += offer.word;
    if (line.lists && offers.size() > 1 && !offer.about.empty()) {
      std::size_t padding = width - text_width(offer.word) + 2;
      std::string about = fmt::format("({})", sanitize(offer.about));
      std::size_t room = line.columns - std::min(line.columns, width + 4);
      text += std::string(padding, ' ') + cut_to_width(about, room);
    }
    text += '\n';
  }
  return text;
}

// As _describe takes them.
std::string zsh_answer(const ShellLine&, const Completion& completion) {
  std::string text = kind_line(completion);
  for (const Offer& offer : completion.offers) {
    for (char c : offer.word) {
      if (c == ':' || c == '\\') text += '\\';
      text += c;
    }
    if (!offer.about.empty()) text += ":" + sanitize(offer.about);
    text += '\n';
  }
  return text;
}

std::string fish_answer(const ShellLine&, const Completion& completion) {
  std::string text = kind_line(completion);
  for (const Offer& offer : completion.offers) {
    text += offer.word;
    if (!offer.about.empty()) text += "\t" + sanitize(offer.about);
    text += '\n';
  }
  return text;
}

ShellLine read_bash_line(std::span<char* const> words) {
  // COMP_TYPE, see bash(1): menu-complete and insert-completions.
  constexpr std::string_view kMenu = "37";
  constexpr std::string_view kInsert = "42";
  constexpr std::size_t kWords = 4;
  ShellLine line;
  if (words.size() != kWords) return line;
  line.lists = words[0] != kMenu && words[0] != kInsert;
  if (auto columns = read_number(words[1], 20, 10'000)) {
    line.columns = static_cast<std::size_t>(*columns);
  }
  line.replaced = words[2];
  line.words = split_shell_line(words[3]);
  line.words.erase(line.words.begin());
  line.answer = bash_answer;
  return line;
}

}  // namespace

ShellLine read_shell_line(std::span<char* const> arguments) {
  ShellLine line;
  if (arguments.size() < 2) return line;
  std::string_view shell = arguments[0];
  arguments = arguments.subspan(1);
  if (shell == "bash") return read_bash_line(arguments);
  if (shell != "zsh" && shell != "fish") return line;
  line.words.assign(arguments.begin(), arguments.end());
  line.answer = shell == "zsh" ? zsh_answer : fish_answer;
  return line;
}

}  // namespace syncq
