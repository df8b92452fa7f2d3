#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/client/target.h"

namespace syncq {

// How a daemon's answer is shown, other than with -o json.
struct View {
  // For people, --wide or not.
  std::function<std::string(const nlohmann::json& body, bool wide)> as_text;
  // For --format: the rows of the table, in its order. None: it has no rows.
  std::function<std::vector<nlohmann::json>(const nlohmann::json& body)> rows;
  // What is missing from the rows, a sentence each; none: all are there.
  std::function<std::vector<std::string>(const nlohmann::json& body)> missing;
};

// As the user asked for it: each row by --format, or for people, and then what
// is missing.
std::string text_of(const View& view, const ClientOptions& options,
                    const nlohmann::json& body);

// Prints text_of(); if that is rows for a program, what is missing goes to
// stderr. Throws Failure.
void print_text(const View& view, const ClientOptions& options,
                const nlohmann::json& body);

}  // namespace syncq
