#pragma once

#include <string>
#include <vector>

namespace syncq {

// Shims: small programs in a directory for PATH, each with the name of the tool
// that it stands for.

// $XDG_DATA_HOME/syncq/shims, else ~/.local/share/syncq/shims. Throws Failure
// without a home.
std::string default_shim_directory();

// What is in such a program: it starts `program`, an absolute path, which finds
// out the rest by the path that the shim was called by.
std::string shim_text(const std::string& program);

// Whether a file is one that make_shim() has made.
bool is_shim(const std::string& path);

// Makes it, with the directory if that is missing, or makes it anew. Throws
// Failure: also if there is a file that is no shim, which stays as it is.
void make_shim(const std::string& path, const std::string& program);

// Removes it. Throws Failure if there is none.
void remove_shim(const std::string& path);

// The names of the shims in a directory, in order.
std::vector<std::string> list_shims(const std::string& directory);

}  // namespace syncq
