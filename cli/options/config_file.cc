#include "cli/options/config_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "cli/base/failure.h"
#include "cli/options/config_line.h"
#include "cli/options/config_statements.h"
#include "common/unique_fd.h"

namespace syncq {
namespace {

constexpr std::size_t kMaxFile = 64 * 1024;

Failure cannot_read(const std::string& path, std::string_view why) {
  return Failure(fmt::format("reading the config file {}: {}", path, why),
                 kExitUsage);
}

// What is wrong with the file, and the remedy; "" if nothing is.
std::string fault_of(const struct stat& info, const std::string& path) {
  if (!S_ISREG(info.st_mode)) {
    return "it is no regular file; put one there, or point SYNCQ_CONFIG to one";
  }
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    return fmt::format(
        "it belongs to user {}, who could open your daemon to the network; "
        "make it your own by `chown {} {}`",
        info.st_uid, geteuid(), path);
  }
  if ((info.st_mode & 022) != 0) {
    return fmt::format(
        "others can write to it, and could open your daemon to the network; "
        "`chmod go-w {}`",
        path);
  }
  return "";
}

// Whoever can write there can put another file in its place.
std::string fault_of_directory(const std::string& path) {
  std::string directory = path.substr(0, path.rfind('/') + 1);
  struct stat info;
  if (stat(directory.empty() ? "." : directory.c_str(), &info) != 0) return "";
  if ((info.st_mode & 022) == 0 || (info.st_mode & S_ISVTX) != 0) return "";
  return fmt::format(
      "others can write to its directory, and could put another file there; "
      "`chmod go-w {}`",
      directory);
}

std::string read_all(int fd, const std::string& path) {
  std::string text;
  char buffer[4096];
  for (;;) {
    ssize_t count = read(fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw cannot_read(path, std::strerror(errno));
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > kMaxFile) {
      throw cannot_read(path,
                        fmt::format("it is larger than {} bytes; settings need "
                                    "a few lines",
                                    kMaxFile));
    }
  }
}

// nullopt if there is none.
std::optional<std::string> file_text(const std::string& path) {
  // Not blocking: a FIFO in its place is refused, not waited for.
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  struct stat info;
  if (!fd || fstat(fd.get(), &info) != 0) {
    throw cannot_read(path,
                      fmt::format("{}; make it readable, or set SYNCQ_CONFIG "
                                  "to another, or to '' for none",
                                  std::strerror(errno)));
  }
  std::string fault = fault_of(info, path);
  if (fault.empty()) fault = fault_of_directory(path);
  if (!fault.empty()) throw cannot_read(path, fault);
  return read_all(fd.get(), path);
}

}  // namespace

NamedValues read_config_text(std::string_view text) {
  NamedValues values;
  ConfigStatements statements(text);
  while (auto statement = statements.next()) {
    ConfigLine line = read_config_line(statement->text);
    if (!values.try_emplace(line.name, std::move(line.values)).second) {
      throw Failure(fmt::format("line {} has '{}' again; several values are "
                                "one list: [\"A\", \"B\"]",
                                statement->line, line.name),
                    kExitUsage);
    }
  }
  return values;
}

std::optional<NamedValues> read_config_file(const std::string& path,
                                            bool may_be_missing) {
  std::optional<std::string> text = file_text(path);
  if (!text && may_be_missing) return std::nullopt;
  if (!text) {
    throw cannot_read(path,
                      "SYNCQ_CONFIG names it, and it is not there; make it, or "
                      "correct or unset the variable");
  }
  try {
    return read_config_text(*text);
  } catch (const Failure& failure) {
    throw cannot_read(path, fmt::format("{}", failure.what()));
  }
}

}  // namespace syncq
