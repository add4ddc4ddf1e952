// Widening blocks of packed weights to float32.
#include "products/packed_lanes.inc.h"

/// Writes the weights of a block's first `steps` (at most 32) steps, 32 outputs a step, and of
/// the steps that share a vector with them.
FT_INLINE void packed_widen_block_as(float *restrict out, const char *block, size_t steps,
                                     const ft_weight_format format) {
  const bool is_quantised = ft_is_quantised(format);
  packed_scales scales = {0};
  if (is_quantised) scales = packed_load_scales(block, format);
  if (is_quantised) block += ft_head_bytes(format);
  const size_t vector_steps = packed_vector_steps(format);
  for (size_t step = 0; step < steps; step += vector_steps) {
    u16 words = u16_load(block);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 2 * vector_steps; i++)
      v16_store(out + i * FT_LANES, packed_widen(words, &scales, format, i / 2, i % 2));
    block += sizeof words;
    out += vector_steps * FT_PANEL_OUTPUTS;
  }
}

/// `packed_widen_block_as` for any format but f32.
static void packed_widen_block(float *restrict out, const char *block, size_t steps,
                               ft_weight_format format) {
  switch (format) {
    case FT_WEIGHTS_BF16: packed_widen_block_as(out, block, steps, FT_WEIGHTS_BF16); break;
    case FT_WEIGHTS_INT8: packed_widen_block_as(out, block, steps, FT_WEIGHTS_INT8); break;
    case FT_WEIGHTS_Q4: packed_widen_block_as(out, block, steps, FT_WEIGHTS_Q4); break;
    case FT_WEIGHTS_Q8_0: packed_widen_block_as(out, block, steps, FT_WEIGHTS_Q8_0); break;
    case FT_WEIGHTS_Q4_0: packed_widen_block_as(out, block, steps, FT_WEIGHTS_Q4_0); break;
    case FT_WEIGHTS_Q4_1: packed_widen_block_as(out, block, steps, FT_WEIGHTS_Q4_1); break;
    case FT_WEIGHTS_F32: memcpy(out, block, steps * FT_PANEL_OUTPUTS * sizeof(float)); break;
  }
}

/// Writes the weights of steps `step..<step + steps` of a panel, 32 a step; `step` is a multiple
/// of 32, and up to 3 steps more are written.
static void packed_widen_steps(float *restrict out, const char *panel, ft_weight_format format,
                               size_t step, size_t steps) {
  for (size_t k = 0; k < steps; k += FT_BLOCK_STEPS)
    packed_widen_block(out + k * FT_PANEL_OUTPUTS, panel + ft_block_offset(format, step + k),
                       steps - k < FT_BLOCK_STEPS ? steps - k : FT_BLOCK_STEPS, format);
}

/// Rows of the matrix, widened: element by element, for looking up a few.
FT_RANGE_KERNEL(unpack_rows) {
  const ft_packing_job *job = context;
  const ft_packed_matrix *w = &job->w;
  for (size_t i = begin; i < end; i++) {
    size_t output = (size_t)job->rows[i], place = output % FT_PANEL_OUTPUTS;
    const char *panel = ft_panel(w, output);
    float *out = job->out + i * w->channels;
    for (size_t step = 0; step < w->channels; step += FT_BLOCK_STEPS) {
      size_t steps = w->channels - step < FT_BLOCK_STEPS ? w->channels - step : FT_BLOCK_STEPS;
      const char *block = panel + ft_block_offset(w->format, step);
      const float *wide = (const float *)block;
      float widened[FT_BLOCK_STEPS * FT_PANEL_OUTPUTS] __attribute__((aligned(64)));
      if (w->format != FT_WEIGHTS_F32) {
        packed_widen_block(widened, block, steps, w->format);
        wide = widened;
      }
      for (size_t k = 0; k < steps; k++) out[step + k] = wide[k * FT_PANEL_OUTPUTS + place];
    }
  }
}
