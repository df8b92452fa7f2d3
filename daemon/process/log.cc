#include "daemon/process/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cerrno>
#include <filesystem>

#include "common/characters.h"
#include "common/state_file.h"

namespace syncq {
namespace {

spdlog::level::level_enum to_spdlog(Log::Level level) {
  switch (level) {
    case Log::Level::kDebug:
      return spdlog::level::debug;
    case Log::Level::kInfo:
      return spdlog::level::info;
    case Log::Level::kWarn:
      return spdlog::level::warn;
    case Log::Level::kError:
      break;
  }
  return spdlog::level::err;
}

spdlog::level::level_enum named(std::string_view level) {
  if (level == "debug") return spdlog::level::debug;
  if (level == "warn") return spdlog::level::warn;
  if (level == "error") return spdlog::level::err;
  return spdlog::level::info;
}

}  // namespace

struct Log::Sinks {
  std::shared_ptr<spdlog::logger> logger;
};

Log::Log(const std::string& path, std::string_view level, bool also_stderr)
    : path_(path), level_(level), also_stderr_(also_stderr) {
  refuse_link();
  open();
}

Log::~Log() = default;

// spdlog would follow one.
void Log::refuse_link() const {
  std::error_code none;
  if (!std::filesystem::is_symlink(path_, none)) return;
  throw std::runtime_error(
      fmt::format("opening the log {}: {}", path_, explain_state_file(ELOOP)));
}

void Log::open() {
  auto logger = std::make_shared<spdlog::logger>("syncq");
  try {
    logger->sinks().push_back(
        std::make_shared<spdlog::sinks::rotating_file_sink_st>(
            path_, kMaxFileBytes, kMaxFiles));
  } catch (const spdlog::spdlog_ex&) {
    // No log rather than no daemon.
    also_stderr_ = true;
  }
  if (also_stderr_) {
    logger->sinks().push_back(
        std::make_shared<spdlog::sinks::stderr_sink_st>());
  }
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  logger->set_level(named(level_));
  logger->flush_on(spdlog::level::debug);
  logger->set_error_handler([](const std::string&) {});
  sinks_ = std::make_unique<Sinks>(Sinks{std::move(logger)});
}

// A path or a name may hold what would end the line, or drive the reader's
// terminal.
void Log::write(Level level, const std::string& line) {
  sinks_->logger->log(to_spdlog(level), sanitize(line));
}

void Log::reopen() {
  refuse_link();
  open();
}

}  // namespace syncq
