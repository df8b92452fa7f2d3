#include "tests/e2e/harness/tmux.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace syncq::e2e {

Tmux::Tmux(Sandbox& box, int columns, int rows) : box_(box) {
  // No line of its own; Esc alone is a key at once.
  write_file(box.path("tmux.conf"),
             "set -g status off\nset -g default-terminal screen\n"
             "set -g escape-time 0\n");
  tell("-f " + box.path("tmux.conf") + " new-session -d -x " +
       std::to_string(columns) + " -y " + std::to_string(rows) +
       " 'PS1=\"$ \" exec bash --norc --noprofile --noediting -i'");
  // Its size is ours. In the file of above tmux 3.3 crashes on it.
  tell("set -g window-size manual");
  shows("$");
}

Tmux::~Tmux() {
  const std::string socket = box_.path("tmux");
  box_.sh("tmux -S " + socket + " kill-server; rm -f " + socket);
}

std::string Tmux::tell(const std::string& command) {
  return box_.ok("tmux -u -S " + box_.path("tmux") + " " + command);
}

void Tmux::keys(const std::string& words) { tell("send-keys " + words); }

void Tmux::enter(const std::string& line) {
  tell("send-keys -l " + shell_word(line));
  keys("Enter");
}

void Tmux::resize(int columns, int rows) {
  tell("resize-window -x " + std::to_string(columns) + " -y " +
       std::to_string(rows));
}

std::string Tmux::screen(bool styles) {
  return tell(styles ? "capture-pane -p -e" : "capture-pane -p");
}

void Tmux::shows(const std::string& text) {
  std::string screen;
  bool found = eventually([&] {
    screen = this->screen();
    return screen.find(text) != screen.npos;
  });
  INFO("the screen shows:\n" << screen << "\nwanted: " << text);
  REQUIRE(found);
}

void Tmux::shows_no(const std::string& text) {
  std::string screen;
  bool gone = eventually([&] {
    screen = this->screen();
    return screen.find(text) == screen.npos;
  });
  INFO("the screen shows:\n" << screen << "\nnot wanted: " << text);
  REQUIRE(gone);
}

void Tmux::has_line(const std::vector<std::string>& parts) {
  std::string screen;
  bool found = eventually([&] {
    screen = this->screen();
    std::vector<std::string> lines = lines_of(screen);
    return std::any_of(lines.begin(), lines.end(), [&](const auto& line) {
      return std::all_of(parts.begin(), parts.end(), [&](const auto& part) {
        return line.find(part) != line.npos;
      });
    });
  });
  INFO("the screen shows:\n" << screen);
  for (const std::string& part : parts) UNSCOPED_INFO("wanted: " << part);
  REQUIRE(found);
}

std::string Tmux::selected() {
  for (const std::string& line : lines_of(screen())) {
    if (line.starts_with("> ")) return line;
  }
  return {};
}

}  // namespace syncq::e2e
