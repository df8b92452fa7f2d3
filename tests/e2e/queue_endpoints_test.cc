// The queue API, endpoint by endpoint: each documented status and body, by
// plain curl, for durable and ephemeral queues alike.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/sandbox.h"

using namespace syncq::e2e;

namespace {

struct Answer {
  int status;
  std::string body;

  Json json() const { return Json::parse(body); }
  std::string error() const { return json()["error"]; }
};

// A daemon with one queue, "q", of three messages; "none" is no queue.
class Service {
 public:
  Service() {
    bool ephemeral = GENERATE(false, true);
    box_.ok("syncq daemon start");
    post(R"({"name":"q","ephemeral":)" +
         std::string(ephemeral ? "true}" : "false}"));
    for (const char* each : {"a", "b", "c"}) put("q", each);
  }

  // curl's options and a path.
  Answer ask(const std::string& options, const std::string& path) {
    std::string text =
        box_.ok("curl -sS -w '%{http_code}' --unix-socket s " + options + " " +
                shell_word("http://localhost" + path));
    std::size_t end = text.size() - 3;
    return {std::stoi(text.substr(end)), text.substr(0, end)};
  }
  Answer get(const std::string& path) { return ask("", path); }
  Answer post(const std::string& body) {
    return ask("-d " + shell_word(body), "/queues");
  }
  Answer put(const std::string& queue, const std::string& message) {
    return ask("-X PUT --data-binary " + shell_word(message),
               "/queues/" + queue);
  }
  std::string id() { return get("/queues/q").json()["queue"]["id"]; }
  // The messages left, from the head on.
  std::string left() {
    std::string all;
    Answer next = get("/queues/q/peek/0");
    for (int i = 1; next.status == 200; ++i) {
      all += next.body;
      next = get("/queues/q/peek/" + std::to_string(i));
    }
    return all;
  }

  void refuses(const std::string& path, const std::string& error) {
    Answer answer = get(path);
    INFO(path << " answered " << answer.body);
    CHECK(answer.status == 400);
    CHECK(answer.error() == error);
  }

 private:
  Sandbox box_;
};

}  // namespace

TEST_CASE("GET /queues: 200, by creation, with the count") {
  Service service;
  service.put("later", "x");
  Answer answer = service.get("/queues");
  CHECK(answer.status == 200);
  Json list = answer.json();
  CHECK(list["count"]["queues"] == 2);
  REQUIRE(list["queues"].size() == 2);
  CHECK(list["queues"][0] == service.get("/queues/q").json()["queue"]);
  CHECK(list["queues"][1]["name"] == "later");
  service.ask("-X DELETE", "/queues/q");
  service.ask("-X DELETE", "/queues/later");
  CHECK(service.get("/queues").json() ==
        Json::parse(R"({"queues":[],"count":{"queues":0}})"));
}

TEST_CASE("POST /queues: 200, the queue was created") {
  Service service;
  Answer made = service.post(R"({"name":"n","ephemeral":true,"capacity":2})");
  CHECK(made.status == 200);
  Json queue = made.json()["queue"];
  CHECK(queue["name"] == "n");
  CHECK(queue["ephemeral"] == true);
  CHECK(queue["capacity"] == 2);
  CHECK(queue["size"] == 0);
  // The defaults: a random name, durable, without limit.
  Json plain = service.post("{}").json()["queue"];
  CHECK(plain["name"].get<std::string>().size() > 8);
  CHECK(plain["ephemeral"] == false);
  CHECK(plain["capacity"].is_null());
  CHECK(service.post("{}").json()["queue"]["name"] != plain["name"]);
}

TEST_CASE("POST /queues: a full queue pushes out what is on the head") {
  Service service;
  service.post(R"({"name":"n","capacity":2})");
  for (const char* each : {"1", "2", "3"}) {
    CHECK(service.put("n", each).status == 201);
  }
  CHECK(service.get("/queues/n/head").body == "2");
  CHECK(service.get("/queues/n/head").body == "3");
}

