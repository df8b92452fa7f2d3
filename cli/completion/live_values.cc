#include "cli/completion/live_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>

#include "cli/client/ask.h"
#include "cli/client/holder.h"
#include "cli/client/json_fields.h"
#include "cli/client/request.h"
#include "cli/client/target.h"
#include "cli/client/ticket_text.h"
#include "common/environment.h"
#include "common/slot_list.h"

namespace syncq {
namespace {

// A Tab must not hang; ssh may have to connect first.
constexpr auto kPatience = std::chrono::milliseconds(500);
constexpr auto kPatienceOverSsh = std::chrono::seconds(3);

// What the line says, by the names that the table gives it.
class Words {
 public:
  Words(const OptionTable& table, const Given& given)
      : table_(table), given_(given) {}

  // The value of an option.
  std::string option(std::string_view name) const {
    return first([&](const OptionRow& row) {
      return std::ranges::count(row.names, name) > 0;
    });
  }
  // The positional of a type.
  std::string positional(std::string_view type) const {
    return first([&](const OptionRow& row) {
      return row.positional && row.type == type;
    });
  }

 private:
  template <typename Wanted>
  std::string first(Wanted wanted) const {
    for (const OptionRow& row : table_.rows) {
      auto found = given_.find(&row);
      if (wanted(row) && found != given_.end() && !found->second.empty()) {
        return found->second.front();
      }
    }
    return {};
  }

  const OptionTable& table_;
  const Given& given_;
};

// As the shell will expand it.
std::string home_for_tilde(const std::string& path) {
  return path.starts_with("~/") ? std::string(env("HOME")) + path.substr(1)
                                : path;
}

class Daemon {
 public:
  explicit Daemon(const Words& words) {
    ClientOptions options;
    options.endpoint = words.option("--endpoint");
    options.socket = home_for_tilde(words.option("--socket"));
    options.no_spawn = true;
    target_ = find_target(options);
    if (!target_.is_ssh()) return;
    // It must not ask for a password here.
    std::string_view ssh = env("SYNCQ_SSH");
    std::string batch = fmt::format("{} -o BatchMode=yes -o LogLevel=QUIET",
                                    ssh.empty() ? "ssh" : ssh);
    setenv("SYNCQ_SSH", batch.c_str(), 1);
    deadline_ = Deadline::after(kPatienceOverSsh);
  }

  // An empty object for no answer, or a refusal.
  nlohmann::json get(const RequestTarget& address) const {
    auto reply = ask_if_running(target_, address.text(), deadline_);
    if (!reply || !reply->ok()) return nlohmann::json::object();
    return parse_body(*reply);
  }

