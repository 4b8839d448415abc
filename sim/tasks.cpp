#include "sim/tasks.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "sim/error.hpp"

namespace hybridcare {

namespace {

/// What the threads of one run_tasks share.
class TaskQueue {
 public:
  TaskQueue(std::size_t count, const std::atomic<bool>* cancel, std::function<void(std::size_t, std::size_t)> progress)
      : count_(count), cancel_(cancel), progress_(std::move(progress)) {}

  /// Takes tasks until none is left, one fails, or the flag is set.
  void work_off(int thread, const std::function<void(std::size_t, int)>& work) {
    try {
      for (std::size_t task; take(task);) {
        work(task, thread);
        report();
      }
    } catch (...) {
      fail(std::current_exception());
    }
  }

  void fail(std::exception_ptr error) {
    const std::scoped_lock lock(mutex_);
    if (!error_) error_ = std::move(error);
    stopped_ = true;
  }

  /// Once no thread is at work any more.
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  bool take(std::size_t& task) {
    if (stopped_) return false;
    task = next_.fetch_add(1);
    if (task >= count_) return false;
    if (cancel_ && cancel_->load()) throw Cancelled();
    return true;
  }

  void report() {
    if (!progress_) return;
    const std::scoped_lock lock(progress_mutex_);
    progress_(++done_, count_);
  }

  const std::size_t count_;
  const std::atomic<bool>* const cancel_;
  const std::function<void(std::size_t, std::size_t)> progress_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_, progress_mutex_;
  std::exception_ptr error_;
  std::size_t done_ = 0;
};

}  // namespace

int threads_to_use(std::size_t count, int threads) {
  if (threads < 0) throw UserError("threads", std::to_string(threads) + " is below 0; 0 means all of the machine");
  const std::size_t wanted = threads > 0 ? static_cast<std::size_t>(threads) : std::thread::hardware_concurrency();
  return static_cast<int>(std::max<std::size_t>(1, std::min(wanted, count)));
}

void run_tasks(std::size_t count, int threads, const std::atomic<bool>* cancel,
               std::function<void(std::size_t, std::size_t)> progress,
               const std::function<void(std::size_t task, int thread)>& work) {
  const int team = threads_to_use(count, threads);
  TaskQueue queue(count, cancel, std::move(progress));
  {
    std::vector<std::jthread> others;  // joined at the end of this scope
    try {
      for (int thread = 1; thread < team; ++thread)
        others.emplace_back([&queue, &work, thread] { queue.work_off(thread, work); });
    } catch (...) {  // the system has no more threads
      queue.fail(std::current_exception());
    }
    queue.work_off(0, work);
  }
  queue.rethrow();
}

}  // namespace hybridcare
