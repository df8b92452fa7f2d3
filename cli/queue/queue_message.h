#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "cli/client/client.h"
#include "cli/client/explain.h"
#include "cli/client/target.h"

namespace syncq {

// Exit codes of reading a queue, besides the usual: EX_NOINPUT and
// EX_UNAVAILABLE of sysexits.h.
inline constexpr int kExitNoQueue = 66;
inline constexpr int kExitUnavailable = 69;

// "/queues/QUEUE"
RequestTarget queue_target(std::string_view queue);

// {"queue":...,"id":...,"attempt":N,"lease":ID|null,"type":...,
//  "dead":null|{"from":...,"attempts":N,"reason":...,"since":...},
//  "encoding":"text"|"base64","body":...}
std::string message_json(std::string_view queue, const DaemonReply& message);

// A message as written to stdout: its exact bytes, with a final newline only on
// a terminal; its JSON with -o json.
std::string message_bytes(std::string_view queue, const DaemonReply& message,
                          const ClientOptions& options);

// Writes that. Throws Failure.
void print_message(std::string_view queue, const DaemonReply& message,
                   const ClientOptions& options);

// A queue's message counts, from its JSON.
struct MessageCounts {
  std::int64_t ready = 0;
  std::int64_t leased = 0;
  std::int64_t delayed = 0;
  std::int64_t blocked = 0;

  std::int64_t stored() const { return ready + leased + delayed + blocked; }
};
// Throws Failure.
MessageCounts count_messages(const DaemonReply& reply);

// Runs `work`, which reads a queue and returns the exit code; a daemon that
// can't be reached, or does not answer, has its own code. Throws Failure.
int read_queue(const std::function<int()>& work);

// Reports a refused read, but not an empty queue if the user wants no words.
// Returns the exit code: different ones for an empty queue, a missing one, and
// a daemon in trouble.
int report_no_message(Client& client, const DaemonReply& reply,
                      std::string_view doing, const ClientOptions& options,
                      const Subject& subject);

}  // namespace syncq
