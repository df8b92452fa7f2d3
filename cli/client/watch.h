#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/request.h"
#include "cli/client/view.h"

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
  // The same in another form.
  View view;
};

// Draws it in place on the terminal at stdout, until Ctrl-C ends the process or
// a Failure is thrown. With -o json it prints a line for each change instead;
// with --format, if stdout is no terminal, the rows and an empty line for each.
// A daemon that goes away is waited for, and not started again.
[[noreturn]] void watch(const ClientOptions& options, const Watched& watched);

}  // namespace syncq
