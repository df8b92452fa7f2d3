#pragma once

#include "cli/base/arguments.h"

namespace syncq {

// One function per command. Each takes the words after the command's name,
// parses them, and returns the exit code. Throws Failure.
int queue_new_command(Arguments arguments);
int queue_set_command(Arguments arguments);
int queue_ls_command(Arguments arguments);
int queue_show_command(Arguments arguments);
int queue_rm_command(Arguments arguments);
int queue_purge_command(Arguments arguments);
int queue_delete_command(Arguments arguments);
int queue_pause_command(Arguments arguments);
int queue_resume_command(Arguments arguments);
int queue_redrive_command(Arguments arguments);
int queue_push_command(Arguments arguments);
int queue_pop_command(Arguments arguments);
int queue_head_command(Arguments arguments);
int queue_tail_command(Arguments arguments);
int queue_peek_command(Arguments arguments);
int queue_consume_command(Arguments arguments);
int queue_ack_command(Arguments arguments);
int queue_nack_command(Arguments arguments);
int queue_extend_command(Arguments arguments);
int queue_each_command(Arguments arguments);

}  // namespace syncq
