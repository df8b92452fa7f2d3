#pragma once

#include "cli/base/arguments.h"

namespace syncq {

// One function per command. Each takes the words after the command's name,
// parses them, and returns the exit code. Throws Failure.
int status_command(Arguments arguments);
int doctor_command(Arguments arguments);
int daemon_run_command(Arguments arguments);
int daemon_start_command(Arguments arguments);
int daemon_stop_command(Arguments arguments);
int daemon_restart_command(Arguments arguments);
int daemon_status_command(Arguments arguments);
int daemon_dial_command(Arguments arguments);
int daemon_config_command(Arguments arguments);
int daemon_logs_command(Arguments arguments);
int daemon_token_command(Arguments arguments);

}  // namespace syncq
