// The thread pool: one parallel region at a time, cut into one contiguous share per thread.
//
// Thread 0 is whoever calls; the others wait for the next region, spinning for a while (regions
// follow each other closely inside a step: 0.2 µs to start one) and then asleep (a thread that
// spins on takes the core from other processes, and from us: measured 1 ms at the 99th percentile
// on a loaded machine). A share belongs to no thread: who has ended one takes the next that nobody
// has begun, so a thread that the system keeps from its core, or that is slow to wake, is not
// waited for. Results never depend on who did what: shares cut rows, columns or tiles, never a
// sum.
#include "threads/threads.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "ft_kernels.h"

enum { spin_limit = 2000 };

typedef struct {
  ft_range_body body;  ///< NULL tells the threads to end
  const void *context;
  size_t count, grain;
  size_t shares;
} region;

static struct {
  pthread_mutex_t owner;     ///< held by the thread whose region runs, or that changes the pool
  pthread_mutex_t sleep;     ///< guards the two conditions
  pthread_cond_t started, finished;
  /// The current region, written before `tickets` tells of it; a late worker may read while the
  /// next one is written, so each part is atomic.
  _Atomic(ft_range_body) body;
  const void *_Atomic context;
  _Atomic size_t items, grain, shares;
  /// The region's number in the upper half, the shares that were taken in the lower.
  _Atomic uint64_t tickets;
  _Atomic size_t unfinished; ///< shares of the current region that have not ended
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

/// Where a share begins, in grains: shares differ by one grain at most.
static size_t share_start(size_t grains, size_t shares, size_t share) {
  size_t extra = grains % shares;
  return grains / shares * share + (share < extra ? share : extra);
}

static void run_share(const region *work, size_t share, size_t thread) {
  size_t grains = work->count / work->grain + (work->count % work->grain != 0);
  size_t first = share_start(grains, work->shares, share);
  size_t last = share_start(grains, work->shares, share + 1);
  if (first == last) return;
  size_t end = last == grains ? work->count : last * work->grain;
  in_region = true;
  own_thread = thread;
  work->body(work->context, first * work->grain, end, thread);
  in_region = false;
}

static void write_region(region work) {
  atomic_store_explicit(&pool.body, work.body, memory_order_relaxed);
  atomic_store_explicit(&pool.context, work.context, memory_order_relaxed);
  atomic_store_explicit(&pool.items, work.count, memory_order_relaxed);
  atomic_store_explicit(&pool.grain, work.grain, memory_order_relaxed);
  atomic_store_explicit(&pool.shares, work.shares, memory_order_relaxed);
}

static region copied_region(void) {
  return (region){atomic_load_explicit(&pool.body, memory_order_relaxed),
                  atomic_load_explicit(&pool.context, memory_order_relaxed),
                  atomic_load_explicit(&pool.items, memory_order_relaxed),
                  atomic_load_explicit(&pool.grain, memory_order_relaxed),
                  atomic_load_explicit(&pool.shares, memory_order_relaxed)};
}

static uint32_t generation_of(uint64_t tickets) { return (uint32_t)(tickets >> 32); }

static void finish_share(void) {
  if (atomic_fetch_sub(&pool.unfinished, 1) != 1 || !atomic_load(&pool.caller_sleeps)) return;
  pthread_mutex_lock(&pool.sleep);
  pthread_cond_signal(&pool.finished);
  pthread_mutex_unlock(&pool.sleep);
}

/// Runs shares of region `generation`, described by `work`, until all have been taken.
///
/// A region ends only when all of its shares have, so a share taken proves that `work` was copied
/// whole; a thread that comes too late takes none, and what it copied is not used. The number of
/// shares needs no proof: it is that of the threads, which cannot change while a worker lives.
static void run_shares(const region *work, uint32_t generation, size_t thread) {
  uint64_t tickets = atomic_load(&pool.tickets);
  while (generation_of(tickets) == generation && (uint32_t)tickets < work->shares) {
    if (!atomic_compare_exchange_weak(&pool.tickets, &tickets, tickets + 1)) continue;
    run_share(work, (uint32_t)tickets, thread);
    finish_share();
    tickets = atomic_load(&pool.tickets);
  }
}

// --- Workers ----------------------------------------------------------------------------------

/// Waits until the generation is no longer `seen`, and returns it.
static uint32_t next_generation(uint32_t seen) {
  for (int i = 0; i < spin_limit; i++) {
    uint32_t now = generation_of(atomic_load_explicit(&pool.tickets, memory_order_acquire));
    if (now != seen) return now;
    pause_briefly();
  }
  // The starter raises the generation and then looks for sleepers; a sleeper announces itself
  // and then looks at the generation. One of the two sees the other.
  pthread_mutex_lock(&pool.sleep);
  atomic_fetch_add(&pool.sleepers, 1);
  while (generation_of(atomic_load(&pool.tickets)) == seen)
    pthread_cond_wait(&pool.started, &pool.sleep);
  atomic_fetch_sub(&pool.sleepers, 1);
  pthread_mutex_unlock(&pool.sleep);
  return generation_of(atomic_load(&pool.tickets));
}

static void *worker(void *number) {
  size_t thread = (size_t)(uintptr_t)number;
  // A pool is made and ended only between regions.
  uint32_t seen = generation_of(atomic_load(&pool.tickets));
  finish_share();
  for (;;) {
    seen = next_generation(seen);
    region work = copied_region();
    if (work.body == NULL) return NULL;
    run_shares(&work, seen, thread);
  }
}

// --- Regions ----------------------------------------------------------------------------------

/// Tells the workers of a region; returns its generation.
static uint32_t start(region work) {
  uint32_t generation = generation_of(atomic_load(&pool.tickets)) + 1;
  write_region(work);
  atomic_store(&pool.unfinished, work.shares);
  atomic_store(&pool.tickets, (uint64_t)generation << 32);
  if (atomic_load(&pool.sleepers) == 0) return generation;
  pthread_mutex_lock(&pool.sleep);
  pthread_cond_broadcast(&pool.started);
  pthread_mutex_unlock(&pool.sleep);
  return generation;
}

/// Waits until every share that was taken has ended.
static void wait_for_shares(void) {
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

void ft_parallel(size_t count, size_t grain, ft_range_body body, const void *context) {
  if (count == 0) return;
  if (in_region) {
    body(context, 0, count, own_thread);
    return;
  }
  pthread_mutex_lock(&pool.owner);
  size_t threads = atomic_load_explicit(&pool.count, memory_order_relaxed);
  region work = {body, context, count, grain == 0 ? 1 : grain, threads};
  if (threads == 1 || count <= work.grain) {
    work.shares = 1;
    run_share(&work, 0, 0);
  } else {
    run_shares(&work, start(work), 0);
    wait_for_shares();
  }
  pthread_mutex_unlock(&pool.owner);
}

// --- Number of threads ------------------------------------------------------------------------

static void end_workers(void) {
  size_t threads = atomic_load(&pool.count);
  if (threads > 1) start((region){NULL, NULL, 0, 1, 0});
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
    wait_for_shares();
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
