// What attention's backward pass holds for a key head, and how its queries are laid out for the products.
#include "attention/attention_blocks.h"

/// Queries of a block, and of one along the diagonal, where half of what a block computes is not seen; no
/// sum depends on them.
enum { query_block = 32, diagonal_block = 16 };

/// Queries of a head, laid out for the products: each row is continued with zeros to whole vectors.
typedef struct {
  float *q, *dout, *dq;  ///< [·, padded]; q times the scale
  float *delta;          ///< [·], Σ dout · out
} query_rows;

/// Floats of a query.
FT_INLINE size_t query_floats(size_t padded) { return 3 * padded + 1; }

FT_INLINE query_rows query_rows_in(float *memory, size_t rows, size_t padded) {
  return (query_rows){memory, memory + rows * padded, memory + 2 * rows * padded,
                      memory + 3 * rows * padded};
}

FT_INLINE query_rows query_rows_from(query_rows rows, size_t row, size_t padded) {
  return (query_rows){rows.q + row * padded, rows.dout + row * padded, rows.dq + row * padded,
                      rows.delta + row};
}

typedef struct {
  size_t width, padded;
  size_t key_head, head;
  float *k, *v;               ///< [D, 64], transposed
  float *k_rows;              ///< [64, padded]
  float *dk, *dv;             ///< [64, padded]
  float *p, *ds, *ds_scaled;  ///< [32, 64]; ds holds dP first
  query_rows queries;         ///< all of the key head's, head by head, or a block of a head's
  bool holds_all;             ///< whether these are all
} backward_state;

/// `rows` are the queries of all heads of the key head. Where there is room they are laid out once, else
/// block by block for each block of keys, which takes a tenth of the time of 512 tokens.
FT_INLINE backward_state backward_state_in(float *scratch, size_t width, size_t rows) {
  const size_t padded = vectors_of(width) * FT_LANES, area = FT_KEY_BLOCK * padded;
  const size_t square = query_block * FT_KEY_BLOCK;
  const size_t used = 5 * area + 3 * square;
  bool holds_all = rows <= (FT_SCRATCH_FLOATS - used) / query_floats(padded);
  float *small = scratch + 5 * area;
  return (backward_state){
      .width = width,
      .padded = padded,
      .k = scratch,
      .v = scratch + area,
      .k_rows = scratch + 2 * area,
      .dk = scratch + 3 * area,
      .dv = scratch + 4 * area,
      .p = small,
      .ds = small + square,
      .ds_scaled = small + 2 * square,
      .queries = query_rows_in(scratch + used, holds_all ? rows : query_block, padded),
      .holds_all = holds_all};
}

/// Σ dout · out of a row, in sixteen lanes.
FT_INLINE float row_delta(const float *dout, const float *out, size_t width) {
  v16 sum = v16_splat(0);
  FT_EACH_LANES(i, count, 0, width, {
    sum = v16_fma(v16_load_some(dout + i, count), v16_load_some(out + i, count), sum);
  });
  return v16_sum(sum);
}

/// Lays out queries `first..<first + rows` of the state's head.
static void load_queries(const backward_state *state, query_rows to,
                         const ft_attention_backward_job *backward, const ft_sequence *sequence,
                         size_t first, size_t rows) {
  const ft_attention_job *job = &backward->forward;
  size_t width = state->width, padded = state->padded;
  size_t row = sequence->query_start + first, stride = job->heads * width;
  size_t column = state->head * width, place = row * job->q_stride + column;
  const float *dout = backward->dout + row * stride + column;
  const float *out = job->out + row * stride + column;
  copy_rows_scaled(to.q, padded, job->q + place, job->q_stride, job->options.scale, rows, width);
  copy_rows_scaled(to.dout, padded, dout, stride, 1, rows, width);
  copy_rows_scaled(to.dq, padded, backward->dq + place, job->q_stride, 1, rows, width);
  for (size_t r = 0; r < rows; r++)
    to.delta[r] = row_delta(dout + r * stride, out + r * stride, width);
}

/// Puts the gradient of queries `first..<first + rows` of the state's head where it belongs.
static void store_queries(const backward_state *state, query_rows from,
                          const ft_attention_backward_job *backward, const ft_sequence *sequence,
                          size_t first, size_t rows) {
  size_t stride = backward->forward.q_stride;
  write_rows(backward->dq + (sequence->query_start + first) * stride + state->head * state->width,
             stride, from.dq, state->padded, rows, state->width);
}

/// Loads or stores the queries of all heads of the key head.
FT_INLINE void for_all_heads(backward_state *state,
                             void (*body)(const backward_state *, query_rows,
                                          const ft_attention_backward_job *, const ft_sequence *,
                                          size_t, size_t),
                             const ft_attention_backward_job *backward,
                             const ft_sequence *sequence) {
  size_t shared = ft_shared_heads(&backward->forward), count = sequence->query_count;
  for (size_t head = 0; head < shared; head++) {
    state->head = state->key_head * shared + head;
    body(state, query_rows_from(state->queries, head * count, state->padded), backward, sequence,
         0, count);
  }
}
