#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/top/actions.h"
#include "cli/top/model.h"

namespace syncq {

// A key, whatever terminal it comes from.
struct KeyPress {
  enum class Key {
    kText,
    kUp,
    kDown,
    kLeft,
    kRight,
    kPageUp,
    kPageDown,
    kHome,
    kEnd,
    kTab,
    kEnter,
    kEscape,
    kBackspace,
  };
  Key key = Key::kText;
  std::string text{};  // of kText: one character, in UTF-8
};

// What the keys do to the model, and what is asked of the daemon for it. Knows
// neither screen nor socket. One thread.
class TopControl {
 public:
  // What keys mean now.
  enum class Mode { kMove, kFilter, kAsk, kHelp, kOver };

  // Returns the action that the user has asked for, and confirmed if need be.
  std::optional<TopRequest> press(const KeyPress& press);

  // A line of GET /events.
  void take_event(std::string_view line, Moment now);
  // The daemon has gone, or has come back; nothing if that is known.
  void connected(bool is_connected);
  // The answer of a request, and what to ask next for it; or why there is none.
  std::optional<TopRequest> take_reply(const TopRequest& request,
                                       const DaemonReply& reply, Moment now);
  void take_failure(const TopRequest& request, std::string_view why);
  // What is shown has become stale: at most one request of each kind is on its
  // way.
  std::vector<TopRequest> due();

  TopModel& model() { return model_; }
  const TopModel& model() const { return model_; }
  Mode mode() const { return mode_; }
  bool is_connected() const { return is_connected_; }
  // Of the bottom line: the question, or how the last action went.
  // A question stays until it is answered.
  const std::string& notice() const {
    return mode_ == Mode::kAsk ? question_ : notice_;
  }
  bool is_refusal() const { return mode_ != Mode::kAsk && is_refusal_; }

 private:
  struct Asked {
    bool is_stale = false;
    bool is_on_its_way = false;
  };
  std::optional<TopRequest> move(const KeyPress& press);
  std::optional<TopRequest> letter(char key);
  std::optional<TopRequest> answer(const KeyPress& press);
  void edit_filter(const KeyPress& press);
  void go_back();
  void other_messages(std::int64_t by);
  void opened();
  void tell(std::string text, bool is_refusal);
  void take_ended(const std::vector<TopTurn>& turns);
  void ask_for_untold(std::vector<TopRequest>& requests);
  void take_messages(const TopRequest& request, const nlohmann::json& body);
  std::optional<TopRequest> take_redriven(const TopRequest& request,
                                          const nlohmann::json& body);

  TopModel model_;
  Mode mode_ = Mode::kMove;
  bool is_connected_ = true;
  std::string question_;
  std::string notice_;
  bool is_refusal_ = false;
  std::optional<TopRequest> asked_first_;
  std::map<TopRequest::For, Asked> asked_;
  std::optional<std::string> turns_mark_;
  // Turns that are over, and what they were of, until the history tells of
  // them.
  std::map<std::string, std::string> untold_;
  bool is_told_of_last_ = false;
  std::int64_t redriven_ = 0;
};

}  // namespace syncq