TEST_CASE("POST /queues: what is refused") {
  Service service;
  auto refused = [&](const char* body, int status, const char* error) {
    Answer answer = service.post(body);
    INFO(body << " answered " << answer.body);
    CHECK(answer.status == status);
    CHECK(answer.error() == error);
  };
  refused(R"({"name":"q"})", 409, "conflict");
  refused(R"({"name":"a b"})", 400, "invalid_name");
  refused(R"({"name":""})", 400, "invalid_json");
  refused(R"({"name":7})", 400, "invalid_json");
  refused(R"({"capacity":0})", 400, "invalid_json");
  refused(R"({"ephemeral":"yes"})", 400, "invalid_json");
  refused(R"({"nmae":"x"})", 400, "unknown_parameter");
  refused("[]", 400, "invalid_json");
  CHECK(service.get("/queues").json()["count"]["queues"] == 1);
}

TEST_CASE("GET /queues/:queue: 200, by name and by id, and 400 not_found") {
  Service service;
  Answer named = service.get("/queues/q");
  CHECK(named.status == 200);
  Json queue = named.json()["queue"];
  CHECK(queue["name"] == "q");
  CHECK(queue["size"] == 3);
  CHECK(queue["ephemeral"].is_boolean());
  Answer by_id = service.get("/queues/" + queue["id"].get<std::string>());
  CHECK(by_id.body == named.body);
  service.refuses("/queues/none", "not_found");
}

TEST_CASE("GET /queues/:queue/messages: 200, what is in it") {
  Service service;
  service.ask("-X POST", "/queues/q/head?lease=1m");
  Json all = service.get("/queues/q/messages").json();
  CHECK(all["count"]["messages"] == 2);
  const Json& first = all["messages"][0];
  CHECK(first["index"] == 0);
  CHECK(first["text"] == "b");
  CHECK(first["size"] == 1);
  CHECK(first["attempts"] == 0);
  CHECK(first["age_ms"] >= 0);
  CHECK(first["lease"].is_null());
  CHECK(first["dead"].is_null());
  Json one = service.get("/queues/q/messages?from=1&limit=1").json();
  CHECK(one["messages"].size() == 1);
  CHECK(one["messages"][0]["text"] == "c");
  Json leased = service.get("/queues/q/messages?state=leased").json();
  REQUIRE(leased["messages"].size() == 1);
  CHECK(leased["messages"][0]["lease"].is_string());
  CHECK(leased["messages"][0]["due_ms"] > 0);
  CHECK(service.left() == "bc");
  service.refuses("/queues/none/messages", "not_found");
  service.refuses("/queues/q/messages?state=x", "bad_request");
  service.refuses("/queues/q/messages?limit=0", "invalid_number");
}

TEST_CASE("DELETE /queues/:queue/messages/:id: 204, and 400 once it is gone") {
  Service service;
  Json second = service.get("/queues/q/messages?from=1").json()["messages"][0];
  std::string path = "/queues/q/messages/" + second["id"].get<std::string>();
  CHECK(service.ask("-X DELETE", path).status == 204);
  Answer again = service.ask("-X DELETE", path);
  CHECK(again.status == 400);
  CHECK(again.error() == "empty");
  CHECK(service.ask("-X DELETE", "/queues/q/messages/x").error() ==
        "invalid_index");
  CHECK(service.left() == "ac");
}

TEST_CASE("POST /queues/:queue/set: 200 with the queue, and what is refused") {
  Service service;
  auto set = [&](const char* body) {
    return service.ask("-d " + shell_word(body), "/queues/q/set");
  };
  Answer limited = set(R"({"capacity":3,"overflow":"reject"})");
  CHECK(limited.status == 200);
  CHECK(limited.json()["queue"]["capacity"] == 3);
  CHECK(service.put("q", "d").status == 409);
  CHECK(set(R"({"capacity":2})").error() == "at_capacity");
  CHECK(set(R"({"name":"r"})").error() == "unknown_parameter");
  CHECK(set(R"({"capacity":0})").error() == "invalid_json");
  CHECK(set(R"({"max_attempts":2})").error() == "bad_request");
  Json free = set(R"({"capacity":null})").json()["queue"];
  CHECK(free["capacity"].is_null());
  CHECK(free["overflow"] == "reject");
  CHECK(service.put("q", "d").status == 201);
}

