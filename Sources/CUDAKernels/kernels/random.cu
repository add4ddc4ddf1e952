// Random numbers by address, a thread an element: what CKernels draws sixteen blocks at a time.
#include "launching.h"

#include "ft_cuda.h"
#include "lanes/lane_math.h"
#include "philox.c"

/// 24 bits of a word as a whole number.
FT_INLINE v16 upper_bits(uint32_t word) { return v16((float)(int32_t)(word >> 8)); }

/// The block of four words that holds word `index` of the stream.
FT_INLINE void block_of(uint32_t words[4], const ft_stream *stream, uint64_t index) {
  ft_philox(words, stream->seed, stream->purpose, stream->step, index / 4);
}

/// Uniform in [0, 1).
FT_INLINE v16 uniform_at(const ft_stream *stream, uint64_t index) {
  uint32_t words[4];
  block_of(words, stream, index);
  uint32_t low = index & 1 ? words[1] : words[0], high = index & 1 ? words[3] : words[2];
  return upper_bits(index & 2 ? high : low) * v16_splat(0x1p-24f);
}

FT_KERNEL(ft_random_uniform_within, ft_cuda_random_job, 256, 1) {
  size_t i = ft_thread_index();
  if (i >= job.count) return;
  v16 uniform = uniform_at(&job.stream, job.stream.offset + i);
  job.out[i] = (uniform * v16_splat(2 * job.parameter) - v16_splat(job.parameter)).x;
}

/// Box–Muller on pairs of words, of which an element takes the cosine or the sine.
FT_KERNEL(ft_random_normal, ft_cuda_random_job, 256, 1) {
  size_t i = ft_thread_index();
  if (i >= job.count) return;
  uint64_t index = job.stream.offset + i;
  uint32_t words[4];
  block_of(words, &job.stream, index);
  uint32_t even = index & 2 ? words[2] : words[0], odd = index & 2 ? words[3] : words[1];
  // In (0, 1], so that the logarithm is finite.
  v16 chance = (upper_bits(even) + v16_splat(1)) * v16_splat(0x1p-24f);
  v16 radius = v16(__fsqrt_rn((v16_splat(-2) * v16_log(chance)).x)) * v16_splat(job.parameter);
  v16 sine, cosine;
  v16_sincos_turns(&sine, &cosine, upper_bits(odd) * v16_splat(0x1p-24f));
  job.out[i] = ((index & 1 ? sine : cosine) * radius).x;
}

/// An element is kept when its uniform number is the share or more.
FT_KERNEL(ft_dropout, ft_cuda_random_job, 256, 1) {
  size_t i = ft_thread_index();
  if (i >= job.count) return;
  float uniform = uniform_at(&job.stream, job.stream.offset + i).x;
  job.out[i] = job.x[i] * (uniform < job.parameter ? 0 : 1 / (1 - job.parameter));
}
