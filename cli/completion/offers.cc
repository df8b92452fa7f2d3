#include "cli/completion/offers.h"

#include <algorithm>
#include <set>

namespace syncq {
namespace {

// Reads a line of options as CLI11 will, but takes it as it is: what is wrong
// in it is said when it is run.
class Line {
 public:
  explicit Line(const OptionTable& table) : table_(table) {}

  void read(const std::string& word) {
    bool is_value = pending_ != nullptr && !skips_value(word);
    if (is_value) {
      given_[pending_].push_back(word);
      pending_ = nullptr;
      return;
    }
    pending_ = nullptr;
    if (ended_ || word.size() < 2 || word[0] != '-') {
      if (const OptionRow* row = next_positional()) given_[row].push_back(word);
      ended_ = ended_ || table_.options_end;
    } else if (word == "--") {
      ended_ = true;
    } else if (word[1] == '-') {
      read_long(word);
    } else {
      read_letters(word);
    }
  }

  // The option whose value comes next; nullptr if none does.
  const OptionRow* pending() const { return pending_; }
  // Whether "--" came.
  bool ended() const { return ended_; }
  const Given& given() const { return given_; }

  const OptionRow* next_positional() const {
    for (const OptionRow& row : table_.rows) {
      if (row.positional && (row.repeats || !given_.contains(&row))) {
        return &row;
      }
    }
    return nullptr;
  }

  const OptionRow* named(std::string_view name) const {
    for (const OptionRow& row : table_.rows) {
      if (std::find(row.names.begin(), row.names.end(), name) !=
          row.names.end()) {
        return &row;
      }
    }
    return nullptr;
  }

 private:
  // "[D]" is a value only if it looks like one.
  bool skips_value(const std::string& word) const {
    bool looks = !word.empty() && word[0] >= '0' && word[0] <= '9';
    return pending_->type.starts_with('[') && !looks;
  }

  void read_long(const std::string& word) {
    std::size_t equals = word.find('=');
    const OptionRow* row = named(word.substr(0, equals));
    if (row == nullptr) return;
    if (equals != word.npos) {
      given_[row].push_back(word.substr(equals + 1));
    } else if (row->type.empty()) {
      given_[row];
    } else {
      pending_ = row;
    }
  }

  // "-qn5" is "-q -n 5".
  void read_letters(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const OptionRow* row = named(std::string{'-', word[i]});
      if (row == nullptr) return;
      if (row->type.empty()) {
        given_[row];
      } else if (i + 1 == word.size()) {
        pending_ = row;
      } else {
        given_[row].push_back(word.substr(i + 1));
        return;
      }
    }
  }

  const OptionTable& table_;
  Given given_;
  const OptionRow* pending_ = nullptr;
  bool ended_ = false;
};

Offers option_names(const OptionTable& table, const Given& given) {
  Offers offers;
  for (const OptionRow& row : table.rows) {
    if (given.contains(&row) && !row.repeats) continue;
    for (const std::string& name : row.names)
      offers.push_back({name, row.help});
  }
  return offers;
}

class Completer {
 public:
  Completer(const OptionTable& table, const Line& line,
            const FindValues& find_values)
      : table_(table), line_(line), find_values_(find_values) {}

  Completion complete(const std::string& current) const {
    if (line_.ended() && table_.takes_command) {
      return {Completion::Kind::kCommand, {}};
    }
    const OptionRow* pending = line_.pending();
    if (pending != nullptr && !pending->type.starts_with('[')) {
      return values(*pending);
    }
    if (!line_.ended() && current.starts_with('-')) return option(current);
    if (const OptionRow* row = line_.next_positional()) {
      return values(*row);
    }
    if (table_.takes_command) return {{}, {{"--", "the command follows"}}};
    return {};
  }

 private:
  // A name, or a value after "--name=".
  Completion option(const std::string& current) const {
    std::size_t equals = current.find('=');
    if (equals == current.npos)
      return {{}, option_names(table_, line_.given())};
    const OptionRow* row = line_.named(current.substr(0, equals));
    if (row == nullptr) return {};
    Completion found = values(*row);
    for (Offer& offer : found.offers) {
      offer.word.insert(0, current, 0, equals + 1);
    }
    return found;
  }

  Completion values(const OptionRow& row) const {
    Completion found;
    for (const std::string& choice : row.choices) {
      found.offers.push_back({choice, ""});
    }
    if (row.choices.empty()) {
      found = find_values_(row.type, line_.given());
    }
    // Of several, none is given twice.
    if (auto given = line_.given().find(&row); given != line_.given().end()) {
      std::erase_if(found.offers, [&](const Offer& offer) {
        return std::ranges::count(given->second, offer.word) > 0;
      });
    }
    return found;
  }

  const OptionTable& table_;
  const Line& line_;
  const FindValues& find_values_;
};

}  // namespace

Completion complete_options(const OptionTable& table,
                            const std::vector<std::string>& before,
                            const std::string& current,
                            const FindValues& find_values) {
  Line line(table);
  for (const std::string& word : before) line.read(word);
  return Completer(table, line, find_values).complete(current);
}

void keep_harmless(Offers& offers) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-,";
  std::set<std::string> seen;
  std::erase_if(offers, [&](const Offer& offer) {
    bool plain = !offer.word.empty() &&
                 offer.word.find_first_not_of(kPlain) == offer.word.npos;
    // Of two the shell would insert what their descriptions share, too.
    return !plain || !seen.insert(offer.word).second;
  });
}

}  // namespace syncq
