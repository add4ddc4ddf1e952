// One token of the gated delta rule, forward and backward, as a block of threads does it.
//
// Sixteen threads beside each other have the columns of a vector of lanes, the next sixteen the same
// columns of the next chain: rows `chain`, `chain + 4`, … of the state. Chains meet in shared memory.
#ifndef FT_DELTA_RULE_CUH
#define FT_DELTA_RULE_CUH

#include "launching.h"

#include "ft_cuda.h"

/// Chains of a sum over rows, columns of a block of threads, and those columns as vectors of lanes.
constexpr unsigned delta_chains = 4, delta_columns = FT_DELTA_COLUMNS,
                   delta_blocks = delta_columns / FT_LANES;

/// What the threads of a block show each other.
struct delta_shared {
  float q[2][FT_DELTA_LIMIT], k[2][FT_DELTA_LIMIT];  ///< of a token, and of the next
  float parts[3][delta_chains][delta_columns];       ///< chains to be joined
  float dq[delta_blocks][FT_DELTA_LIMIT], dk[delta_blocks][FT_DELTA_LIMIT];
  float dbeta[delta_blocks], ddecay[delta_blocks];
};

/// Where a thread is: a value head's column, and a chain.
struct delta_place {
  const ft_delta_rule_job *job;
  delta_shared *shared;
  size_t head, key_head, slab;    ///< the slab's first column of the head
  unsigned chain, block, column;  ///< inside the slab
  bool is_there;                  ///< whether the head has the column
};

FT_INLINE delta_place delta_place_at(const ft_delta_rule_job *job, delta_shared *shared,
                                     size_t head, size_t slab) {
  unsigned unit = threadIdx.x / FT_LANES, block = unit / delta_chains;
  unsigned column = block * FT_LANES + ft_lane();
  return {job,   shared, head, head / (job->value_heads / job->key_heads), slab, unit % delta_chains,
          block, column, slab + column < job->value_width};
}

/// A number of the row `row` of v, or of what has its shape.
FT_INLINE size_t delta_value_at(const delta_place *at, size_t row) {
  const ft_delta_rule_job *job = at->job;
  return (row * job->value_heads + at->head) * job->value_width + at->slab + at->column;
}
FT_INLINE float delta_value(const delta_place *at, const float *values, size_t row) {
  return at->is_there ? values[delta_value_at(at, row)] : 0;
}
FT_INLINE size_t delta_gate_at(const delta_place *at, size_t row) {
  return row * at->job->value_heads + at->head;
}
FT_INLINE size_t delta_keys_at(const delta_place *at, size_t row) {
  return (row * at->job->key_heads + at->key_head) * at->job->key_width;
}

/// Queries and keys that a thread brings for the token after the present one.
struct delta_ahead {
  float q[FT_DELTA_LIMIT / 256], k[FT_DELTA_LIMIT / 256];
};

FT_INLINE delta_ahead delta_fetch(const delta_place *at, size_t row) {
  delta_ahead ahead;
#pragma unroll
  for (unsigned e = 0; e < FT_DELTA_LIMIT / 256; e++) {
    size_t i = threadIdx.x + 256 * e, place = delta_keys_at(at, row) + i;
    bool is_there = i < at->job->key_width;
    ahead.q[e] = is_there ? at->job->q[place] : 0;
    ahead.k[e] = is_there ? at->job->k[place] : 0;
  }
  return ahead;
}
/// Tokens that follow each other, in either direction, take turns.
FT_INLINE void delta_put(const delta_place *at, size_t row, delta_ahead ahead) {
#pragma unroll
  for (unsigned e = 0; e < FT_DELTA_LIMIT / 256; e++) {
    at->shared->q[row % 2][threadIdx.x + 256 * e] = ahead.q[e];
    at->shared->k[row % 2][threadIdx.x + 256 * e] = ahead.k[e];
  }
}
/// Brings the first of several tokens.
FT_INLINE void delta_begin(const delta_place *at, size_t row) {
  __syncthreads();
  delta_put(at, row, delta_fetch(at, row));
  __syncthreads();
}

/// The sum of the column's chains; `which` of the rooms for them, of which none is used twice in turn.
FT_INLINE float delta_join(const delta_place *at, unsigned which, float part) {
  float(*parts)[delta_columns] = at->shared->parts[which];
  parts[at->chain][at->column] = part;
  __syncthreads();
  unsigned column = at->column;
  return (parts[0][column] + parts[1][column]) + (parts[2][column] + parts[3][column]);
}

/// Rows that stay in registers, their loops unrolled; more are kept in memory.
constexpr unsigned delta_register_rows = 32;
#define FT_UNROLL_ROWS _Pragma("unroll (rows > delta_register_rows ? 1 : rows)")

/// Runs the statements for every row `i` of the thread, its `j`-th, of a key of `width` channels.
#define FT_EACH_OWN_ROW(i, j, first, end, width, ...)                  \
  FT_UNROLL_ROWS for (unsigned j = (first); j < (end); j++) {          \
    unsigned i = at->chain + delta_chains * j;                         \
    if (i < (width)) __VA_ARGS__                                       \
  }

/// Lets the state decay, and returns what it has for the token's key.
template <int rows>
__device__ __forceinline__ float delta_recall(const delta_place *at, float *state, size_t row) {
  const float *k = at->shared->k[row % 2];
  float decay = at->job->decay[delta_gate_at(at, row)], sum = 0;
  FT_EACH_OWN_ROW(i, j, 0, rows, at->job->key_width, {
    state[j] = state[j] * decay;
    sum = __fmaf_rn(state[j], k[i], sum);
  });
  return delta_join(at, 0, sum);
}

