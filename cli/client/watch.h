#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/request.h"

namespace syncq {

// What -w shows again whenever something changes.
struct Watched {
  // Under /events: what says that something has changed.
  RequestTarget events;
  // Begins the message of a failure, and what that is about.
  std::string_view doing;
  Subject subject;
  // Asks for what to show, as JSON; none: it is the event itself.
  std::function<std::string(Client&)> ask;
  // The same for people.
  std::function<std::string(const nlohmann::json&)> as_text;
};

// Draws it in place on the terminal at stdout, with -o json prints a line for
// each change, until Ctrl-C ends the process or a Failure is thrown, as when
// stdout is no terminal. A daemon that goes away is waited for, and not started
// again.
[[noreturn]] void watch(const ClientOptions& options, const Watched& watched);

}  // namespace syncq
