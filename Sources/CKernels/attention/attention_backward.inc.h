// Attention, backward: probabilities are computed again from the kept log-sums.
// Source: Dao et al. 2022, arXiv:2205.14135, algorithm 4 (keys outermost).
//
// With P = exp(scale · q · k − log_sum) and dP = dout · v: dv = Pᵀ · dout,
// dS = P · (dP − delta) where delta = Σ dout · out of the row, dq = scale · dS · k and
// dk = scale · dSᵀ · q. A soft cap, s = cap · tanh(score / cap), makes dS · (1 − (s / cap)²) of dS.
// A number of the bias by distance gets the sum of dS over the pairs of that distance.
#include "attention/attention_queries.inc.h"

/// The slope of the cap at the capped score s.
FT_INLINE v16 cap_slope(v16 s, float cap) {
  v16 share = s / v16_splat(cap);
  return v16_fma(-share, share, v16_splat(1));
}

/// Scores to P, and dP to dS, of one row, in the vectors that hold keys `begin..<end`; keys that
/// are not seen get exactly 0. `dbias`, unless it is NULL, begins at the block's key 0.
FT_INLINE void differentiate_row(backward_state *state, size_t row, ft_key_range seen,
                                 ft_key_range keys, float log_sum, float delta,
                                 float *dbias, const ft_attention_job *job, size_t block) {
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
    if (dbias != NULL) v16_store(dbias + i, v16_load(dbias + i) + slope);
  }
}

/// The three gradients of a block of queries against the keys of the block that any of them sees;
/// `keys.begin` is a whole number of vectors.
static void add_gradients(backward_state *state, query_rows queries, size_t rows,
                          ft_key_range keys) {
  size_t padded = state->padded, count = keys.end - keys.begin;
  block_product over_queries = {.c = state->dv + keys.begin * padded,
                                .ldc = padded,
                                .a = state->p + keys.begin,
                                .a_row = 1,
                                .a_step = FT_KEY_BLOCK,
                                .b = queries.dout,
                                .ldb = padded,
                                .m = vectors_of(count) * FT_LANES,
                                .n = padded / FT_LANES,
                                .depth = rows,
                                .accumulate = true};
  multiply_blocks(over_queries);
  over_queries.c = state->dk + keys.begin * padded;
  over_queries.a = state->ds + keys.begin;
  over_queries.b = queries.q;
  multiply_blocks(over_queries);
  multiply_blocks((block_product){.c = queries.dq,
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

/// Scores and dP of the block, which have the same shape; `bias`, unless it is NULL, is that of the
/// first query from the block's key 0 on.
static void multiply_queries(backward_state *state, query_rows queries, size_t rows,
                             ft_key_range keys, const float *bias, float soft_cap) {
  block_product over_width = {.c = state->p + keys.begin,
                              .ldc = FT_KEY_BLOCK,
                              .a = queries.q,
                              .a_row = state->padded,
                              .a_step = 1,
                              .b = state->k + keys.begin,
                              .ldb = FT_KEY_BLOCK,
                              .m = rows,
                              .n = vectors_of(keys.end - keys.begin),
                              .depth = state->width};
  multiply_blocks(over_width);
  for (size_t row = 0; bias != NULL && row < rows; row++)
    add_terms(state->p + row * FT_KEY_BLOCK, bias - row, keys.begin, keys.end);
  if (soft_cap > 0) cap_scores(state->p, soft_cap, rows, keys.begin, keys.end);
  over_width.c = state->ds + keys.begin;
  over_width.a = queries.dout;
  over_width.b = state->v + keys.begin;
  multiply_blocks(over_width);
}

/// Queries `first..<first + rows` of a sequence, of one head, against the block of keys that
/// begins at `block`.
static void differentiate_queries(backward_state *state, query_rows queries,
                                  const ft_attention_backward_job *backward,
                                  const ft_sequence *sequence, size_t first, size_t rows,
                                  size_t block) {
  const ft_attention_job *job = &backward->forward;
  const float *log_sum =
      job->log_sum + (sequence->query_start + first) * job->heads + state->head;
  size_t position = sequence->key_count - sequence->query_count + first;
  ft_key_range low = keys_in_block(ft_seen_keys(job, sequence, position), block);
  ft_key_range high = keys_in_block(ft_seen_keys(job, sequence, position + rows - 1), block);
  ft_key_range keys = {vector_start(low.begin), high.end};
  size_t place = ft_bias_place(job, state->head, position, block);
  const float *bias = job->bias.numbers == NULL ? NULL : job->bias.numbers + place;
  float *dbias = backward->dbias;
  if (dbias != NULL)
    dbias += (size_t)(sequence - job->sequences) * job->heads * job->bias.stride + place;
  multiply_queries(state, queries, rows, keys, bias, job->options.soft_cap);
  for (size_t r = 0; r < rows; r++)
    differentiate_row(state, r,
                      keys_in_block(ft_seen_keys(job, sequence, position + r), block), keys,
                      log_sum[r * job->heads], queries.delta[r],
                      dbias == NULL ? NULL : dbias - r, job, block);
  add_gradients(state, queries, rows, keys);
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
  ft_key_range seeing = ft_seeing_queries(job, sequence, block, block + keys);
  for (size_t head = 0; head < shared; head++) {
    state->head = state->key_head * shared + head;
    for (size_t query = seeing.begin, rows; query < seeing.end; query += rows) {
      size_t position = sequence->key_count - sequence->query_count + query;
      bool diagonal = job->options.causal && position < block + FT_KEY_BLOCK;
      rows = ft_least(diagonal ? diagonal_block : query_block, seeing.end - query);
      query_rows queries = state->queries;
      if (state->holds_all)
        queries = query_rows_from(queries, head * sequence->query_count + query, padded);
      else
        load_queries(state, queries, backward, sequence, query, rows);
      differentiate_queries(state, queries, backward, sequence, query, rows, block);
      if (!state->holds_all) store_queries(state, queries, backward, sequence, query, rows);
    }
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
    backward_state state = backward_state_in(ft_scratch(thread), job->head_width,
                                             ft_shared_heads(job) * sequence->query_count);
    state.key_head = index % job->key_heads;
    if (state.holds_all) for_all_heads(&state, load_queries, backward, sequence);
    for (size_t block = 0; block < sequence->key_count; block += FT_KEY_BLOCK)
      differentiate_block(&state, backward, sequence, block);
    if (state.holds_all) for_all_heads(&state, store_queries, backward, sequence);
  }
}
