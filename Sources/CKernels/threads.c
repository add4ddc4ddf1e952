// The thread pool: one parallel region at a time, cut into one contiguous share per thread.
//
// Thread 0 is whoever calls; the others wait for the next region, spinning for a while (regions
// follow each other closely inside a step: 0.2 µs to start one) and then asleep (a thread that
// spins on takes the core from other processes, and from us: measured 1 ms at the 99th percentile
// on a loaded machine). Results never depend on the number of threads: shares cut rows, columns
// or tiles, never a sum.
#include "threads.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "ft_kernels.h"

enum { spin_limit = 2000 };

typedef struct {
  ft_range_body body;  ///< NULL tells the threads to end
  void *context;
  size_t count, grain;
} region;

static struct {
  pthread_mutex_t owner;     ///< held by the thread whose region runs, or that changes the pool
  pthread_mutex_t sleep;     ///< guards the two conditions
  pthread_cond_t started, finished;
  region current;            ///< written before `generation` is raised
  _Atomic uint32_t generation;
  _Atomic size_t unfinished; ///< workers still busy with the current region
  _Atomic size_t sleepers;   ///< workers asleep, waiting for `started`
  _Atomic bool caller_sleeps;
  _Atomic size_t count;      ///< threads in force, the caller's included
  pthread_t workers[FT_THREAD_LIMIT];
} pool = {.owner = PTHREAD_MUTEX_INITIALIZER,
          .sleep = PTHREAD_MUTEX_INITIALIZER,
          .started = PTHREAD_COND_INITIALIZER,
          .finished = PTHREAD_COND_INITIALIZER,
          .count = 1};

// Zero pages until touched, so threads that do not exist cost nothing, and nothing can fail.
static float scratch[FT_THREAD_LIMIT][FT_SCRATCH_FLOATS] __attribute__((aligned(4096)));

static _Thread_local bool in_region;
static _Thread_local size_t own_thread;  ///< of a thread that is inside a region

float *ft_scratch(size_t thread) { return scratch[thread]; }

size_t ft_thread_count(void) { return atomic_load(&pool.count); }

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Where the share of `thread` begins, in grains: shares differ by one grain at most.
static size_t share_start(size_t grains, size_t threads, size_t thread) {
  size_t extra = grains % threads;
  return grains / threads * thread + (thread < extra ? thread : extra);
}

static void run_share(const region *work, size_t threads, size_t thread) {
  size_t grains = work->count / work->grain + (work->count % work->grain != 0);
  size_t first = share_start(grains, threads, thread);
  size_t last = share_start(grains, threads, thread + 1);
  if (first == last) return;
  size_t end = last == grains ? work->count : last * work->grain;
  in_region = true;
  own_thread = thread;
  work->body(work->context, first * work->grain, end, thread);
  in_region = false;
}

// --- Workers ----------------------------------------------------------------------------------

/// Waits until the generation is no longer `seen`, and returns it.
static uint32_t next_generation(uint32_t seen) {
  for (int i = 0; i < spin_limit; i++) {
    uint32_t now = atomic_load_explicit(&pool.generation, memory_order_acquire);
    if (now != seen) return now;
    pause_briefly();
  }
  // The starter raises the generation and then looks for sleepers; a sleeper announces itself
  // and then looks at the generation. One of the two sees the other.
  pthread_mutex_lock(&pool.sleep);
  atomic_fetch_add(&pool.sleepers, 1);
  while (atomic_load(&pool.generation) == seen) pthread_cond_wait(&pool.started, &pool.sleep);
  atomic_fetch_sub(&pool.sleepers, 1);
  pthread_mutex_unlock(&pool.sleep);
  return atomic_load(&pool.generation);
}

static void finish_share(void) {
  if (atomic_fetch_sub(&pool.unfinished, 1) != 1 || !atomic_load(&pool.caller_sleeps)) return;
  pthread_mutex_lock(&pool.sleep);
  pthread_cond_signal(&pool.finished);
  pthread_mutex_unlock(&pool.sleep);
}

static void *worker(void *number) {
  size_t thread = (size_t)(uintptr_t)number;
  // A pool is made and ended only between regions, when every thread has seen the last one.
  uint32_t seen = atomic_load(&pool.generation);
  finish_share();
  for (;;) {
    seen = next_generation(seen);
    region work = pool.current;
    if (work.body == NULL) return NULL;
    run_share(&work, atomic_load_explicit(&pool.count, memory_order_relaxed), thread);
    finish_share();
  }
}

// --- Regions ----------------------------------------------------------------------------------

static void start(region work, size_t workers) {
  pool.current = work;
  atomic_store(&pool.unfinished, workers);
  atomic_fetch_add(&pool.generation, 1);
  if (atomic_load(&pool.sleepers) == 0) return;
  pthread_mutex_lock(&pool.sleep);
  pthread_cond_broadcast(&pool.started);
  pthread_mutex_unlock(&pool.sleep);
}

static void wait_for_workers(void) {
  for (int i = 0; i < spin_limit; i++) {
    if (atomic_load_explicit(&pool.unfinished, memory_order_acquire) == 0) return;
    pause_briefly();
  }
  pthread_mutex_lock(&pool.sleep);
  atomic_store(&pool.caller_sleeps, true);
  while (atomic_load(&pool.unfinished) != 0) pthread_cond_wait(&pool.finished, &pool.sleep);
  atomic_store(&pool.caller_sleeps, false);
  pthread_mutex_unlock(&pool.sleep);
}

void ft_parallel(size_t count, size_t grain, ft_range_body body, void *context) {
  if (count == 0) return;
  if (in_region) {
    body(context, 0, count, own_thread);
    return;
  }
  region work = {body, context, count, grain == 0 ? 1 : grain};
  pthread_mutex_lock(&pool.owner);
  size_t threads = atomic_load_explicit(&pool.count, memory_order_relaxed);
  if (threads == 1 || count <= work.grain) {
    run_share(&work, 1, 0);
  } else {
    start(work, threads - 1);
    run_share(&work, threads, 0);
    wait_for_workers();
  }
  pthread_mutex_unlock(&pool.owner);
}

// --- Number of threads ------------------------------------------------------------------------

static void end_workers(void) {
  size_t threads = atomic_load(&pool.count);
  if (threads > 1) start((region){NULL, NULL, 0, 1}, threads - 1);
  for (size_t i = 1; i < threads; i++) pthread_join(pool.workers[i], NULL);
  atomic_store(&pool.count, 1);
}

/// Makes workers until there are `threads`, or until the system refuses one.
static void make_workers(size_t threads) {
  sigset_t all, before;
  sigfillset(&all);
  // Signals are for the caller's threads: a worker that took an interrupt would hide it from the
  // line editor's read.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  size_t made = 1;
  for (; made < threads; made++) {
    atomic_store(&pool.unfinished, 1);
    void *number = (void *)(uintptr_t)made;
    if (pthread_create(&pool.workers[made], NULL, worker, number) != 0) break;
    wait_for_workers();
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  atomic_store(&pool.count, made);
}

size_t ft_set_thread_count(size_t count) {
  if (in_region) return ft_thread_count();
  size_t wanted = count < 1 ? 1 : count > FT_THREAD_LIMIT ? FT_THREAD_LIMIT : count;
  pthread_mutex_lock(&pool.owner);
  if (wanted != atomic_load(&pool.count)) {
    end_workers();
    make_workers(wanted);
  }
  pthread_mutex_unlock(&pool.owner);
  return ft_thread_count();
}
