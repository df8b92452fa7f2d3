#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/client/client.h"

namespace syncq {

// What a request was about, as the user named it; "" if not about it. Used
// within the expression that makes it.
struct Subject {
  std::string_view fifo{};
  std::string_view ticket{};
  std::string_view queue{};
  std::string_view lease{};
  std::string_view index{};
  // Of a ticket's or a queue's command: one code may mean two things.
  std::string_view verb{};
};

// The API's error code in the words of the command line; "" if the daemon's own
// message names no endpoints. Not for `not_found`.
std::string in_commands(std::string_view code, const Subject& subject);

// "no queue is named 'jbos'; did you mean 'jobs'?", or `else_do` in place of
// the question.
std::string no_such_name(std::string_view kind, std::string_view name,
                         const std::vector<std::string>& names,
                         std::string_view else_do);

// Explains a refusal to a shell user: by its HTTP status, code and message, or
// the reply that has them. Asks the daemon for existing names if none matches.
std::string explain(Client& client, int status, std::string_view code,
                    std::string_view message, const Subject& subject);
std::string explain(Client& client, const DaemonReply& reply,
                    const Subject& subject);

// Prints it to stderr; returns its exit code.
int report_error(Client& client, const DaemonReply& reply,
                 std::string_view doing, const Subject& subject = {});

// Throws Failure with it unless the reply is a 2xx.
void require_ok(Client& client, const DaemonReply& reply,
                std::string_view doing, const Subject& subject = {});

}  // namespace syncq
