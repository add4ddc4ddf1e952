// How a packed weight matrix lies in memory, for `packed.c` and the templates `packed_*.inc.h`.
//
// A panel is 32 outputs by all steps of C, one after the other from output 0 on; outputs that the
// last one has too many are zeros. The layout is the same for every vector path:
//
//   f32    a step is 32 floats
//   bf16   a step is 16 words; word i holds output i in its lower half, 16 + i in its upper
//   int8   blocks of 32 steps: 16 words of scales, laid out as a bf16 step, then 16 vectors of 16
//          words; byte 2s + h of word i is step s (of the vector's 2) of output 16h + i
//   q4     as int8, with 8 vectors of 4 steps; nibble 2s + h
//   q8_0   as int8, with scales that are IEEE halves
//   q4_0   as q4, with such scales
//   q4_1   the same, with 16 words of minima, laid out as the scales, after these
//
// A quantised number is kept as q + 128 (or + 8; of q4_1 as it is), unsigned: put into the
// mantissa of a float near 1 it is widened by one multiply-add, see `packed_widen`. Steps that the last block has too many
// are zeros too, but no product runs over them.
#ifndef FT_PACKED_H
#define FT_PACKED_H

#include <stddef.h>
#include <stdint.h>

#include "ft_kernels.h"

/// Outputs of a panel: two lane vectors.
#define FT_PANEL_OUTPUTS 32
/// Steps of C that share a scale, and that one call widens.
#define FT_BLOCK_STEPS 32
/// Bytes of a block's scales, and of its minima.
#define FT_SCALE_BYTES 64

/// Weights from here on up cannot be quantised, and those below the smallest become 0: between
/// them no scale can overflow or lose bits.
#define FT_QUANTISED_LARGEST 0x1p100f
#define FT_QUANTISED_SMALLEST 0x1p-100f

/// Whether the format keeps small integers and scales.
static inline bool ft_is_quantised(ft_weight_format format) {
  return format != FT_WEIGHTS_F32 && format != FT_WEIGHTS_BF16;
}

/// Whether the integers of a quantised format have four bits, and not eight.
static inline bool ft_is_four_bit(ft_weight_format format) {
  return format == FT_WEIGHTS_Q4 || format == FT_WEIGHTS_Q4_0 || format == FT_WEIGHTS_Q4_1;
}

/// Bytes that precede the integers of a block of a quantised format.
static inline size_t ft_head_bytes(ft_weight_format format) {
  return format == FT_WEIGHTS_Q4_1 ? 2 * FT_SCALE_BYTES : FT_SCALE_BYTES;
}

/// Bytes of 32 steps of a panel, scales included.
static inline size_t ft_block_bytes(ft_weight_format format) {
  const size_t count = FT_BLOCK_STEPS * FT_PANEL_OUTPUTS;
  if (!ft_is_quantised(format)) return format == FT_WEIGHTS_F32 ? 4 * count : 2 * count;
  return ft_head_bytes(format) + (ft_is_four_bit(format) ? count / 2 : count);
}

/// Bytes of a panel.
static inline size_t ft_panel_bytes(ft_weight_format format, size_t channels) {
  if (!ft_is_quantised(format)) return channels * (ft_block_bytes(format) / FT_BLOCK_STEPS);
  return (channels + FT_BLOCK_STEPS - 1) / FT_BLOCK_STEPS * ft_block_bytes(format);
}

/// Where the block that begins at `step` (a multiple of 32) lies in a panel.
static inline size_t ft_block_offset(ft_weight_format format, size_t step) {
  return step / FT_BLOCK_STEPS * ft_block_bytes(format);
}

static inline const char *ft_panel(const ft_packed_matrix *w, size_t output) {
  return (const char *)w->data +
         output / FT_PANEL_OUTPUTS * ft_panel_bytes(w->format, w->channels);
}

/// What the range kernels of packing and unpacking are told; the range is of panels, of rows.
typedef struct {
  ft_packed_matrix w;
  char *packed;
  const float *source;
  const uint8_t *blocks;  ///< of a GGUF file, in the place of `source`
  float *out;
  const int32_t *rows;
  int32_t *refused;  ///< becomes 1 at a weight that cannot be quantised; written by threads
} ft_packing_job;

#endif
