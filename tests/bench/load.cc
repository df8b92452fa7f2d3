// bench_load PROTOCOL SOCKET OPERATION CONNECTIONS OPERATIONS SIZE
//
// Puts a closed-loop load on a server and prints one JSON object: operations
// per second, and the percentiles of an operation's time in microseconds.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "tests/bench/load_client.h"

using namespace syncq::bench;

namespace {

double percentile(const std::vector<std::int64_t>& sorted, double part) {
  auto place =
      static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1));
  return static_cast<double>(sorted[place]) / 1e3;
}

void report(std::vector<std::int64_t> times, double seconds) {
  std::sort(times.begin(), times.end());
  fmt::print(
      "{{\"rate\":{:.0f},\"p50_us\":{:.1f},\"p99_us\":{:.1f},"
      "\"p999_us\":{:.1f},\"max_us\":{:.1f}}}\n",
      static_cast<double>(times.size()) / seconds, percentile(times, 0.5),
      percentile(times, 0.99), percentile(times, 0.999),
      percentile(times, 1.0));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    fmt::print(stderr,
               "usage: bench_load PROTOCOL SOCKET OPERATION CONNECTIONS "
               "OPERATIONS SIZE\n");
    return 2;
  }
  try {
    auto protocol = make_protocol(argv[1]);
    auto number = [&](int place) {
      return std::strtoull(argv[place], nullptr, 10);
    };
    Load load{argv[2], argv[3], number(4), number(5), number(6)};
    auto start = std::chrono::steady_clock::now();
    auto times = run_load(load, *protocol);
    std::chrono::duration<double> took =
        std::chrono::steady_clock::now() - start;
    report(std::move(times), took.count());
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_load: {}\n", error.what());
    return 1;
  }
}
