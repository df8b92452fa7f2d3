#include "tests/e2e/harness/pty.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <vector>

namespace syncq::e2e {

Terminal::Terminal(Sandbox& box) {
  std::vector<std::string> entries{"TERM=xterm", "PS1=$ "};
  for (const auto& [name, value] : box.env()) {
    entries.push_back(name + "=" + value);
  }
  std::vector<char*> pointers;
  for (std::string& entry : entries) pointers.push_back(entry.data());
  pointers.push_back(nullptr);
  // No line editor: it would redraw the text we compare.
  const char* argv[] = {"bash",        "--norc", "--noprofile",
                        "--noediting", "-i",     nullptr};
  winsize size{24, 100, 0, 0};
  pid_ = forkpty(&fd_, nullptr, nullptr, &size);
  if (pid_ == 0) {
    for (int number = 1; number < NSIG; ++number) {
      std::signal(number, SIG_DFL);
    }
    close_range(3, ~0U, 0);
    if (chdir(box.dir().c_str()) != 0) _exit(99);
    execve("/bin/bash", const_cast<char* const*>(argv), pointers.data());
    _exit(99);
  }
  REQUIRE(pid_ > 0);
  fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
  fcntl(fd_, F_SETFD, FD_CLOEXEC);
  // Shows only printed text, not typed text.
  enter("stty -echo; echo re''ady");
  sees("ready\r\n");
}

Terminal::~Terminal() {
  // Hangs up, like closing a window.
  close(fd_);
  bool ended = eventually([&] { return waitpid(pid_, nullptr, WNOHANG) != 0; },
                          seconds(5));
  if (ended) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Terminal::type(const std::string& keys) {
  REQUIRE(write(fd_, keys.data(), keys.size()) ==
          static_cast<ssize_t>(keys.size()));
}

void Terminal::read() {
  char buffer[4096];
  ssize_t count = 0;
  while ((count = ::read(fd_, buffer, sizeof buffer)) > 0) {
    shown_.append(buffer, static_cast<std::size_t>(count));
  }
}

void Terminal::sees(const std::string& text) {
  bool found = eventually([&] {
    read();
    return shown_.find(text, seen_) != shown_.npos;
  });
  INFO("the terminal shows: " << shown_.substr(seen_));
  INFO("wanted: " << text);
  REQUIRE(found);
  seen_ = shown_.find(text, seen_) + text.size();
}

const std::string& Terminal::shown() {
  read();
  return shown_;
}

void Terminal::resize(unsigned short rows, unsigned short columns) {
  winsize size{rows, columns, 0, 0};
  REQUIRE(ioctl(fd_, TIOCSWINSZ, &size) == 0);
}

}  // namespace syncq::e2e
