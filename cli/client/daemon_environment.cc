#include "cli/client/daemon_environment.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace syncq {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kPassing = {"HOME"sv, "USER"sv, "LOGNAME"sv, "PATH"sv,
                                 "LANG"sv, "TZ"sv,   "TMPDIR"sv};
constexpr std::array kPassingPrefixes = {"LC_"sv, "XDG_"sv, "SYNCQ_"sv};
// The sanitizers' options: the daemon of a test build needs its caller's.
constexpr auto kPassingSuffix = "SAN_OPTIONS"sv;
// A command's turn belongs to it alone; the last three are set again, as
// absolute paths.
constexpr std::array kKept = {
    "SYNCQ_FIFO"sv,      "SYNCQ_TICKET"sv, "SYNCQ_FENCE"sv,
    "SYNCQ_SLOT"sv,      "SYNCQ_SLOTS"sv,  "SYNCQ_TURNS"sv,
    "SYNCQ_STATE_DIR"sv, "SYNCQ_SOCKET"sv, "SYNCQ_CONFIG"sv};

template <typename List>
bool holds(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

bool passes_to_daemon(std::string_view name) {
  if (holds(kKept, name)) return false;
  if (holds(kPassing, name) || name.ends_with(kPassingSuffix)) return true;
  return std::any_of(
      kPassingPrefixes.begin(), kPassingPrefixes.end(),
      [name](std::string_view prefix) { return name.starts_with(prefix); });
}

DaemonEnvironment::DaemonEnvironment(const Paths& paths)
    : own_{"SYNCQ_STATE_DIR=" + paths.state_dir} {
  // Else the daemon derives the same, and may have to derive another later.
  if (paths.socket_is_explicit) {
    own_.push_back("SYNCQ_SOCKET=" + paths.socket);
  }
  if (std::getenv("SYNCQ_CONFIG") != nullptr) {
    own_.push_back("SYNCQ_CONFIG=" + find_config_path().path);
  }
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    std::string_view text = *entry;
    if (passes_to_daemon(text.substr(0, text.find('=')))) {
      entries_.push_back(*entry);
    }
  }
  for (std::string& entry : own_) entries_.push_back(entry.data());
  entries_.push_back(nullptr);
}

}  // namespace syncq
