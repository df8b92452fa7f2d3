#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/top/control.h"
#include "cli/top/screen.h"

namespace syncq {

// A daemon's documents, made by hand, and what `syncq top` makes of them.
struct TopFixture {
  using Json = nlohmann::json;

  TopControl control;
  Moment now{std::chrono::hours(1)};
  Json overview{{"fifos", Json::array()},
                {"queues", Json::array()},
                {"more", Json::object()}};

  static Json ticket(const std::string& id, const std::string& label,
                     int place) {
    return {{"ticket", id},    {"state", place == 0 ? "accepted" : "waiting"},
            {"place", place},  {"slot", place == 0 ? Json(0) : Json()},
            {"label", label},  {"pid", 812},
            {"cwd", "/srv"},   {"state_ms", 60'000},
            {"stopped", false}};
  }
  TopFixture() {
    // What fifo() and queue() return stays where it is.
    for (const char* list : {"fifos", "queues"}) {
      overview[list].get_ref<Json::array_t&>().reserve(1000);
    }
  }

  Json& fifo(const std::string& name, int slots = 1) {
    overview["fifos"].push_back({{"uuid", "uuid-" + name},
                                 {"name", name},
                                 {"slots", slots},
                                 {"held", 0},
                                 {"waiting", 0},
                                 {"fence", 1},
                                 {"paused", false},
                                 {"tickets", Json::array()}});
    return overview["fifos"].back();
  }
  static void hold(Json& fifo, const std::string& label) {
    fifo["held"] = fifo["held"].get<int>() + 1;
    Json held = ticket(label, label, 0);
    held["slot"] = fifo["held"].get<int>() - 1;
    fifo["tickets"].push_back(held);
  }
  static void wait(Json& fifo, const std::string& label) {
    int place = fifo["waiting"].get<int>() + 1;
    fifo["waiting"] = place;
    fifo["tickets"].push_back(ticket(label, label, place));
  }
  Json& queue(const std::string& name, int ready) {
    overview["queues"].push_back({{"id", "id-" + name},
                                  {"name", name},
                                  {"size", ready},
                                  {"leased", 0},
                                  {"delayed", 0},
                                  {"in", ready},
                                  {"out", 0},
                                  {"in_per_s", nullptr},
                                  {"out_per_s", nullptr},
                                  {"dead_letter", nullptr},
                                  {"paused", false}});
    return overview["queues"].back();
  }
  static Json turn(const std::string& fifo, const Json& status) {
    return {{"fifo", fifo},
            {"ticket", "of-" + fifo},
            {"label", "make " + fifo},
            {"end", "done"},
            {"exit_status", status},
            {"signal", nullptr},
            {"waited_ms", 2000},
            {"ran_ms", 61'000},
            {"ended_at", "1970-01-01T00:00:10Z"}};
  }

  void look() { control.take_event(overview.dump(), now); }
  void ended(const std::vector<Json>& turns) {
    answer(ended_request(), {{"turns", turns}});
  }
  std::optional<TopRequest> answer(const TopRequest& request, const Json& body,
                                   int status = 200) {
    DaemonReply reply;
    reply.status = status;
    reply.body = body.dump();
    return control.take_reply(request, reply, now);
  }

  std::optional<TopRequest> press(KeyPress::Key key) {
    return control.press({key});
  }
  // Each character is a key.
  std::optional<TopRequest> type(const std::string& text) {
    std::optional<TopRequest> last;
    for (char c : text) {
      last = control.press({KeyPress::Key::kText, std::string(1, c)});
    }
    return last;
  }
  std::string selected() {
    auto row = control.model().selected();
    return row ? row->id() : "";
  }

  Screen draw(std::size_t columns, std::size_t rows, bool utf8 = true) {
    return draw_top(control, {{columns, rows, utf8}, now, 20'000});
  }
  // Without the spaces at the ends of lines.
  std::vector<std::string> lines(std::size_t columns, std::size_t rows,
                                 bool utf8 = true) {
    std::vector<std::string> all;
    for (const ScreenLine& line : draw(columns, rows, utf8)) {
      std::string text = plain_text(line);
      text.erase(text.find_last_not_of(' ') + 1);
      all.push_back(std::move(text));
    }
    return all;
  }
};

}  // namespace syncq