 private:
  Target target_;
  Deadline deadline_ = Deadline::after(kPatience);
};

std::string fifo_about(const nlohmann::json& fifo) {
  std::string about = "free";
  if (field_text(fifo, "held") != "0") about = "held";
  if (auto holder = read_holder(field_of(fifo, "holder"))) {
    about = "held by " + holder->text();
  }
  if (std::string waiting = field_text(fifo, "waiting"); waiting != "0") {
    about += fmt::format(", {} waiting", waiting);
  }
  return field_text(fifo, "paused") == "true" ? about + ", paused" : about;
}

Offers fifos(const Daemon& daemon) {
  Offers offers;
  nlohmann::json body = daemon.get(RequestTarget("/fifo"));
  for (const auto& fifo : field_of(body, "fifos")) {
    std::string name = field_text(fifo, "name");
    offers.push_back(
        {name.empty() ? field_text(fifo, "uuid") : name, fifo_about(fifo)});
  }
  return offers;
}

// Behind those that the word has already.
Offers more_fifos(const Daemon& daemon, std::string_view current) {
  Offers offers = fifos(daemon);
  const std::size_t comma = current.rfind(',');
  if (comma == current.npos) return offers;
  for (Offer& each : offers) each.word.insert(0, current.substr(0, comma + 1));
  return offers;
}

Offers queues(const Daemon& daemon) {
  Offers offers;
  nlohmann::json body = daemon.get(RequestTarget("/queues"));
  for (const auto& queue : field_of(body, "queues")) {
    offers.push_back({field_text(queue, "name"),
                      fmt::format("{} ready", field_text(queue, "size"))});
  }
  return offers;
}

// What tells one ticket from the others, beside the word that is offered.
std::string ticket_about(const nlohmann::json& ticket, bool has_number) {
  std::string label = field_text(ticket, "label");
  if (has_number) return label.empty() ? field_text(ticket, "ticket") : label;
  std::string place = field_text(ticket, "place");
  std::string about = place == "0" ? "has its turn" : "place " + place;
  return label.empty() ? about : about + ": " + label;
}

// Which tickets of a FIFO, and what stands for one beside its UUID.
struct Wanted {
  bool waiting = true;
  bool held = true;
  // A list of it, with commas.
  std::string (*others)(const nlohmann::json& ticket) = nullptr;
};

Offers tickets(const Daemon& daemon, const std::string& fifo,
               const Wanted& wanted, std::string_view current) {
  Offers uuids;
  if (fifo.empty()) return uuids;
  Offers others;
  nlohmann::json body = daemon.get(RequestTarget("/fifo").segment(fifo));
  for (const auto& ticket : field_of(body, "tickets")) {
    bool waits = field_text(ticket, "state") == "waiting";
    if (waits ? !wanted.waiting : !wanted.held) continue;
    uuids.push_back(
        {field_text(ticket, "ticket"), ticket_about(ticket, false)});
    if (wanted.others == nullptr) continue;
    for (std::string& each : split_list(wanted.others(ticket))) {
      others.push_back({std::move(each), ticket_about(ticket, true)});
    }
  }
  // The UUIDs only to somebody who begins one.
  bool any = std::any_of(others.begin(), others.end(), [&](const Offer& each) {
    return each.word.starts_with(current);
  });
  return any ? others : uuids;
}

// Messages in one of these states, by the member that names them.
Offers messages(const Daemon& daemon, const std::string& queue,
                std::initializer_list<const char*> states, const char* name) {
  constexpr const char* kMost = "100";
  Offers offers;
  if (queue.empty()) return offers;
  for (const char* state : states) {
    RequestTarget address("/queues");
    address.segment(queue).segment("messages");
    address.add("state", state).add("limit", kMost);
    nlohmann::json body = daemon.get(address);
    for (const auto& message : field_of(body, "messages")) {
      std::string text = field_text(message, "text");
      offers.push_back(
          {field_text(message, name),
           text.empty() ? field_text(message, "size") + " bytes" : text});
    }
  }
  return offers;
}

Offers signals() {
  Offers offers;
  for (const char* name :
       {"TERM", "INT", "HUP", "QUIT", "KILL", "STOP", "CONT", "USR1", "USR2"}) {
    offers.push_back({name, ""});
  }
  return offers;
}

Offers find(std::string_view type, const Words& words,
            std::string_view current) {
  if (type == "SIGNAL") return signals();
  Daemon daemon(words);
  std::string fifo = words.positional("FIFO");
  std::string queue = words.positional("QUEUE");
  if (type == "FIFO") return fifos(daemon);
  if (type == "FIFOS") return more_fifos(daemon, current);
  if (type == "QUEUE") return queues(daemon);
  if (type == "TICKET") return tickets(daemon, fifo, {}, current);
  if (type == "PLACE|TICKET") {
    auto place = [](const nlohmann::json& ticket) {
      return field_text(ticket, "place");
    };
    return tickets(daemon, fifo, {.held = false, .others = place}, current);
  }
  if (type == "SLOT|TICKET") {
    return tickets(daemon, fifo, {.waiting = false, .others = slots_text},
                   current);
  }
  if (type == "LEASE") return messages(daemon, queue, {"leased"}, "lease");
  if (type == "INDEX") return messages(daemon, queue, {"ready"}, "index");
  if (type == "ID") {
    return messages(daemon, queue, {"ready", "delayed", "leased", "blocked"},
                    "id");
  }
  return {};
}

}  // namespace

Completion find_live_values(std::string_view type, const OptionTable& table,
                            const Given& given, std::string_view current) {
  if (type == "FILE") return {Completion::Kind::kFiles, {}};
  try {
    Offers offers = find(type, Words(table, given), current);
    keep_harmless(offers);
    return {{}, offers};
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace syncq
