// The gated delta rule: the lanes are columns of a head's state, whose rows are the key's channels.
// Source: Yang et al. 2024, arXiv:2412.06464, equation 10.
#include "lanes/lane_math.h"
#include "lanes/loops.h"
#include "paths/range_kernels.h"

/// Chains that a sum over the rows of a state is cut into, which are joined two by two.
#define FT_DELTA_CHAINS 4

/// Up to sixteen columns of a value head.
typedef struct {
  size_t head, key_head;
  size_t column, count;  ///< of all value heads together, and how many
} delta_lanes;

FT_INLINE delta_lanes delta_lanes_at(const ft_delta_rule_job *job, size_t head, size_t block) {
  size_t first = block * FT_LANES;
  size_t left = job->value_width - first;
  return (delta_lanes){.head = head,
                       .key_head = head / (job->value_heads / job->key_heads),
                       .column = head * job->value_width + first,
                       .count = left < FT_LANES ? left : FT_LANES};
}

FT_INLINE size_t delta_blocks(const ft_delta_rule_job *job) {
  return (job->value_width + FT_LANES - 1) / FT_LANES;
}

/// One token, as one block of lanes sees it.
typedef struct {
  const float *q, *k;
  v16 v, decay, beta;
} delta_token;

FT_INLINE delta_token delta_token_at(const ft_delta_rule_job *job, delta_lanes at, size_t row) {
  size_t keys = job->key_heads * job->key_width, values = job->value_heads * job->value_width;
  size_t gate = row * job->value_heads + at.head;
  return (delta_token){.q = job->q + row * keys + at.key_head * job->key_width,
                       .k = job->k + row * keys + at.key_head * job->key_width,
                       .v = v16_load_some(job->v + row * values + at.column, at.count),
                       .decay = v16_splat(job->decay[gate]),
                       .beta = v16_splat(job->beta[gate])};
}

FT_INLINE v16 delta_joined(const v16 *sums) { return (sums[0] + sums[1]) + (sums[2] + sums[3]); }

/// Runs the statements for every row `i` of a state with the number `chain` of its sum, rows of all
/// chains at a time.
#define FT_EACH_STATE_ROW(i, chain, width, ...)                                     \
  do {                                                                              \
    size_t first_ = 0;                                                              \
    for (; first_ + FT_DELTA_CHAINS <= (width); first_ += FT_DELTA_CHAINS)          \
      for (size_t chain = 0; chain < FT_DELTA_CHAINS; chain++) {                    \
        size_t i = first_ + chain;                                                  \
        __VA_ARGS__                                                                 \
      }                                                                             \
    for (size_t chain = 0; first_ + chain < (width); chain++) {                     \
      size_t i = first_ + chain;                                                    \
      __VA_ARGS__                                                                   \
    }                                                                               \
  } while (0)

/// Lets the state decay, and returns what it has for a key.
FT_INLINE v16 delta_recall(v16 *state, const float *k, size_t width, v16 decay) {
  v16 sums[FT_DELTA_CHAINS] = {0};
  FT_EACH_STATE_ROW(i, chain, width, {
    state[i] = state[i] * decay;
    sums[chain] = v16_fma(state[i], v16_splat(k[i]), sums[chain]);
  });
  return delta_joined(sums);
}

/// Adds to what the state has for a key, and returns what it has for a query.
FT_INLINE v16 delta_write(v16 *state, const float *k, const float *q, size_t width, v16 delta) {
  v16 sums[FT_DELTA_CHAINS] = {0};
  FT_EACH_STATE_ROW(i, chain, width, {
    state[i] = v16_fma(v16_splat(k[i]), delta, state[i]);
    sums[chain] = v16_fma(state[i], v16_splat(q[i]), sums[chain]);
  });
  return delta_joined(sums);
}

/// Takes the state over a token, and returns what the token reads of it.
FT_INLINE v16 delta_step(v16 *state, delta_token token, size_t width) {
  v16 recalled = delta_recall(state, token.k, width, token.decay);
  return delta_write(state, token.k, token.q, width, (token.v - recalled) * token.beta);
}

