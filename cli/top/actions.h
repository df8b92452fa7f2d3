#pragma once

#include <optional>
#include <string>

#include "cli/client/client.h"
#include "cli/client/request.h"
#include "cli/top/model.h"

namespace syncq {

// A request for the daemon, and what its answer is for.
struct TopRequest {
  enum class For {
    kEnded,
    kEndedOf,  // one FIFO
    kFifo,
    kHistory,
    kMessages,
    kAction,
    kRedrive,
  };

  For what = For::kAction;
  std::string method = "GET";
  RequestTarget target{""};
  // What it is about: the FIFO's or queue's id.
  std::string about;
  // Of an action: "cancelled ...", and what a refusal is about, by name.
  std::string done;
  std::string fifo;
  std::string ticket;
  std::string queue;
  std::string verb;

  bool is_action() const { return what >= For::kAction; }
};

// What a key would do to the row that is selected: the request, or why there is
// none.
struct Action {
  std::optional<TopRequest> request;
  // Set: it is asked first.
  std::string question;
  std::string refusal;
};

// Of the keys c, k, f, p and r.
Action action_of(char key, const TopModel& model);

// The requests for what is shown beside the events.
TopRequest ended_request();
TopRequest ended_request(const std::string& fifo);
TopRequest fifo_request(const std::string& id);
TopRequest history_request(const std::string& id);
TopRequest messages_request(const std::string& id, const std::string& state);

// How many dead letters one request puts back at most.
inline constexpr std::int64_t kRedrivenAtOnce = 1000;

// The refusal of a request in the words of the commands.
std::string refusal_text(const TopRequest& request, const DaemonReply& reply);

}  // namespace syncq
