// Many independent tasks on a few threads.
#pragma once
#include <atomic>
#include <cstddef>
#include <functional>

namespace hybridcare {

/// Threads that `run_tasks` will use: `threads`, or as many as the machine has if 0; at most one per task, at least 1.
/// @throws UserError if threads < 0
int threads_to_use(std::size_t count, int threads);

/// Does each of the tasks 0 .. count - 1 once, on whichever thread is free; returns when all are done. The calling
/// thread is thread 0 and works too. Which thread does which task, and when, is left open: results must not depend
/// on it.
/// @param threads   as for threads_to_use
/// @param cancel    may be null; polled before each task
/// @param progress  may be empty; called after each task with (done, count), one call at a time, done rising by 1
/// @param work      called with (task, thread), thread in [0, threads_to_use(count, threads))
/// @throws the first exception of work or progress; Cancelled if the flag kept a task from being started. Both after
///         the tasks that had been started have ended; the rest are not started.
void run_tasks(std::size_t count, int threads, const std::atomic<bool>* cancel,
               std::function<void(std::size_t, std::size_t)> progress,
               const std::function<void(std::size_t task, int thread)>& work);

}  // namespace hybridcare
