// The threads of a block as fibers of one thread: each runs until it waits, then the next.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "card.h"

ft_index threadIdx, blockIdx, blockDim, gridDim;

namespace {

enum state { not_begun, waits_for_unit, waits_for_block, done };

enum { most_threads = 1024, stack_bytes = 128 << 10 };

/// A stack, and the thread that stopped on it; it runs threads until one waits.
struct fiber {
  ucontext_t start;
  jmp_buf place;
  std::unique_ptr<char[]> stack;
  bool has_started = false;
};

struct block {
  const ft_thread_body *body;
  unsigned count, next;
  state states[most_threads];
  fiber *fibers[most_threads];
};

block running;
std::vector<std::unique_ptr<fiber>> all_fibers;
std::vector<fiber *> idle;
fiber *current;
jmp_buf scheduler;
// What lanes give each other, twice: a quick lane may give the next before a slow one has read.
uint64_t given[2][most_threads];
unsigned turns[most_threads];

void stop() {
  if (_setjmp(current->place) == 0) _longjmp(scheduler, 1);
}

void run_threads() {
  for (;;) {
    while (running.next < running.count) {
      unsigned thread = running.next++;
      threadIdx = {thread, 0, 0};
      running.fibers[thread] = current;
      (*running.body)();
      running.states[threadIdx.x] = done;
    }
    idle.push_back(current);
    stop();
  }
}

void resume(fiber *next) {
  current = next;
  if (_setjmp(scheduler) != 0) return;
  if (next->has_started) _longjmp(next->place, 1);
  next->has_started = true;
  setcontext(&next->start);
}

void resume_thread(unsigned thread) {
  threadIdx = {thread, 0, 0};
  resume(running.fibers[thread]);
}

fiber *new_fiber() {
  auto made = std::make_unique<fiber>();
  made->stack = std::make_unique<char[]>(stack_bytes);
  getcontext(&made->start);
  made->start.uc_stack.ss_sp = made->stack.get();
  made->start.uc_stack.ss_size = stack_bytes;
  made->start.uc_link = nullptr;
  makecontext(&made->start, run_threads, 0);
  all_fibers.push_back(std::move(made));
  return all_fibers.back().get();
}

/// Whether all threads `first..<end` that are not done wait for `which`, and there are any.
bool all_wait(unsigned first, unsigned end, state which) {
  bool any = false;
  for (unsigned i = first; i < end; i++) {
    if (running.states[i] == done) continue;
    if (running.states[i] != which) return false;
    any = true;
  }
  return any;
}

void resume_all(unsigned first, unsigned end) {
  for (unsigned i = first; i < end; i++)
    if (running.states[i] != done) resume_thread(i);
}

void run_block() {
  running.next = 0;
  for (unsigned i = 0; i < running.count; i++) running.states[i] = not_begun;
  for (;;) {
    while (running.next < running.count) {
      fiber *free = idle.empty() ? new_fiber() : idle.back();
      if (!idle.empty()) idle.pop_back();
      resume(free);
    }
    bool moved = false, any = false;
    for (unsigned first = 0; first < running.count; first += ft_unit_threads) {
      unsigned end = first + ft_unit_threads;
      if (end > running.count) end = running.count;
      while (all_wait(first, end, waits_for_unit)) {
        resume_all(first, end);
        moved = true;
      }
    }
    for (unsigned i = 0; i < running.count; i++) any |= running.states[i] != done;
    if (!any) return;
    if (moved) continue;
    if (!all_wait(0, running.count, waits_for_block)) {
      fprintf(stderr, "threads of a block wait for each other at different places\n");
      abort();
    }
    resume_all(0, running.count);
  }
}

std::map<std::string, ft_body_maker> &kernels() {
  static std::map<std::string, ft_body_maker> list;
  return list;
}

}  // namespace

void ft_wait_for_unit() {
  running.states[threadIdx.x] = waits_for_unit;
  stop();
}

void ft_wait_for_block() {
  running.states[threadIdx.x] = waits_for_block;
  stop();
}

uint64_t ft_exchange(uint64_t bits, unsigned lane) {
  unsigned thread = threadIdx.x, turn = turns[thread]++ % 2;
  given[turn][thread] = bits;
  ft_wait_for_unit();
  return given[turn][thread / ft_unit_threads * ft_unit_threads + lane];
}

void ft_run_grid(ft_index grid, ft_index block, const ft_thread_body &body) {
  if (block.x > most_threads || block.y != 1 || block.z != 1) abort();
  running.body = &body;
  running.count = block.x;
  gridDim = grid;
  blockDim = block;
  for (unsigned z = 0; z < grid.z; z++)
    for (unsigned y = 0; y < grid.y; y++)
      for (unsigned x = 0; x < grid.x; x++) {
        blockIdx = {x, y, z};
        run_block();
      }
}

ft_registration::ft_registration(const char *name, ft_body_maker make) { kernels()[name] = make; }

ft_body_maker ft_find_kernel(const char *name) {
  auto found = kernels().find(name);
  return found == kernels().end() ? nullptr : found->second;
}
