#pragma once

#include "cli/base/arguments.h"

namespace syncq {

// One function per command. Each takes the words after the command's name,
// parses them, and returns the exit code. Throws Failure.
int fifo_new_command(Arguments arguments);
int fifo_ticket_command(Arguments arguments);
int fifo_wait_command(Arguments arguments);
int fifo_done_command(Arguments arguments);
int fifo_touch_command(Arguments arguments);
int fifo_set_command(Arguments arguments);
int fifo_front_command(Arguments arguments);
int fifo_cancel_command(Arguments arguments);
int fifo_kill_command(Arguments arguments);
int fifo_pause_command(Arguments arguments);
int fifo_resume_command(Arguments arguments);
int fifo_ls_command(Arguments arguments);
int fifo_show_command(Arguments arguments);
int fifo_rm_command(Arguments arguments);
int history_command(Arguments arguments);

}  // namespace syncq
