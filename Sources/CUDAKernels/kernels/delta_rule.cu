// The gated delta rule: 64 columns of a value head a block of threads. A thread has the rows of one of
// the four chains in one column of the state, in registers; the numbers are those of
// `delta_rule.inc.h`.
#include "launching.h"

#include "delta_rule.cuh"
#include "elementwise/activation.inc.h"
// Uses the pair of a value and its slope of activations.
#include "attention/decay.inc.h"

/// A slab of a head of a sequence.
template <int rows>
__device__ __forceinline__ void delta_forward(const ft_cuda_delta_job *cuda) {
  __shared__ delta_shared shared;
  const ft_delta_rule_job *job = &cuda->rule;
  const ft_sequence sequence = job->sequences[blockIdx.x];
  delta_place place = delta_place_at(job, &shared, blockIdx.y, (size_t)blockIdx.z * delta_columns);
  const delta_place *at = &place;
  const size_t first = sequence.query_start, end = first + sequence.query_count;
  const size_t head = (at->head * job->key_width) * job->value_width + at->slab + at->column;
  const float *before = job->before ? job->before[blockIdx.x] : NULL;
  float state[rows];
  FT_EACH_OWN_ROW(i, j, 0, rows, job->key_width, {
    state[j] = before && at->is_there ? before[head + i * job->value_width] : 0;
  });
  if (first < end) delta_begin(at, first);
  for (size_t row = first; row < end; row++) {
    float out = delta_step<rows>(at, state, row, row + 1 < end ? row + 1 : row);
    if (at->chain == 0 && at->is_there) job->out[delta_value_at(at, row)] = out;
  }
  if (!job->after || !at->is_there) return;
  float *after = job->after[blockIdx.x];
  FT_EACH_OWN_ROW(i, j, 0, rows, job->key_width, {
    after[head + i * job->value_width] = state[j];
  });
}

// --- Backward: the value heads of a key head and their slabs one after the other, as they are added -----

/// Keeps a state, or reads what this thread has kept.
template <int rows>
__device__ __forceinline__ void delta_keep(const delta_place *at, float *to, const float *state) {
  FT_EACH_OWN_ROW(i, j, 0, rows, at->job->key_width, {
    to[i * delta_columns + at->column] = state[j];
  });
}
template <int rows>
__device__ __forceinline__ void delta_read(const delta_place *at, float *state, const float *from) {
  FT_EACH_OWN_ROW(i, j, 0, rows, at->job->key_width, {
    state[j] = from[i * delta_columns + at->column];
  });
}

/// A slab through a whole sequence: states a stretch apart are kept on the way there, those of a
/// stretch's rows on the way back.
template <int rows>
__device__ __forceinline__ void delta_slab_backward(const ft_cuda_delta_job *cuda,
                                                    const delta_place *at, ft_sequence sequence) {
  const size_t first = sequence.query_start, count = sequence.query_count, stretch = cuda->stretch;
  const size_t size = at->job->key_width * delta_columns;
  float *marks = cuda->states + 2 * stretch * size * blockIdx.x, *kept = marks + stretch * size;
  float state[rows], gradient[rows];
  FT_UNROLL_ROWS
  for (int j = 0; j < rows; j++) state[j] = gradient[j] = 0;
  delta_begin(at, first);
  for (size_t t = 0; t < count; t++) {
    if (t % stretch == 0) delta_keep<rows>(at, marks + t / stretch * size, state);
    if (t + 1 < count) delta_step<rows>(at, state, first + t, first + t + 1);
  }
  for (size_t mark = (count + stretch - 1) / stretch; mark-- > 0;) {
    const size_t start = mark * stretch;
    const size_t stop = start + stretch < count ? start + stretch : count;
    delta_read<rows>(at, state, marks + mark * size);
    delta_keep<rows>(at, kept, state);
    delta_begin(at, first + start);
    for (size_t t = start; t + 1 < stop; t++) {
      delta_step<rows>(at, state, first + t, first + t + 1);
      delta_keep<rows>(at, kept + (t + 1 - start) * size, state);
    }
    for (size_t t = stop; t-- > start;)
      delta_step_backward<rows>(at, gradient, kept + (t - start) * size, first + t,
                                t > start ? first + t - 1 : first + t);
  }
}

/// A key head of a sequence.
template <int rows>
__device__ __forceinline__ void delta_backward(const ft_cuda_delta_job *cuda) {
  __shared__ delta_shared shared;
  const ft_delta_rule_job *job = &cuda->rule;
  const size_t pair = cuda->first_pair + blockIdx.x, group = job->value_heads / job->key_heads;
  const ft_sequence sequence = job->sequences[pair / job->key_heads];
  if (sequence.query_count == 0) return;
  for (size_t i = 0; i < group; i++)
    for (size_t slab = 0; slab < job->value_width; slab += delta_columns) {
      delta_place at = delta_place_at(job, &shared, pair % job->key_heads * group + i, slab);
      delta_slab_backward<rows>(cuda, &at, sequence);
    }
}

// --- Kernels: by the width of a key, of which a thread has a quarter of the channels --------------------

FT_KERNEL(ft_delta_forward_128, ft_cuda_delta_job, 256, 2) { delta_forward<32>(&job); }
FT_KERNEL(ft_delta_forward_512, ft_cuda_delta_job, 256, 1) { delta_forward<128>(&job); }
FT_KERNEL(ft_delta_backward_128, ft_cuda_delta_job, 256, 1) { delta_backward<32>(&job); }
FT_KERNEL(ft_delta_backward_512, ft_cuda_delta_job, 256, 1) { delta_backward<128>(&job); }

// --- The decay of states: a thread an element ----------------------------------------------------------

FT_KERNEL(ft_decay_forward, ft_cuda_decay_job, 256, 1) {
  size_t i = ft_thread_index(), channel = i % job.decay.channels;
  if (i >= job.decay.rows * job.decay.channels) return;
  v16 rate = v16_exp(v16(job.decay.rate[channel])), bias = v16(job.decay.bias[channel]);
  job.decay.out[i] = v16_exp(decay_exponent(v16(job.decay.x[i]) + bias, rate).value).x;
}

/// The terms of the sums of rate and bias are left for the columns' chains.
FT_KERNEL(ft_decay_backward, ft_cuda_decay_job, 256, 1) {
  size_t i = ft_thread_index(), channel = i % job.decay.channels;
  if (i >= job.decay.rows * job.decay.channels) return;
  v16 rate = v16_exp(v16(job.decay.rate[channel])), bias = v16(job.decay.bias[channel]);
  activated exponent = decay_exponent(v16(job.decay.x[i]) + bias, rate);
  v16 dexponent = v16(job.decay.dout[i]) * v16_exp(exponent.value);
  job.exponents[i] = exponent.value.x;
  job.dexponents[i] = dexponent.x;
  job.decay.dx[i] = (dexponent * exponent.slope).x;
}
