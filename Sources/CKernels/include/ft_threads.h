// Threads, vector paths, and what the machine can do at most.
// The contract of all kernels is in `ft_kernels.h`.
#ifndef FT_KERNELS_THREADS_H
#define FT_KERNELS_THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// --- Threads and vector paths ---------------------------------------------------------------

/// A share of a parallel region: does the work of items `begin..<end` on thread `thread`.
typedef void (*ft_range_body)(const void *context, size_t begin, size_t end, size_t thread);

/// Sets the number of threads, the caller's included (1 to 64), and returns what is in force.
/// Not to be called from inside a parallel region.
size_t ft_set_thread_count(size_t count);

/// The number of threads in force.
size_t ft_thread_count(void);

/// Cuts `count` items into as many contiguous shares as there are threads, each a multiple of
/// `grain` but the last, and runs them; returns when all are done. Which thread runs a share is
/// left open: one that is late is not waited for. Small counts run on the caller alone.
void ft_parallel(size_t count, size_t grain, ft_range_body body, const void *context);

/// The vector paths a machine may have; every path gives the same bits.
typedef enum {
  FT_ISA_PORTABLE = 0,
  FT_ISA_AVX2 = 1,
  FT_ISA_AVX512 = 2,
  FT_ISA_NEON = 3,
  FT_ISA_AVX512_VNNI = 4
} ft_isa;

/// The best path this machine has.
ft_isa ft_best_isa(void);

/// Chooses a path; returns false, changing nothing, when the machine lacks it.
bool ft_select_isa(ft_isa isa);

/// The path in force: the best one, until `ft_select_isa`.
ft_isa ft_current_isa(void);

// --- What the machine can do at most: for benchmarks ------------------------------------------------------------------

/// Runs `rounds` rounds of independent multiply-adds in the registers of every thread, and
/// returns how many there were in all. Each counts as two floating-point operations.
double ft_multiply_adds(size_t rounds);
/// Reads x [n], each thread its share, `rounds` times over, and returns the bytes read.
double ft_read_memory(const float *x, size_t n, size_t rounds);

#endif
