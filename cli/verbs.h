#pragma once

#include "cli/arguments.h"

namespace syncq {

// One function a command, in a file of its name. Each takes the words after
// the command's name, parses them, and returns the exit code. Throws Failure.

int run_verb(Arguments arguments);

int fifo_new_verb(Arguments arguments);
int fifo_ticket_verb(Arguments arguments);
int fifo_wait_verb(Arguments arguments);
int fifo_done_verb(Arguments arguments);
int fifo_touch_verb(Arguments arguments);
int fifo_ls_verb(Arguments arguments);
int fifo_show_verb(Arguments arguments);
int fifo_rm_verb(Arguments arguments);

int queue_new_verb(Arguments arguments);
int queue_ls_verb(Arguments arguments);
int queue_show_verb(Arguments arguments);
int queue_rm_verb(Arguments arguments);
int queue_purge_verb(Arguments arguments);
int queue_push_verb(Arguments arguments);
int queue_pop_verb(Arguments arguments);
int queue_head_verb(Arguments arguments);
int queue_tail_verb(Arguments arguments);
int queue_peek_verb(Arguments arguments);
int queue_consume_verb(Arguments arguments);
int queue_ack_verb(Arguments arguments);
int queue_nack_verb(Arguments arguments);
int queue_extend_verb(Arguments arguments);
int queue_each_verb(Arguments arguments);

int status_verb(Arguments arguments);
int doctor_verb(Arguments arguments);
int version_verb(Arguments arguments);

int daemon_run_verb(Arguments arguments);
int daemon_start_verb(Arguments arguments);
int daemon_stop_verb(Arguments arguments);
int daemon_restart_verb(Arguments arguments);
int daemon_status_verb(Arguments arguments);
int daemon_logs_verb(Arguments arguments);

}  // namespace syncq
