#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/option_table.h"

namespace syncq {

// A word that could stand where the cursor is.
struct Offer {
  std::string word;
  std::string about;  // "" if the word says it all
};
using Offers = std::vector<Offer>;

// Keeps what is made of nothing but what names, ids and numbers are made of,
// and once: what a daemon elsewhere answers is put into a command line.
void keep_harmless(Offers& offers);

// What a shell is to offer.
struct Completion {
  // Paths and a command's words are the shell's to find.
  enum class Kind { kWords, kFiles, kCommand };
  Kind kind = Kind::kWords;
  Offers offers;
};

// What a line says so far: the values of options and positionals, in order.
using Given = std::map<const OptionRow*, std::vector<std::string>>;

// Finds the values of a type that is not in the table, such as "FIFO".
using FindValues =
    std::function<Completion(std::string_view type, const Given& given)>;

// What can stand for `current`, the last word of a command's line, after
// `before`.
Completion complete_options(const OptionTable& table,
                            const std::vector<std::string>& before,
                            const std::string& current,
                            const FindValues& find_values);

}  // namespace syncq
