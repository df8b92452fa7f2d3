#include "cli/queue/each_state.h"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/base/failure.h"

namespace syncq {
namespace {

using Time = std::chrono::steady_clock;

// A daemon keeps an overdue message no longer than this: when it starts, leases
// get a minute.
constexpr Duration kLongestDelay = std::chrono::seconds(90);
// The daemon counts a delay from a moment before we do, but its timer may be a
// little late.
constexpr Duration kSlack = std::chrono::milliseconds(20);

UniqueFd new_event() {
  UniqueFd fd = above_stdio(UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)));
  if (fd) return fd;
  throw Failure(
      fmt::format("preparing to run the command: eventfd: {}; close "
                  "some files or raise `ulimit -n`",
                  std::strerror(errno)));
}

}  // namespace

EachState::EachState(Duration look_again)
    : look_again_(look_again),
      stop_fd_(new_event()),
      kill_fd_(new_event()),
      ended_fd_(new_event()) {}

void EachState::stop() {
  std::lock_guard lock(mutex_);
  stopping_ = true;
  eventfd_write(stop_fd_.get(), 1);
  changed_.notify_all();
}

void EachState::kill() {
  stop();
  eventfd_write(kill_fd_.get(), 1);
}

bool EachState::stopping() const {
  std::lock_guard lock(mutex_);
  return stopping_;
}

bool EachState::become_busy() {
  std::lock_guard lock(mutex_);
  if (stopping_ || finished_) return false;
  ++busy_;
  return true;
}

void EachState::become_idle(bool empty) {
  std::unique_lock lock(mutex_);
  --busy_;
  if (empty && busy_ == 0 && expected_.empty()) {
    finished_ = true;
    changed_.notify_all();
    return;
  }
  auto now = Time::now();
  auto until = now + look_again_;
  for (const auto& [message, at] : expected_) {
    if (at > now) until = std::min(until, at);
  }
  changed_.wait_until(lock, until);
}

void EachState::expect(const std::string& message, Duration delay) {
  std::lock_guard lock(mutex_);
  expected_[message] = Time::now() + delay + kSlack;
}

void EachState::taken(const std::string& message) {
  std::lock_guard lock(mutex_);
  expected_.erase(message);
}

std::vector<std::string> EachState::expected() {
  std::lock_guard lock(mutex_);
  std::erase_if(expected_, [now = Time::now()](const auto& each) {
    return now - each.second > kLongestDelay;
  });
  std::vector<std::string> messages;
  for (const auto& [message, at] : expected_) messages.push_back(message);
  return messages;
}

void EachState::forget(const std::vector<std::string>& messages) {
  std::lock_guard lock(mutex_);
  for (const std::string& message : messages) expected_.erase(message);
}

void EachState::settled() {
  std::lock_guard lock(mutex_);
  --busy_;
  changed_.notify_all();
}

bool EachState::note_paused() {
  std::lock_guard lock(mutex_);
  return !std::exchange(paused_, true);
}

void EachState::note_done(std::size_t messages) {
  std::lock_guard lock(mutex_);
  tally_.done += messages;
}

EachState::Tally EachState::tally() const {
  std::lock_guard lock(mutex_);
  return tally_;
}

void EachState::note_failed(std::size_t messages) {
  std::lock_guard lock(mutex_);
  tally_.failed += messages;
  if (exit_code_ == kExitOk) exit_code_ = kExitFailed;
}

void EachState::fail(const std::string& why, int exit_code) {
  {
    std::lock_guard lock(mutex_);
    if (!failed_) exit_code_ = exit_code;
    if (!failed_) failure_ = why;
    failed_ = true;
  }
  stop();
}

std::optional<std::string> EachState::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

int EachState::exit_code() const {
  std::lock_guard lock(mutex_);
  return exit_code_;
}

void EachState::begin(unsigned workers) {
  std::lock_guard lock(mutex_);
  workers_ = workers;
}

void EachState::end() {
  std::lock_guard lock(mutex_);
  if (--workers_ == 0) eventfd_write(ended_fd_.get(), 1);
}

void EachState::command_begins() {
  std::lock_guard lock(mutex_);
  ++running_;
}

void EachState::command_ends() {
  std::lock_guard lock(mutex_);
  --running_;
}

unsigned EachState::running() const {
  std::lock_guard lock(mutex_);
  return running_;
}

unsigned EachState::busy() const {
  std::lock_guard lock(mutex_);
  return busy_;
}

}  // namespace syncq
