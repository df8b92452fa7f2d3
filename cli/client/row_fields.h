#pragma once

#include <string>
#include <vector>

namespace syncq {

// The fields of the rows of lists, as --format takes them and syncq-json(7) has
// them: those of an object in a row have its name and a dot before theirs.
std::vector<std::string> fields_of_ls();
std::vector<std::string> fields_of_ps();
std::vector<std::string> fields_of_history();
std::vector<std::string> fields_of_fifo_ls();
std::vector<std::string> fields_of_fifo_show();
std::vector<std::string> fields_of_queue_ls();
std::vector<std::string> fields_of_queue_show();

}  // namespace syncq
