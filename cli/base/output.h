#pragma once

#include <cstddef>
#include <string_view>

namespace syncq {

// All that goes to stderr goes through these: what could drive a terminal is
// made sanitize in every text, since names, values and paths come from
// anywhere. They never fail and never raise SIGPIPE: a message nobody can read
// must not end the command.

// Writes "syncq: TEXT" and a newline, for people.
void say(std::string_view text);

// The same without the newline: somebody answers behind it.
void ask(std::string_view question);

// Writes what is wrong with a command line; `command` is like "syncq queue
// pop". The exit code.
int usage_error(std::string_view command, std::string_view what);

// Draws the live line of a terminal anew, cut to its columns.
void draw_live_line(std::string_view text, std::size_t columns);

// Takes it away.
void clear_live_line();

// Writes all of `data` to stdout. Throws Failure where it can't be written.
void print(std::string_view data);

// print() with a final newline where there is none.
void print_line(std::string_view data);

}  // namespace syncq
