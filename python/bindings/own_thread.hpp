// Long work runs on a thread of its own with the GIL released, while the calling thread looks every few hundredths of a
// second for Ctrl-C: a signal handler of Python's runs only on the main thread and only between its bytecodes.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "bindings.hpp"
#include "scenarios/run.hpp"

namespace hybridcare::bindings {

inline constexpr std::chrono::milliseconds kSlice{40};  ///< so long may Ctrl-C and the progress bar lag behind

/// Runs `work()` to its end on its own thread. `tick()` is called with the GIL held after each slice; if it throws, or
/// a signal handler raised, `cancel` is set, the work is waited for, and that error goes on. Errors of `work` come
/// after it.
template <class Work, class Tick>
void on_own_thread(Work&& work, Tick&& tick, std::atomic<bool>& cancel) {
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
  std::exception_ptr failure, interruption;
  std::thread worker([&] {
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard lock(mutex);
    done = true;
    ended.notify_one();
  });
  for (bool over = false; !over;) {
    {
      const py::gil_scoped_release released;
      std::unique_lock lock(mutex);
      over = ended.wait_for(lock, kSlice, [&] { return done; });
    }
    if (interruption) continue;  // already asked to stop; wait for the end of the blocks in flight
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      tick();
    } catch (...) {
      interruption = std::current_exception();
      cancel = true;
    }
  }
  worker.join();
  if (interruption) std::rethrow_exception(interruption);
  if (failure) std::rethrow_exception(failure);
}

/// The same for a run, which can be cancelled and says how far it is.
/// @param run       its cancel flag and progress are set for as long as the work lasts
/// @param progress  None, or called with (done, total) on this thread after every slice, whether anything was done or
///                  not: it may also be what stops the run, at a deadline
template <class Work>
void on_own_thread(RunOptions& run, const py::object& progress, Work&& work) {
  std::atomic<bool> cancel{false};
  std::atomic<std::size_t> done{0}, total{0};
  run.cancel = &cancel;
  run.progress = [&](std::size_t d, std::size_t t) {
    total = t;
    done = d;
  };
  const auto tick = [&] {
    if (!progress.is_none()) progress(done.load(), total.load());
  };
  on_own_thread(std::forward<Work>(work), tick, cancel);
}

}  // namespace hybridcare::bindings