/// The first element of a sequence's state that belongs to the lanes.
FT_INLINE size_t delta_place(const ft_delta_rule_job *job, delta_lanes at) {
  size_t head = at.head * job->key_width * job->value_width;
  return head + (at.column - at.head * job->value_width);
}

/// The range is of blocks of lanes, those of all heads.
FT_RANGE_KERNEL(delta_rule_forward) {
  const ft_delta_rule_job *job = context;
  const size_t width = job->key_width, columns = job->value_heads * job->value_width;
  v16 *state = (v16 *)ft_scratch(thread);
  for (size_t unit = begin; unit < end; unit++) {
    delta_lanes at = delta_lanes_at(job, unit / delta_blocks(job), unit % delta_blocks(job));
    for (size_t s = 0; s < job->sequence_count; s++) {
      const float *before = job->before ? job->before[s] : NULL;
      for (size_t i = 0; i < width; i++) {
        size_t place = delta_place(job, at) + i * job->value_width;
        state[i] = before ? v16_load_some(before + place, at.count) : v16_splat(0);
      }
      size_t first = job->sequences[s].query_start;
      for (size_t row = first; row < first + job->sequences[s].query_count; row++) {
        v16 out = delta_step(state, delta_token_at(job, at, row), width);
        v16_store_some(job->out + row * columns + at.column, out, at.count);
      }
      if (!job->after) continue;
      for (size_t i = 0; i < width; i++) {
        size_t place = delta_place(job, at) + i * job->value_width;
        v16_store_some(job->after[s] + place, state[i], at.count);
      }
    }
  }
}

/// What a block of lanes keeps in a thread's scratch memory to go through a sequence backward: states
/// of rows that lie a stretch apart, and those of all rows of one stretch.
typedef struct {
  v16 *gradient;  ///< of the state
  v16 *state;
  v16 *marks;  ///< `stretch` states
  v16 *rows;   ///< `stretch` states
  size_t stretch;
} delta_memory;

FT_INLINE delta_memory delta_memory_in(float *scratch, size_t width) {
  size_t states = FT_SCRATCH_FLOATS / FT_LANES / width;
  size_t stretch = (states - 2) / 2;
  v16 *first = (v16 *)scratch;
  return (delta_memory){.gradient = first,
                        .state = first + width,
                        .marks = first + 2 * width,
                        .rows = first + (2 + stretch) * width,
                        .stretch = stretch};
}

FT_INLINE void delta_copy(v16 *to, const v16 *from, size_t width) {
  for (size_t i = 0; i < width; i++) to[i] = from[i];
}

/// The gradients of one token; `before` is the state that it found.
FT_INLINE void delta_step_backward(const ft_delta_rule_job *job, delta_lanes at, size_t row,
                                   v16 *gradient, const v16 *before, v16 *state) {
  const size_t width = job->key_width;
  const size_t values = job->value_heads * job->value_width;
  const size_t gate = row * job->value_heads + at.head;
  const size_t keys = row * job->key_heads * width + at.key_head * width;
  delta_token token = delta_token_at(job, at, row);
  v16 dout = v16_load_some(job->dout + row * values + at.column, at.count);
  delta_copy(state, before, width);
  v16 missing = token.v - delta_recall(state, token.k, width, token.decay);
  v16 delta = missing * token.beta;
  v16 sums[FT_DELTA_CHAINS] = {0};
  FT_EACH_STATE_ROW(i, chain, width, {
    v16 k = v16_splat(token.k[i]);
    gradient[i] = v16_fma(v16_splat(token.q[i]), dout, gradient[i]);
    job->dq[keys + i] += v16_sum(v16_fma(k, delta, state[i]) * dout);
    sums[chain] = v16_fma(k, gradient[i], sums[chain]);
  });
  v16 ddelta = delta_joined(sums);
  v16 dv = ddelta * token.beta;
  v16_store_some(job->dv + row * values + at.column, dv, at.count);
  job->dbeta[gate] += v16_sum(ddelta * missing);
  v16 ddecay[FT_DELTA_CHAINS] = {0};
  FT_EACH_STATE_ROW(i, chain, width, {
    job->dk[keys + i] += v16_sum(v16_fma(gradient[i], delta, -(state[i] * dv)));
    v16 decayed = v16_fma(v16_splat(token.k[i]), -dv, gradient[i]);
    ddecay[chain] = v16_fma(decayed, before[i], ddecay[chain]);
    gradient[i] = decayed * token.decay;
  });
  job->ddecay[gate] += v16_sum(delta_joined(ddecay));
}