TEST_CASE("PUT /queues/:queue: 201 with an empty body, at the tail") {
  Service service;
  Answer put = service.put(service.id(), "d");
  CHECK(put.status == 201);
  CHECK(put.body.empty());
  CHECK(service.left() == "abcd");
}

TEST_CASE("PUT /queues/:queue: a queue that is not there is created") {
  Service service;
  CHECK(service.put("fresh", "first").status == 201);
  Json queue = service.get("/queues/fresh").json()["queue"];
  CHECK(queue["size"] == 1);
  CHECK(queue["ephemeral"] == false);
  CHECK(queue["capacity"].is_null());
  CHECK(service.get("/queues/fresh/head").body == "first");
}

TEST_CASE("DELETE /queues/:queue: 204, and again, and if nothing was there") {
  Service service;
  for (const char* each : {"q", "q", "none"}) {
    Answer gone = service.ask("-X DELETE", "/queues/" + std::string(each));
    CHECK(gone.status == 204);
    CHECK(gone.body.empty());
  }
  service.refuses("/queues/q", "not_found");
}

TEST_CASE("GET /queues/:queue/consume/:index: 200 once, and 400") {
  Service service;
  Answer taken = service.get("/queues/q/consume/1");
  CHECK(taken.status == 200);
  CHECK(taken.body == "b");
  CHECK(service.left() == "ac");
  CHECK(service.ask("-X POST", "/queues/q/consume/1").body == "c");
  service.refuses("/queues/q/consume/1", "empty");
  service.refuses("/queues/q/consume/x", "invalid_index");
  service.refuses("/queues/none/consume/0", "not_found");
  CHECK(service.left() == "a");
}

TEST_CASE("GET /queues/:queue/head: 200, as consume/0, and 400") {
  Service service;
  Answer taken = service.get("/queues/q/head");
  CHECK(taken.status == 200);
  CHECK(taken.body == "a");
  CHECK(service.ask("-X POST", "/queues/q/head").body == "b");
  CHECK(service.get("/queues/q/head").body == "c");
  service.refuses("/queues/q/head", "empty");
  service.refuses("/queues/none/head", "not_found");
}

TEST_CASE("GET /queues/:queue/peek/:index: 200, and it stays, and 400") {
  Service service;
  for (int round = 0; round < 2; ++round) {
    Answer seen = service.get("/queues/q/peek/2");
    CHECK(seen.status == 200);
    CHECK(seen.body == "c");
  }
  service.refuses("/queues/q/peek/3", "empty");
  service.refuses("/queues/q/peek/-1", "invalid_index");
  service.refuses("/queues/none/peek/0", "not_found");
  CHECK(service.ask("-X POST", "/queues/q/peek/0").status == 405);
  CHECK(service.left() == "abc");
}

TEST_CASE("GET /queues/:queue/tail: 200, as consume/size-1, and 400") {
  Service service;
  Answer taken = service.get("/queues/q/tail");
  CHECK(taken.status == 200);
  CHECK(taken.body == "c");
  CHECK(service.ask("-X POST", "/queues/q/tail").body == "b");
  CHECK(service.get("/queues/q/tail").body == "a");
  service.refuses("/queues/q/tail", "empty");
  service.refuses("/queues/none/tail", "not_found");
}

TEST_CASE("a message keeps its Content-Type, and without one it is bytes") {
  Service service;
  auto type_of = [&](const std::string& header) {
    service.ask("-X PUT -d x -H '" + header + "'", "/queues/t");
    return service
        .ask("-o message -w '%{content_type}\\n%{http_code}'", "/queues/t/head")
        .body;
  };
  CHECK(type_of("Content-Type: text/plain; charset=utf-8") ==
        "text/plain; charset=utf-8\n");
  CHECK(type_of("Content-Type:") == "application/octet-stream\n");
}
