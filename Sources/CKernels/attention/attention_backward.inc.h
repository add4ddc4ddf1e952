// Attention, backward: probabilities are computed again from the kept log-sums.
// Source: Dao et al. 2022, arXiv:2205.14135, algorithm 4 (keys outermost).
//
// With P = exp(scale · q · k − log_sum) and dP = dout · v: dv = Pᵀ · dout,
// dS = P · (dP − delta) where delta = Σ dout · out of the row, dq = scale · dS · k and
// dk = scale · dSᵀ · q. A soft cap, s = cap · tanh(score / cap), makes dS · (1 − (s / cap)²) of dS.
#include "attention/attention_blocks.h"

/// Queries of a block; no sum depends on it.
enum { query_block = 32 };

typedef struct {
  size_t width, padded;
  size_t key_head, head;
  float *k, *v;                        ///< [D, 64], transposed
  float *k_rows;                       ///< [64, padded]
  float *dk, *dv;                      ///< [64, padded]
  float *q, *dout, *dq;                ///< [32, padded]; q times the scale
  float *p, *ds, *ds_scaled;           ///< [32, 64]; ds holds dP first
} backward_state;

FT_INLINE backward_state backward_state_in(float *scratch, size_t width) {
  const size_t area = FT_KEY_BLOCK * FT_HEAD_WIDTH_LIMIT;
  const size_t half = query_block * FT_HEAD_WIDTH_LIMIT;
  const size_t square = query_block * FT_KEY_BLOCK;
  float *small = scratch + 5 * area + 3 * half;
  return (backward_state){.width = width,
                          .padded = vectors_of(width) * FT_LANES,
                          .k = scratch,
                          .v = scratch + area,
                          .k_rows = scratch + 2 * area,
                          .dk = scratch + 3 * area,
                          .dv = scratch + 4 * area,
                          .q = scratch + 5 * area,
                          .dout = scratch + 5 * area + half,
                          .dq = scratch + 5 * area + 2 * half,
                          .p = small,
                          .ds = small + square,
                          .ds_scaled = small + 2 * square};
}

/// The slope of the cap at the capped score s.
FT_INLINE v16 cap_slope(v16 s, float cap) {
  v16 share = s / v16_splat(cap);
  return v16_fma(-share, share, v16_splat(1));
}

/// Scores to P, and dP to dS, of one row, in the vectors that hold keys `begin..<end`; keys that
/// are not seen get exactly 0.
FT_INLINE void differentiate_row(backward_state *state, size_t row, ft_key_range seen,
                                 ft_key_range keys, float log_sum, float delta,
                                 const ft_attention_job *job, size_t block) {
  const ft_attention_options *options = &job->options;
  const float *terms = NULL;
  if (job->key_scores != NULL)
    terms = job->key_scores + state->head * job->key_scores_stride + block;
  float *p = state->p + row * FT_KEY_BLOCK;
  float *ds = state->ds + row * FT_KEY_BLOCK;
  float *ds_scaled = state->ds_scaled + row * FT_KEY_BLOCK;
  for (size_t i = keys.begin; i < keys.end; i += FT_LANES) {
    v16 score = v16_load(p + i);
    v16 whole = terms == NULL ? score : score + v16_load(terms + i);
    v16 weight = v16_exp(whole - v16_splat(log_sum));
    v16 slope = weight * (v16_load(ds + i) - v16_splat(delta));
    if (options->soft_cap > 0) slope *= cap_slope(score, options->soft_cap);
    weight = keep_keys(weight, seen, i, 0);
    slope = keep_keys(slope, seen, i, 0);
    v16_store(p + i, weight);
    v16_store(ds + i, slope);
    v16_store(ds_scaled + i, slope * v16_splat(options->scale));
  }
}

/// Σ dout · out of a row, in sixteen lanes.
FT_INLINE float row_delta(const float *dout, const float *out, size_t width) {
  v16 sum = v16_splat(0);
  FT_EACH_LANES(i, count, 0, width, {
    sum = v16_fma(v16_load_some(dout + i, count), v16_load_some(out + i, count), sum);
  });
  return v16_sum(sum);
}

/// The three gradients of a block of queries against the keys of the block that any of them sees;
/// `keys.begin` is a whole number of vectors.
static void add_gradients(backward_state *state, size_t rows, ft_key_range keys) {
  size_t padded = state->padded, count = keys.end - keys.begin;
  block_product over_queries = {.c = state->dv + keys.begin * padded,
                                .ldc = padded,
                                .a = state->p + keys.begin,
                                .a_row = 1,
                                .a_step = FT_KEY_BLOCK,
                                .b = state->dout,
                                .ldb = padded,
                                .m = vectors_of(count) * FT_LANES,
                                .n = padded / FT_LANES,
                                .depth = rows,
                                .accumulate = true};
  multiply_blocks(over_queries);
  over_queries.c = state->dk + keys.begin * padded;
  over_queries.a = state->ds + keys.begin;
  over_queries.b = state->q;
  multiply_blocks(over_queries);
  multiply_blocks((block_product){.c = state->dq,
                                  .ldc = padded,
                                  .a = state->ds_scaled + keys.begin,
                                  .a_row = FT_KEY_BLOCK,
                                  .a_step = 1,
                                  .b = state->k_rows + keys.begin * padded,
                                  .ldb = padded,
                                  .m = rows,
                                  .n = padded / FT_LANES,
                                  .depth = count,
                                  .accumulate = true});
}

