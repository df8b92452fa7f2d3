#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/target.h"

namespace syncq {

// What reading a queue may end with, apart from the usual: EX_NOINPUT and
// EX_UNAVAILABLE of sysexits.h.
inline constexpr int kExitNoQueue = 66;
inline constexpr int kExitUnavailable = 69;

// "/queues/QUEUE"
RequestTarget queue_target(std::string_view queue);

// RFC 4648 section 4, with padding.
std::string base64(std::string_view bytes);

// Whether the bytes are UTF-8, which JSON can hold as they are.
bool is_utf8(std::string_view bytes);

// {"queue":...,"id":...,"attempt":N,"lease":ID|null,"type":...,
//  "dead":null|{"from":...,"attempts":N,"reason":...,"since":...},
//  "encoding":"text"|"base64","body":...}
std::string message_json(std::string_view queue, const DaemonReply& message);

// A message as it is written to stdout: its very bytes, with a final newline
// only on a terminal; its JSON with -o json.
std::string message_bytes(std::string_view queue, const DaemonReply& message,
                          const ClientOptions& options);

// Writes that. Throws Failure.
void print_message(std::string_view queue, const DaemonReply& message,
                   const ClientOptions& options);

// How many messages a queue has, of its JSON.
struct MessageCounts {
  std::int64_t ready = 0;
  std::int64_t leased = 0;
  std::int64_t delayed = 0;

  std::int64_t stored() const { return ready + leased + delayed; }
};
// Throws Failure.
MessageCounts count_messages(const DaemonReply& reply);

// Reads a queue by `work`, which returns the exit code; the daemon that can't
// be reached, or does not answer, has a code of its own. Throws Failure.
int read_queue(const std::function<int()>& work);

// What became of a refused read: says so, but not that a queue is empty where
// the user wants no words. The exit code, other ones for an empty queue, one
// that is missing, and a daemon in trouble.
int report_no_message(Client& client, const DaemonReply& reply,
                      std::string_view doing, const ClientOptions& options,
                      const Subject& subject);

}  // namespace syncq
