// What the matrix product needs to take its b from a packed matrix, and the product of a few rows.
#include "products/packed_ahead.h"

// --- Panels for the tiles ---------------------------------------------------------------------------

/// Widens the block's part of the panels of columns `first..<first + columns` of the block into
/// `out`, one after the other; see `matmul_panels`.
static void packed_widen_panels(float *out, const ft_matmul_work *work, size_t first,
                                size_t columns, size_t panel_floats) {
  const ft_packed_matrix *w = &work->job->packed;
  for (size_t i = 0; i < columns; i += FT_PANEL_OUTPUTS) {
    packed_widen_steps(out, ft_panel(w, work->column + first + i), w->format, work->step,
                       work->steps);
    out += panel_floats;
  }
}

/// Packs 16 columns of the turned matrix, channels `channel..<channel + 16`, and the block's
/// steps, which are outputs: out[k · pitch + i] as `matmul_pack_turned` writes it.
static void packed_pack_turned(float *out, size_t pitch, const ft_matmul_work *work,
                               size_t channel) {
  const ft_packed_matrix *w = &work->job->packed;
  size_t width = w->channels - channel < FT_LANES ? w->channels - channel : FT_LANES;
  size_t inside = channel % FT_BLOCK_STEPS;
  size_t panel_bytes = ft_panel_bytes(w->format, w->channels);
  for (size_t k = 0; k < work->steps; k += FT_PANEL_OUTPUTS) {
    const char *block = ft_panel(w, work->step + k) +
                        ft_block_offset(w->format, channel - inside);
    // The same place of the next panel lies in other pages.
    const char *ahead = block + panel_bytes + inside * (ft_block_bytes(w->format) / FT_BLOCK_STEPS);
    const float *wide = (const float *)block;
    float widened[FT_BLOCK_STEPS * FT_PANEL_OUTPUTS] __attribute__((aligned(64)));
    if (w->format != FT_WEIGHTS_F32) {
      packed_widen_block(widened, block, inside + width, w->format);
      wide = widened;
    }
    wide += inside * FT_PANEL_OUTPUTS;
    for (size_t half = 0; half < FT_PANEL_OUTPUTS && k + half < work->steps; half += FT_LANES) {
      size_t left = work->steps - k - half;
      for (size_t i = 0; i < FT_LANES; i++)
        __builtin_prefetch(ahead + (i * FT_PANEL_OUTPUTS + half) * sizeof(float));
      matmul_turn(out + (k + half) * pitch, pitch, wide + half, FT_PANEL_OUTPUTS, width, left);
    }
  }
}

// --- A few rows: decoding ---------------------------------------------------------------------------

/// sum += a [rows, steps] · the weights of `steps` steps of a panel, widened; `streams` when they
/// come from memory.
FT_INLINE void packed_add_steps(v16 sum[][2], const float *a, size_t lda, const float *wide,
                                size_t steps, const size_t rows, const bool streams) {
  // Sums of their own for the loop: those of the caller, used in other places too, were kept in
  // memory from seven rows on (measured: a third of the speed).
  v16 own[FT_PACKED_FEW][2];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) own[i][0] = sum[i][0], own[i][1] = sum[i][1];
#pragma clang loop unroll(disable)
  for (size_t k = 0; k < steps; k++) {
    if (streams) packed_ask_ahead((const char *)(wide + k * FT_PANEL_OUTPUTS), 2 * sizeof(v16));
    v16 low = v16_load(wide + k * FT_PANEL_OUTPUTS);
    v16 high = v16_load(wide + k * FT_PANEL_OUTPUTS + FT_LANES);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      v16 x = v16_splat(a[i * lda + k]);
      own[i][0] = v16_fma(x, low, own[i][0]);
      own[i][1] = v16_fma(x, high, own[i][1]);
    }
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) sum[i][0] = own[i][0], sum[i][1] = own[i][1];
}

/// sum += a [rows, 32] · the weights of a whole block, widened in registers.
FT_INLINE void packed_add_block(v16 sum[][2], const float *a, size_t lda, const char *block,
                                const ft_weight_format format, const size_t rows) {
  const bool is_quantised = ft_is_quantised(format);
  const size_t vector_steps = packed_vector_steps(format);
  packed_scales scales = {0};
  if (is_quantised) scales = packed_load_scales(block, format);
  if (is_quantised) block += ft_head_bytes(format);
#pragma clang loop unroll_count(2)
  for (size_t k = 0; k < FT_BLOCK_STEPS; k += vector_steps) {
    u16 words = u16_load(block + k / vector_steps * sizeof(u16));
    packed_ask_ahead(block + k / vector_steps * sizeof(u16), sizeof(u16));
#pragma clang loop unroll(full)
    for (size_t step = 0; step < vector_steps; step++) {
      v16 low = packed_widen(words, &scales, format, step, 0);
      v16 high = packed_widen(words, &scales, format, step, 1);
#pragma clang loop unroll(full)
      for (size_t i = 0; i < rows; i++) {
        v16 x = v16_splat(a[i * lda + k + step]);
        sum[i][0] = v16_fma(x, low, sum[i][0]);
        sum[i][1] = v16_fma(x, high, sum[i][1]);
      }
    }
  }
}

