#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/client/endpoint.h"
#include "common/paths.h"

namespace syncq {

// The options every command takes, as the user gave them.
struct ClientOptions {
  std::string output = "raw";
  std::string endpoint;
  std::string socket;
  bool no_spawn = false;
  // -q, of commands that have it; also silences the note about versions.
  bool quiet = false;

  // Only lists have --wide.
  bool wide = false;
  // -w, of commands that have it.
  bool watch = false;
  // --format, of lists; "" if it is not given. Checked: RowFormat can read it.
  std::string format;

  bool json() const { return output == "json"; }
};

// Which daemon to talk to: the options and the environment, settled.
struct Target {
  // Set if the user named a daemon by URL; `paths` is empty then.
  std::optional<Endpoint> endpoint;
  Paths paths;
  bool may_spawn = true;
  // The bearer token, if any.
  std::string token;

  // The value of the Host field.
  std::string host_field() const;
  // The daemon's address for messages.
  std::string address() const;
  // Where to look if it does not answer as it should.
  std::string_view way_out() const;
  bool is_remote() const { return endpoint && !endpoint->is_unix(); }
  bool is_ssh() const { return endpoint && endpoint->ssh; }
  bool is_tcp() const { return is_remote() && !is_ssh(); }
  // Over TCP, but no further than a port of this machine.
  bool is_this_machine() const;
};

// Settles, in this order, --endpoint, --socket, $SYNCQ_ENDPOINT, and what
// find_paths() does; $SYNCQ_NO_SPAWN=1 is --no-spawn, $SYNCQ_TOKEN_FILE names
// the file with the bearer token for an endpoint. Throws Failure.
Target find_target(const ClientOptions& options);

// This machine's daemon, whatever is said of endpoints. Throws Failure.
Target find_local_target(const ClientOptions& options);

}  // namespace syncq
