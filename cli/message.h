#pragma once

#include <string_view>

namespace syncq {

// Writes "syncq: TEXT" and a newline to stderr, for people. Never fails and
// never raises SIGPIPE: a message nobody can read must not end the command.
void say(std::string_view text);

// Writes these very bytes to stderr, as say() does.
void write_stderr(std::string_view bytes);

// Writes all of `data` to stdout. Throws Failure where it can't be written.
void print(std::string_view data);

// print() with a final newline where there is none.
void print_line(std::string_view data);

}  // namespace syncq