/// Takes the state over the token `row`, and returns what the token reads of it; brings token `next`.
template <int rows>
__device__ __forceinline__ float delta_step(const delta_place *at, float *state, size_t row,
                                            size_t next) {
  delta_ahead ahead = delta_fetch(at, next);
  float v = delta_value(at, at->job->v, row), beta = at->job->beta[delta_gate_at(at, row)];
  float delta = (v - delta_recall<rows>(at, state, row)) * beta, sum = 0;
  // All have met after the token before, whose place this is.
  if (next != row) delta_put(at, next, ahead);
  const float *q = at->shared->q[row % 2], *k = at->shared->k[row % 2];
  FT_EACH_OWN_ROW(i, j, 0, rows, at->job->key_width, {
    state[j] = __fmaf_rn(k[i], delta, state[j]);
    sum = __fmaf_rn(state[j], q[i], sum);
  });
  return delta_join(at, 1, sum);
}

/// The sums of sixteen vectors by the fixed tree, the lane's own number's: each exchange halves what a
/// lane still has to add, so that fifteen do what one vector after the other takes sixty-four for.
FT_INLINE float delta_sums(float *x) {
#pragma unroll
  for (unsigned apart = FT_LANES / 2; apart > 0; apart /= 2) {
    bool is_upper = (ft_lane() & apart) != 0;
#pragma unroll
    for (unsigned i = 0; i < apart; i++) {
      float own = is_upper ? x[i + apart] : x[i], other = is_upper ? x[i] : x[i + apart];
      x[i] = own + __shfl_xor_sync(ft_half_warp(), other, (int)apart, FT_LANES);
    }
  }
  return x[0];
}

/// What a slab's blocks of lanes give, added in their order; to zero where nothing has been added.
FT_INLINE float delta_added(const delta_place *at, bool is_first, float to, const float *of,
                            size_t apart) {
  float sum = is_first ? 0 : to;
  size_t left = at->job->value_width - at->slab;
  for (size_t b = 0; b < delta_blocks && b * FT_LANES < left; b++) sum += of[b * apart];
  return sum;
}

/// The gradients of the token `row`, which found the state `before`; brings token `next`.
template <int rows>
__device__ __forceinline__ void delta_step_backward(const delta_place *at, float *gradient,
                                                    const float *before, size_t row, size_t next) {
  const ft_delta_rule_job *job = at->job;
  delta_shared *shared = at->shared;
  size_t width = job->key_width, gate = delta_gate_at(at, row);
  delta_ahead ahead = delta_fetch(at, next);
  float dout = delta_value(at, job->dout, row), v = delta_value(at, job->v, row);
  float beta = job->beta[gate], decay = job->decay[gate], state[rows];
  FT_EACH_OWN_ROW(i, j, 0, rows, width, { state[j] = before[i * delta_columns + at->column]; });
  float missing = v - delta_recall<rows>(at, state, row), delta = missing * beta;
  if (next != row) delta_put(at, next, ahead);
  const float *q = shared->q[row % 2], *k = shared->k[row % 2];
  float sum = 0;
  FT_UNROLL_ROWS
  for (unsigned first = 0; first < rows; first += FT_LANES) {
    float terms[FT_LANES] = {};
    FT_EACH_OWN_ROW(i, j, first, first + FT_LANES, width, {
      gradient[j] = __fmaf_rn(q[i], dout, gradient[j]);
      terms[j - first] = __fmaf_rn(k[i], delta, state[j]) * dout;
      sum = __fmaf_rn(k[i], gradient[j], sum);
    });
    shared->dq[at->block][at->chain + delta_chains * (first + ft_lane())] = delta_sums(terms);
  }
  float ddelta = delta_join(at, 1, sum), dv = ddelta * beta;
  if (at->chain == 0) {
    if (at->is_there) job->dv[delta_value_at(at, row)] = dv;
    float dbeta = v16_sum(v16(ddelta * missing));
    FT_FIRST_LANE shared->dbeta[at->block] = dbeta;
  }
  sum = 0;
  FT_UNROLL_ROWS
  for (unsigned first = 0; first < rows; first += FT_LANES) {
    float terms[FT_LANES] = {};
    FT_EACH_OWN_ROW(i, j, first, first + FT_LANES, width, {
      terms[j - first] = __fmaf_rn(gradient[j], delta, -(state[j] * dv));
      float decayed = __fmaf_rn(k[i], -dv, gradient[j]);
      sum = __fmaf_rn(decayed, before[i * delta_columns + at->column], sum);
      gradient[j] = decayed * decay;
    });
    shared->dk[at->block][at->chain + delta_chains * (first + ft_lane())] = delta_sums(terms);
  }
  float joined = delta_join(at, 2, sum);
  if (at->chain == 0) {
    float ddecay = v16_sum(v16(joined));
    FT_FIRST_LANE shared->ddecay[at->block] = ddecay;
  }
  bool is_first = at->slab == 0 && at->head % (job->value_heads / job->key_heads) == 0;
  for (size_t i = threadIdx.x; i < width; i += blockDim.x) {
    float *dq = job->dq + delta_keys_at(at, row) + i, *dk = job->dk + delta_keys_at(at, row) + i;
    *dq = delta_added(at, is_first, *dq, &shared->dq[0][i], FT_DELTA_LIMIT);
    *dk = delta_added(at, is_first, *dk, &shared->dk[0][i], FT_DELTA_LIMIT);
  }
  __syncthreads();
  if (threadIdx.x != 0) return;
  job->dbeta[gate] = delta_added(at, at->slab == 0, job->dbeta[gate], shared->dbeta, 1);
  job->ddecay[gate] = delta_added(at, at->slab == 0, job->ddecay[gate], shared->ddecay, 1);
}

#endif
