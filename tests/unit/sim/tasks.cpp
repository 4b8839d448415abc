#include "sim/tasks.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace hybridcare;

TEST_CASE("every task is done once, whatever the number of threads", "[sim]") {
  CHECK(rc::check("once each, progress without gaps", [] {
    const auto count = *rc::gen::inRange<std::size_t>(0, 200);
    const int threads = *rc::gen::inRange(0, 9);
    std::vector<std::atomic<int>> done(count);
    std::vector<std::size_t> seen;  // no lock: progress is called one at a time
    std::atomic<bool> thread_in_range = true;
    run_tasks(count, threads, nullptr,
              [&](std::size_t finished, std::size_t all) {
                RC_ASSERT(all == count);
                seen.push_back(finished);
              },
              [&](std::size_t task, int thread) {
                ++done[task];
                if (thread < 0 || thread >= threads_to_use(count, threads)) thread_in_range = false;
              });
    RC_ASSERT(std::all_of(done.begin(), done.end(), [](const std::atomic<int>& times) { return times == 1; }));
    RC_ASSERT(seen.size() == count);
    for (std::size_t i = 0; i < count; ++i) RC_ASSERT(seen[i] == i + 1);
    RC_ASSERT(thread_in_range.load());
  }));
}

TEST_CASE("no two tasks at a time share a thread number", "[sim]") {
  constexpr int kThreads = 4;
  std::atomic<int> busy[kThreads] = {};
  std::atomic<bool> shared = false;
  run_tasks(400, kThreads, nullptr, nullptr, [&](std::size_t, int thread) {
    if (busy[thread].fetch_add(1) != 0) shared = true;
    std::this_thread::yield();
    --busy[thread];
  });
  CHECK_FALSE(shared);
}

TEST_CASE("tasks run side by side", "[sim]") {
  std::atomic<int> arrived = 0;  // two tasks that wait for each other: one thread alone would give up
  std::atomic<bool> met = false;
  run_tasks(2, 2, nullptr, nullptr, [&](std::size_t, int) {
    ++arrived;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (arrived < 2 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    if (arrived == 2) met = true;
  });
  CHECK(met);
}

TEST_CASE("an exception of a task comes out, and the rest is not started", "[sim]") {
  for (const int threads : {1, 2, 7}) {
    std::atomic<int> started = 0;
    const auto work = [&](std::size_t task, int) {
      ++started;
      if (task == 5) throw std::runtime_error("task 5");
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    };
    CHECK_THROWS_WITH(run_tasks(100'000, threads, nullptr, nullptr, work), "task 5");
    CHECK(started < 50'000);
  }
}

TEST_CASE("an exception of progress comes out", "[sim]") {
  const auto progress = [](std::size_t done, std::size_t) {
    if (done == 3) throw std::runtime_error("no more");
  };
  CHECK_THROWS_WITH(run_tasks(50, 3, nullptr, progress, [](std::size_t, int) {}), "no more");
}

TEST_CASE("the cancel flag is seen between tasks", "[sim]") {
  for (const int threads : {1, 3}) {
    std::atomic<bool> cancel = false;
    std::atomic<int> started = 0;
    const auto work = [&](std::size_t task, int) {
      ++started;
      if (task == 4) cancel = true;
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    };
    CHECK_THROWS_AS(run_tasks(1'000'000, threads, &cancel, nullptr, work), Cancelled);
    CHECK(started < 1'000'000);
  }
  const std::atomic<bool> at_once = true;
  int started = 0;
  CHECK_THROWS_AS(run_tasks(3, 1, &at_once, nullptr, [&](std::size_t, int) { ++started; }), Cancelled);
  CHECK(started == 0);
  CHECK_NOTHROW(run_tasks(0, 1, &at_once, nullptr, [&](std::size_t, int) { ++started; }));  // nothing was kept back
}

TEST_CASE("numbers of threads", "[sim]") {
  CHECK(threads_to_use(100, 3) == 3);
  CHECK(threads_to_use(2, 16) == 2);
  CHECK(threads_to_use(0, 4) == 1);
  CHECK(threads_to_use(1'000'000, 0) >= 1);
  CHECK_THROWS_AS(threads_to_use(10, -1), UserError);
}