/// Scores and dP of the block, which have the same shape.
static void multiply_queries(backward_state *state, size_t rows, ft_key_range keys,
                             float soft_cap) {
  block_product over_width = {.c = state->p + keys.begin,
                              .ldc = FT_KEY_BLOCK,
                              .a = state->q,
                              .a_row = state->padded,
                              .a_step = 1,
                              .b = state->k + keys.begin,
                              .ldb = FT_KEY_BLOCK,
                              .m = rows,
                              .n = vectors_of(keys.end - keys.begin),
                              .depth = state->width};
  multiply_blocks(over_width);
  if (soft_cap > 0) cap_scores(state->p, soft_cap, rows, keys.begin, keys.end);
  over_width.c = state->ds + keys.begin;
  over_width.a = state->dout;
  over_width.b = state->v + keys.begin;
  multiply_blocks(over_width);
}

/// Queries `first..<first + rows` of a sequence, of one head, against the block of keys that
/// begins at `block`.
static void differentiate_queries(backward_state *state, const ft_attention_backward_job *backward,
                                  const ft_sequence *sequence, size_t first, size_t rows,
                                  size_t block) {
  const ft_attention_job *job = &backward->forward;
  size_t width = state->width, padded = state->padded;
  size_t row = sequence->query_start + first, out_stride = job->heads * width;
  const float *dout = backward->dout + row * out_stride + state->head * width;
  const float *out = job->out + row * out_stride + state->head * width;
  const float *log_sum = job->log_sum + row * job->heads + state->head;
  float *dq = backward->dq + row * job->q_stride + state->head * width;
  copy_rows_scaled(state->q, padded, job->q + row * job->q_stride + state->head * width,
                   job->q_stride, job->options.scale, rows, width);
  copy_rows_scaled(state->dout, padded, dout, out_stride, 1, rows, width);
  copy_rows_scaled(state->dq, padded, dq, job->q_stride, 1, rows, width);
  size_t position = sequence->key_count - sequence->query_count + first;
  ft_key_range low = keys_in_block(ft_seen_keys(job, sequence, position), block);
  ft_key_range high = keys_in_block(ft_seen_keys(job, sequence, position + rows - 1), block);
  ft_key_range keys = {vector_start(low.begin), high.end};
  multiply_queries(state, rows, keys, job->options.soft_cap);
  for (size_t r = 0; r < rows; r++)
    differentiate_row(state, r,
                      keys_in_block(ft_seen_keys(job, sequence, position + r), block), keys,
                      log_sum[r * job->heads],
                      row_delta(dout + r * out_stride, out + r * out_stride, width), job, block);
  add_gradients(state, rows, keys);
  write_rows(dq, job->q_stride, state->dq, padded, rows, width);
}

/// All heads and queries that see the keys of the block that begins at `block`.
static void differentiate_block(backward_state *state, const ft_attention_backward_job *backward,
                                const ft_sequence *sequence, size_t block) {
  const ft_attention_job *job = &backward->forward;
  size_t width = state->width, padded = state->padded;
  size_t keys = ft_least(FT_KEY_BLOCK, sequence->key_count - block);
  size_t k_first = (sequence->key_start + block) * job->k_stride + state->key_head * width;
  size_t v_first = (sequence->key_start + block) * job->v_stride + state->key_head * width;
  transpose_rows(state->k, job->k + k_first, job->k_stride, keys, width);
  transpose_rows(state->v, job->v + v_first, job->v_stride, keys, width);
  copy_rows_scaled(state->k_rows, padded, job->k + k_first, job->k_stride, 1, keys, width);
  copy_rows_scaled(state->dk, padded, backward->dk + k_first, job->k_stride, 1, keys, width);
  copy_rows_scaled(state->dv, padded, backward->dv + v_first, job->v_stride, 1, keys, width);
  size_t shared = ft_shared_heads(job);
  size_t before = sequence->key_count - sequence->query_count;  // keys no query stands at
  ft_key_range seeing = ft_seeing_positions(job, sequence, block, block + keys);
  size_t first = seeing.begin > before ? seeing.begin - before : 0;
  size_t end = seeing.end > before ? seeing.end - before : 0;
  for (size_t head = 0; head < shared; head++) {
    state->head = state->key_head * shared + head;
    for (size_t query = first; query < end; query += query_block)
      differentiate_queries(state, backward, sequence, query, ft_least(query_block, end - query),
                            block);
  }
  write_rows(backward->dk + k_first, job->k_stride, state->dk, padded, keys, width);
  write_rows(backward->dv + v_first, job->v_stride, state->dv, padded, keys, width);
}

/// The range is of (sequence, key head) pairs, key heads innermost.
FT_RANGE_KERNEL(attention_backward) {
  const ft_attention_backward_job *backward = context;
  const ft_attention_job *job = &backward->forward;
  for (size_t index = begin; index < end; index++) {
    const ft_sequence *sequence = &job->sequences[index / job->key_heads];
    backward_state state = backward_state_in(ft_scratch(thread), job->head_width);
    state.key_head = index % job->key_heads;
    for (size_t block = 0; block < sequence->key_count; block += FT_KEY_BLOCK)
      differentiate_block(&state, backward, sequence, block);
  }
}
