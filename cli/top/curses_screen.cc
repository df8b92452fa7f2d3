#include "cli/top/curses_screen.h"

#define NCURSES_NOMACROS
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <unistd.h>
#include <wchar.h>

#include <array>
#include <clocale>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/terminal.h"
#include "cli/base/text.h"
#include "common/environment.h"

namespace syncq {
namespace {

using Key = KeyPress::Key;

// Pairs of ncurses, on the terminal's own background: dark or light.
constexpr short kGreen = 1;
constexpr short kRed = 2;
// How long after Esc the rest of a function key may come.
constexpr int kEscapeMs = 50;
constexpr wint_t kFirstPrintable = 0x20;
constexpr wint_t kDelete = 0x7f;

// The locale decides how ncurses writes a character. A system may lack the one
// that it names, but then hardly this one.
bool set_utf8_locale() {
  for (const char* name : {"", "C.UTF-8"}) {
    if (std::setlocale(LC_CTYPE, name) != nullptr && MB_CUR_MAX > 1)
      return true;
  }
  return false;
}

std::string encoded(wint_t c) {
  std::array<char, MB_LEN_MAX> bytes{};
  std::mbstate_t state{};
  std::size_t count =
      std::wcrtomb(bytes.data(), static_cast<wchar_t>(c), &state);
  return count == static_cast<std::size_t>(-1)
             ? ""
             : std::string(bytes.data(), count);
}

std::optional<Key> key_of(wint_t code) {
  switch (code) {
    case KEY_UP:
      return Key::kUp;
    case KEY_DOWN:
      return Key::kDown;
    case KEY_LEFT:
      return Key::kLeft;
    case KEY_RIGHT:
      return Key::kRight;
    case KEY_PPAGE:
      return Key::kPageUp;
    case KEY_NPAGE:
      return Key::kPageDown;
    case KEY_HOME:
      return Key::kHome;
    case KEY_END:
      return Key::kEnd;
    case KEY_ENTER:
      return Key::kEnter;
    case KEY_BACKSPACE:
      return Key::kBackspace;
    default:
      return std::nullopt;
  }
}

std::optional<KeyPress> press_of(wint_t c) {
  switch (c) {
    case '\t':
      return KeyPress{Key::kTab};
    case '\r':
    case '\n':
      return KeyPress{Key::kEnter};
    case '\x1b':
      return KeyPress{Key::kEscape};
    case '\b':
    case kDelete:
      return KeyPress{Key::kBackspace};
    default:
      if (c < kFirstPrintable) return std::nullopt;
      return KeyPress{Key::kText, encoded(c)};
  }
}

// Where and how a line is written.
struct Pen {
  int row = 0;
  int column = 0;
  int columns = 0;
  attr_t attributes = 0;
  short pair = 0;

  // Each character in the column that the layout has counted, whatever ncurses
  // thinks of its width.
  void write(std::string_view text, bool utf8) {
    while (!text.empty() && column < columns) {
      std::string_view before = text;
      std::wstring cell(1, static_cast<wchar_t>(take_character(text)));
      bool fits = utf8 || cell[0] < static_cast<wchar_t>(kDelete);
      fits = fits && wcwidth(cell[0]) > 0;
      if (fits) take_accents(text, cell);
      std::size_t size = before.size() - text.size();
      auto width = static_cast<int>(text_width(before.substr(0, size)));
      fits = fits && wcwidth(cell[0]) <= width && column + width <= columns;
      put(fits ? cell : L"?");
      column += width;
    }
  }

  void fill() {
    while (column < columns) {
      put(L" ");
      ++column;
    }
  }

 private:
  // Characters without a width of their own, which go onto the one before.
  static void take_accents(std::string_view& text, std::wstring& cell) {
    while (!text.empty() && cell.size() < CCHARW_MAX) {
      std::string_view rest = text;
      auto c = static_cast<wchar_t>(take_character(rest));
      if (wcwidth(c) != 0) return;
      cell += c;
      text = rest;
    }
  }

  void put(const std::wstring& text) const {
    cchar_t cell{};
    setcchar(&cell, text.c_str(), attributes, pair, nullptr);
    mvadd_wch(row, column, &cell);
  }
};

}  // namespace

class CursesScreen::Terminal {
 public:
  Terminal() : utf8_(has_utf8_locale() && set_utf8_locale()) {
    set_escdelay(kEscapeMs);
    screen_ = newterm(nullptr, stdout, stdin);
    if (screen_ == nullptr) {
      throw Failure("taking over the terminal: ncurses can't; use --once",
                    kExitUsage);
    }
    set_term(screen_);
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, true);
    nodelay(stdscr, true);
    curs_set(0);
    colours_ = env("NO_COLOR").empty() && has_colors() && start_color() == OK &&
               use_default_colors() == OK;
    if (colours_) {
      init_pair(kGreen, COLOR_GREEN, -1);
      init_pair(kRed, COLOR_RED, -1);
    }
  }
  ~Terminal() {
    endwin();
    delscreen(screen_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  ScreenSize size() const {
    // A stopped program hears of no SIGWINCH.
    TerminalSize now = stdout_size();
    auto rows = static_cast<int>(now.rows);
    auto columns = static_cast<int>(now.columns);
    if (is_term_resized(rows, columns)) resizeterm(rows, columns);
    return {static_cast<std::size_t>(COLS), static_cast<std::size_t>(LINES),
            utf8_};
  }

  void draw(const Screen& screen) const {
    erase();
    for (std::size_t i = 0; i < screen.size(); ++i) {
      Pen pen{.row = static_cast<int>(i), .columns = COLS};
      for (const Span& span : screen[i].spans) {
        set_style(pen, span.style, screen[i].is_selected);
        pen.write(span.text, utf8_);
      }
      if (!screen[i].is_selected) continue;
      set_style(pen, Style::kPlain, true);
      pen.fill();
    }
    refresh();
  }

 private:
  void set_style(Pen& pen, Style style, bool is_selected) const {
    pen.attributes = style == Style::kStrong  ? A_BOLD
                     : style == Style::kFaint ? A_DIM
                                              : A_NORMAL;
    if (is_selected) pen.attributes |= A_REVERSE;
    pen.pair = 0;
    if (style == Style::kGood && colours_) pen.pair = kGreen;
    if (style == Style::kBad && colours_) pen.pair = kRed;
    if (style == Style::kBad && !colours_) pen.attributes |= A_BOLD;
  }

  bool utf8_;
  bool colours_ = false;
  SCREEN* screen_ = nullptr;
};

CursesScreen::CursesScreen() : terminal_(std::make_unique<Terminal>()) {}
CursesScreen::~CursesScreen() = default;

ScreenSize CursesScreen::size() { return terminal_->size(); }
void CursesScreen::draw(const Screen& screen) { terminal_->draw(screen); }
void CursesScreen::forget() { clearok(curscr, true); }

std::optional<KeyPress> CursesScreen::key() {
  wint_t c = 0;
  for (;;) {
    int kind = get_wch(&c);
    if (kind == ERR) return std::nullopt;
    if (kind == OK) {
      if (auto press = press_of(c)) return press;
    } else if (auto key = key_of(c)) {
      return KeyPress{*key};
    }
  }
}

}  // namespace syncq