/// Reads the 32 elements of c from `output` on, zeros where it has none.
FT_INLINE void packed_read_c(v16 sum[2], const ft_matmul_job *job, size_t row, size_t output) {
  for (size_t half = 0; half < 2; half++, output += FT_LANES) {
    size_t left = job->n > output ? job->n - output : 0;
    sum[half] = v16_splat(0);
    if (job->accumulate)
      sum[half] = v16_load_part(job->c + row * job->ldc + output,
                                left < FT_LANES ? left : FT_LANES, 0);
  }
}

FT_INLINE void packed_write_c(const v16 sum[2], const ft_matmul_job *job, size_t row,
                              size_t output) {
  for (size_t half = 0; half < 2; half++, output += FT_LANES) {
    size_t left = job->n > output ? job->n - output : 0;
    float *c = job->c + row * job->ldc + output;
    if (left >= FT_LANES)
      v16_store(c, sum[half]);
    else
      v16_store_part(c, sum[half], left);
  }
}

/// Rows up to which a block is widened in registers: with more, sums and weights together are too
/// many for them, and the block goes through the nearest cache instead.
#define FT_WIDEN_ROWS 4

/// The panel from `output` on of c; rows and format are constants here. The weights are read from
/// memory once.
FT_INLINE void packed_few_panel(const ft_matmul_job *job, size_t output,
                                const ft_weight_format format, const size_t rows) {
  const ft_packed_matrix *w = &job->packed;
  const char *panel = ft_panel(w, output);
  const float *a = job->a.start;
  const size_t lda = job->a.stride;
  v16 sum[FT_PACKED_FEW][2];
  for (size_t i = 0; i < rows; i++) packed_read_c(sum[i], job, i, output);
  float widened[FT_BLOCK_STEPS * FT_PANEL_OUTPUTS] __attribute__((aligned(64)));
  size_t k = 0;
  for (; format != FT_WEIGHTS_F32 && k + FT_BLOCK_STEPS <= w->channels; k += FT_BLOCK_STEPS) {
    const char *block = panel + ft_block_offset(format, k);
    if (rows <= FT_WIDEN_ROWS) {
      packed_add_block(sum, a + k, lda, block, format, rows);
    } else {
      packed_widen_block(widened, block, FT_BLOCK_STEPS, format);
      packed_add_steps(sum, a + k, lda, widened, FT_BLOCK_STEPS, rows, false);
    }
  }
  if (k < w->channels) {
    const char *rest = panel + ft_block_offset(format, k);
    if (format != FT_WEIGHTS_F32) packed_widen_block(widened, rest, w->channels - k, format);
    packed_add_steps(sum, a + k, lda, format == FT_WEIGHTS_F32 ? (const float *)rest : widened,
                     w->channels - k, rows, format == FT_WEIGHTS_F32);
  }
  for (size_t i = 0; i < rows; i++) packed_write_c(sum[i], job, i, output);
}

/// Panels `begin..<end` of outputs of a product of at most FT_PACKED_FEW rows.
static void packed_few(const ft_matmul_job *job, size_t begin, size_t end) {
#define FT_FEW_ROWS(format, r)                                                            \
  case r:                                                                                 \
    for (size_t i = begin; i < end; i++)                                                  \
      packed_few_panel(job, i * FT_PANEL_OUTPUTS, format, r <= FT_PACKED_FEW ? r : 1);   \
    break;
#define FT_FEW(format)                                                     \
  case format:                                                             \
    switch (job->m) {                                                     \
      FT_FEW_ROWS(format, 1) FT_FEW_ROWS(format, 2) FT_FEW_ROWS(format, 3) \
      FT_FEW_ROWS(format, 4) FT_FEW_ROWS(format, 5) FT_FEW_ROWS(format, 6) \
      FT_FEW_ROWS(format, 7) FT_FEW_ROWS(format, 8)                        \
    }                                                                      \
    break;
  switch (job->packed.format) {
    FT_FEW(FT_WEIGHTS_F32)
    FT_FEW(FT_WEIGHTS_BF16)
    FT_FEW(FT_WEIGHTS_INT8)
    FT_FEW(FT_WEIGHTS_Q4)
    FT_FEW(FT_WEIGHTS_Q8_0)
    FT_FEW(FT_WEIGHTS_Q4_0)
    FT_FEW(FT_WEIGHTS_Q4_1)
  }
#undef FT_FEW
#undef FT_FEW_ROWS
}
