// What this machine can do at most: multiply-adds in registers, and reading of memory.
#include "lanes/lanes.h"
#include "paths/range_kernels.h"

/// Chains of multiply-adds that run beside each other: as many as the path's matrix product has.
#define FT_PEAK_CHAINS FT_MATMUL_ROWS

/// The range is of threads; the factor and the term of each multiply-add are x[0] and x[1]. A compiler
/// that knew the numbers left out the chain that began where it would stay: what the others did was
/// told as a fifth more than it was on AVX2, on AVX-512 as 9 % more.
FT_RANGE_KERNEL(multiply_adds) {
  const ft_peak_job *job = context;
  v16 chains[FT_PEAK_CHAINS];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < FT_PEAK_CHAINS; i++) chains[i] = v16_splat((float)i);
  const v16 factor = v16_splat(job->x[0]), term = v16_splat(job->x[1]);
#pragma clang loop unroll(disable)
  for (size_t round = 0; round < job->rounds * (end - begin); round++) {
#pragma clang loop unroll(full)
    for (size_t i = 0; i < FT_PEAK_CHAINS; i++) chains[i] = v16_fma(chains[i], factor, term);
  }
  // Written where somebody could read it, so that the loop cannot be left out.
  for (size_t i = 0; i < FT_PEAK_CHAINS; i++)
    v16_store(ft_scratch(thread) + i * FT_LANES, chains[i]);
}

/// Vectors read in one round of the loop, each into a register of its own.
#define FT_READ_VECTORS 4
/// How far ahead memory is asked for, in floats: four kilobytes.
#define FT_READ_AHEAD 1024

/// The range is of stretches of `FT_READ_VECTORS` vectors, which every round reads.
FT_RANGE_KERNEL(read_memory) {
  const ft_peak_job *job = context;
  i16 found[FT_READ_VECTORS] = {0};
  for (size_t round = 0; round < job->rounds; round++) {
#pragma clang loop unroll_count(2)
    for (size_t i = begin; i < end; i++) {
      const float *x = job->x + i * FT_READ_VECTORS * FT_LANES;
#pragma clang loop unroll(full)
      for (size_t j = 0; j < FT_READ_VECTORS; j++) {
        __builtin_prefetch(x + j * FT_LANES + FT_READ_AHEAD);
        found[j] |= (i16)v16_load(x + j * FT_LANES);
      }
    }
  }
  for (size_t j = 0; j < FT_READ_VECTORS; j++)
    v16_store(ft_scratch(thread) + j * FT_LANES, (v16)found[j]);
}
