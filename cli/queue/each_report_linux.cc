#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sstream>

#include "cli/base/failure.h"
#include "cli/base/number.h"
#include "cli/queue/each_report.h"
#include "common/characters.h"

namespace syncq {
namespace {

// The rest of a longer one is no report.
constexpr std::size_t kLongest = std::size_t{1} << 20;

}  // namespace

EachReport::EachReport()
    : file_(above_stdio(UniqueFd(memfd_create("syncq report", MFD_CLOEXEC)))) {
  if (file_) return;
  throw Failure(fmt::format("making the command's report: {}; close some files",
                            std::strerror(errno)));
}

std::string EachReport::path() const {
  return fmt::format("/proc/{}/fd/{}", getpid(), file_.get());
}

Result<std::set<std::size_t>> EachReport::read(std::size_t count) const {
  std::string text(kLongest, '\0');
  ssize_t size = pread(file_.get(), text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  std::set<std::size_t> numbers;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    auto number = read_number(word, 1, static_cast<std::int64_t>(count));
    if (!number) {
      constexpr std::size_t kShown = 30;
      return Refusal{ErrorCode::kInvalidNumber,
                     fmt::format("CMD's report has '{}', which is no number "
                                 "from 1 to {}",
                                 sanitize(word.substr(0, kShown)), count)};
    }
    numbers.insert(static_cast<std::size_t>(*number));
  }
  return numbers;
}

}  // namespace syncq
