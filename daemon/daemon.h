#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/paths.h"
#include "common/patience.h"
#include "common/tcp_address.h"

namespace syncq {

// How long a daemon told to stop waits for clients that are reading their
// answers, and for clients that read nothing.
inline const Duration kMaxDrain = patience(std::chrono::seconds(30));
inline const Duration kDrainStall = patience(std::chrono::seconds(10));

// Where else than at its Unix socket the daemon listens, and whom it lets in
// there.
struct TcpOptions {
  std::vector<TcpAddress> addresses;
  // A request has to bear the token. False only with loopback addresses.
  bool token = true;
  // What else a request's Host may be: "NAME", or "NAME:PORT" for that port
  // alone.
  std::vector<std::string> hosts;
  // A client that vanished without a word is noticed within this time.
  Duration timeout = std::chrono::seconds(30);
};

// One setting in force, for people.
struct Setting {
  std::string name;    // as the option, without its dashes
  std::string value;   // as it was written
  std::string source;  // "default", "file", "environment" or "option"
};

struct DaemonOptions {
  Paths paths;
  // Where to write "ready", "busy" or "error: TEXT" once; -1: nowhere, and
  // the log goes to stderr too.
  int ready_fd = -1;
  // "full": a 2xx survives a loss of power. "normal": only the daemon's
  // death.
  std::string durability = "full";
  // The daemon exits after this long without work; 0: never.
  Duration idle_exit = std::chrono::minutes(15);
  std::uint64_t max_message = 16 * 1024 * 1024;
  // Of all requests and answers in flight; at least twice max_message, so that
  // one message of that size gets through.
  std::uint64_t max_in_flight = 256 * 1024 * 1024;
  std::string log_level = "info";
  TcpOptions tcp;
  // All of the above as they were settled, to be reported, and the config file
  // that was read for it, if any.
  std::vector<Setting> settings;
  std::string config_file;
};

// Runs the daemon until it is told to stop, in this process and on this thread.
// Returns the exit status: 0 after an orderly end, 1 if it failed (the reason
// is on ready_fd, in the log and on stderr).
int run_daemon(DaemonOptions options);

}  // namespace syncq
