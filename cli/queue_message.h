#pragma once

#include <string>
#include <string_view>

#include "cli/client.h"
#include "cli/options.h"

namespace syncq {

// "/queues/QUEUE"
Address queue_address(std::string_view queue);

// RFC 4648 section 4, with padding.
std::string base64(std::string_view bytes);

// Whether the bytes are UTF-8, which JSON can hold as they are.
bool is_utf8(std::string_view bytes);

// {"queue":...,"id":...,"attempt":N,"lease":ID|null,"type":...,
//  "encoding":"text"|"base64","body":...}
std::string message_json(std::string_view queue, const DaemonReply& message);

// Writes a message to stdout: its very bytes, with a final newline only on a
// terminal; its JSON with -o json. Throws Failure.
void print_message(std::string_view queue, const DaemonReply& message,
                   const ClientOptions& options);

// What became of a refused read: says so, but not that a queue is empty where
// the user wants no words. The exit code.
int report_no_message(const DaemonReply& reply, std::string_view doing,
                      const ClientOptions& options);

}  // namespace syncq
