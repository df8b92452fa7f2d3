#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>

namespace syncq {

// The daemon's log: one line per notable event, with time and level, in a file
// that is rotated, so that it stays bounded. Never throws: a full disk loses
// lines, not the daemon. One thread.
class Log {
 public:
  enum class Level { kDebug, kInfo, kWarn, kError };

  static constexpr std::size_t kMaxFileBytes = 1024 * 1024;
  static constexpr std::size_t kMaxFiles = 3;

  // `also_stderr`: for a daemon in the foreground. `level`: debug, info,
  // warn or error; else info.
  Log(const std::string& path, std::string_view level, bool also_stderr);
  ~Log();

  void write(Level level, const std::string& line);
  // After somebody moved the file away.
  void reopen();

  template <typename... Args>
  void debug(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::kDebug, fmt::format(format, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void info(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::kInfo, fmt::format(format, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void warn(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::kWarn, fmt::format(format, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::kError, fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  struct Sinks;
  void refuse_link() const;
  void open();

  std::string path_;
  std::string level_;
  bool also_stderr_;
  std::unique_ptr<Sinks> sinks_;
};

}  // namespace syncq
