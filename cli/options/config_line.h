#pragma once

#include <string>
#include <vector>

namespace syncq {

// A setting's name and its values.
struct ConfigLine {
  std::string name;
  std::vector<std::string> values;
};

// Has CLI11 read a line of ConfigStatements. Defined in command_line.cc: each
// file that includes CLI11 sets up its validators before main, in every client.
ConfigLine read_config_line(const std::string& text);

}  // namespace syncq
