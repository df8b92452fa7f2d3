#pragma once

#include <cstddef>
#include <string_view>

namespace syncq {

// All that goes to stderr goes through these: they sanitize every text, since
// names, values and paths come from anywhere. They never fail and never raise
// SIGPIPE: an unreadable message must not end the command.

// Writes "syncq: TEXT" and a newline, for people.
void say(std::string_view text);

// The same without the newline: the user answers on that line.
void ask(std::string_view question);

// Says what is wrong with a command line; `command` is like "syncq queue pop".
// Returns the exit code.
int usage_error(std::string_view command, std::string_view what);

// Redraws the terminal's live line, cut to its columns.
void draw_live_line(std::string_view text, std::size_t columns);

void clear_live_line();

// The bell of the terminal at stderr, if it is one.
void ring_bell();

// Writes all of `data` to stdout. Throws Failure if it can't.
void print(std::string_view data);

// print(), adding a final newline if there is none.
void print_line(std::string_view data);

}  // namespace syncq
