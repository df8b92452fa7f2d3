#include "cli/base/confirm.h"

#include <unistd.h>

#include <string>

#include "cli/base/output.h"

namespace syncq {
namespace {

// The next line from the terminal, without its newline.
std::string read_answer() {
  std::string answer;
  char c = 0;
  while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n') answer += c;
  return answer;
}

}  // namespace

bool confirm(std::string_view question) {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0) return true;
  ask(question);
  std::string answer = read_answer();
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace syncq