/// Goes through rows `first..<end` of a sequence backward; `state` is the one that the first found.
FT_INLINE void delta_rows_backward(const ft_delta_rule_job *job, delta_lanes at, delta_memory memory,
                                   size_t first, size_t end) {
  const size_t width = job->key_width, stretch = memory.stretch;
  for (size_t row = first; row < end; row++) {
    size_t place = row - first;
    if (place % stretch == 0) delta_copy(memory.marks + place / stretch * width, memory.state, width);
    if (row + 1 < end) delta_step(memory.state, delta_token_at(job, at, row), width);
  }
  for (size_t mark = (end - first + stretch - 1) / stretch; mark-- > 0;) {
    size_t start = first + mark * stretch;
    size_t stop = start + stretch < end ? start + stretch : end;
    delta_copy(memory.rows, memory.marks + mark * width, width);
    for (size_t row = start; row + 1 < stop; row++) {
      v16 *state = memory.rows + (row - start) * width;
      delta_copy(state + width, state, width);
      delta_step(state + width, delta_token_at(job, at, row), width);
    }
    for (size_t row = stop; row-- > start;)
      delta_step_backward(job, at, row, memory.gradient, memory.rows + (row - start) * width,
                          memory.state);
  }
}

/// A whole sequence backward, as many rows at a time as the scratch memory has room for; what comes
/// before them is computed again.
FT_INLINE void delta_sequence_backward(const ft_delta_rule_job *job, delta_lanes at,
                                       delta_memory memory, ft_sequence sequence) {
  const size_t width = job->key_width, most = memory.stretch * memory.stretch;
  const size_t first = sequence.query_start, count = sequence.query_count;
  for (size_t i = 0; i < width; i++) memory.gradient[i] = v16_splat(0);
  for (size_t part = (count + most - 1) / most; part-- > 0;) {
    for (size_t i = 0; i < width; i++) memory.state[i] = v16_splat(0);
    for (size_t row = first; row < first + part * most; row++)
      delta_step(memory.state, delta_token_at(job, at, row), width);
    size_t end = (part + 1) * most < count ? (part + 1) * most : count;
    delta_rows_backward(job, at, memory, first + part * most, first + end);
  }
}

/// The range is of key heads: what the value heads of one give its queries and keys is added in order.
FT_RANGE_KERNEL(delta_rule_backward) {
  const ft_delta_rule_job *job = context;
  const size_t width = job->key_width, group = job->value_heads / job->key_heads;
  delta_memory memory = delta_memory_in(ft_scratch(thread), width);
  for (size_t key_head = begin; key_head < end; key_head++) {
    for (size_t s = 0; s < job->sequence_count; s++) {
      ft_sequence sequence = job->sequences[s];
      for (size_t t = 0; t < sequence.query_count; t++) {
        size_t row = sequence.query_start + t;
        size_t keys = (row * job->key_heads + key_head) * width;
        for (size_t i = 0; i < width; i++) job->dq[keys + i] = job->dk[keys + i] = 0;
        size_t gates = row * job->value_heads + key_head * group;
        for (size_t i = 0; i < group; i++) job->ddecay[gates + i] = job->dbeta[gates + i] = 0;
      }
      for (size_t head = key_head * group; head < (key_head + 1) * group; head++)
        for (size_t block = 0; block < delta_blocks(job); block++)
          delta_sequence_backward(job, delta_lanes_at(job, head, block), memory, sequence);
    }
  }
}
