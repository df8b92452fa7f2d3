#include "cli/options/option_table.h"

#include <algorithm>

namespace syncq {

OptionRow make_row(std::string_view names, std::string_view type,
                   std::string_view help) {
  OptionRow row;
  row.type = type;
  row.help = help;
  while (!names.empty()) {
    std::string_view name = names.substr(0, names.find(','));
    names.remove_prefix(std::min(name.size() + 1, names.size()));
    if (name.starts_with('-')) {
      row.names.emplace_back(name);
      continue;
    }
    row.positional = true;
    if (type == kAnyText) row.type = name;
  }
  return row;
}

}  // namespace syncq
