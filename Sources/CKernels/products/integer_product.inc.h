// Products of rows of integers and packed weights of few bits: exact in integers within a block of 32
// steps, and one chain of floats over the blocks, in order.
#include "lanes/loops.h"
#include "products/integers.h"
#include "products/packed_ahead.h"

/// What the kernel reads of one row's block.
typedef struct {
  const ft_integer_head *head;
  const int32_t *words;  ///< its integers, quads or pairs
} integer_block;

FT_INLINE integer_block integer_block_at(const ft_integer_job *job, size_t row, size_t index,
                                         const ft_weight_format format) {
  const size_t bytes = ft_integer_block_bytes(format);
  const size_t blocks = (job->w.channels + FT_BLOCK_STEPS - 1) / FT_BLOCK_STEPS;
  const char *block = (const char *)job->rows + (row * blocks + index) * bytes;
  return (integer_block){(const ft_integer_head *)block,
                         (const int32_t *)(block + sizeof(ft_integer_head))};
}

/// dots[i][h] = the sum of the products of row i and outputs 16 · h …, as these are kept.
FT_INLINE void integer_dots(i16 dots[][2], const char *numbers, const integer_block *a,
                            const ft_weight_format format, const size_t rows) {
  const bool is_four = ft_is_four_bit(format);
  const size_t vector_steps = packed_vector_steps(format);
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) dots[i][0] = dots[i][1] = i16_splat(0);
#pragma clang loop unroll(full)
  for (size_t k = 0; k < FT_BLOCK_STEPS / vector_steps; k++) {
    u16 words = u16_load(numbers + k * sizeof(u16));
#pragma clang loop unroll(full)
    for (size_t half = 0; half < 2; half++) {
      const u16 mask = (u16)i16_splat(is_four ? 0x0f0f0f0f : 0x00ff00ff);
      u16 of_half = words >> (int)(half * (is_four ? 4 : 8)) & mask;
#pragma clang loop unroll(full)
      for (size_t i = 0; i < rows; i++)
        dots[i][half] = is_four ? integer_add_quads(dots[i][half], of_half, a[i].words[k])
                                : integer_add_pairs(dots[i][half], of_half, a[i].words[k]);
    }
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (size_t half = 0; half < 2; half++)
      if (is_four) dots[i][half] = integer_end_quads(dots[i][half]);
}

/// The panel from `output` on of rows `row..<row + rows` of c; rows and format are constants here.
FT_INLINE void integer_panel(const ft_integer_job *job, size_t output, size_t row,
                             const ft_weight_format format, const size_t rows) {
  const char *block = ft_panel(&job->w, output);
  v16 sum[FT_INTEGER_ROWS][2];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) sum[i][0] = sum[i][1] = v16_splat(0);
  integer_block a[FT_INTEGER_ROWS];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) a[i] = integer_block_at(job, row + i, 0, format);
  for (size_t k = 0; k < job->w.channels; k += FT_BLOCK_STEPS) {
    i16 dots[FT_INTEGER_ROWS][2];
    if (row == 0) packed_ask_ahead(block, ft_block_bytes(format));
    integer_dots(dots, block + ft_head_bytes(format), a, format, rows);
#pragma clang loop unroll(full)
    for (size_t half = 0; half < 2; half++) {
      v16 scale = packed_scale_half(u16_load(block), format, half), minimum = v16_splat(0);
      if (format == FT_WEIGHTS_Q4_1)
        minimum = packed_scale_half(u16_load(block + FT_SCALE_BYTES), format, half);
#pragma clang loop unroll(full)
      for (size_t i = 0; i < rows; i++) {
        // At most 32 · 255 · 127: a float is exact.
        v16 dot = __builtin_convertvector(dots[i][half] + i16_splat(a[i].head->start), v16);
        sum[i][half] = v16_fma(dot * scale, v16_splat(a[i].head->scale), sum[i][half]);
        if (format == FT_WEIGHTS_Q4_1)
          sum[i][half] = v16_fma(minimum, v16_splat(a[i].head->total), sum[i][half]);
      }
    }
    block += ft_block_bytes(format);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      const char *next = (const char *)a[i].head + ft_integer_block_bytes(format);
      a[i].head = (const ft_integer_head *)next;
      a[i].words = (const int32_t *)(next + sizeof(ft_integer_head));
    }
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
    for (size_t half = 0; half < 2; half++) {
      size_t first = output + half * FT_LANES;
      size_t left = job->w.outputs > first ? job->w.outputs - first : 0;
      v16_store_some(job->c + (row + i) * job->ldc + first, sum[i][half],
                     left < FT_LANES ? left : FT_LANES);
    }
}

/// Panels `begin..<end`, each by all rows: it is read from memory once.
FT_INLINE void integer_panels_as(const ft_integer_job *job, size_t begin, size_t end,
                                 const ft_weight_format format) {
  for (size_t output = begin * FT_PANEL_OUTPUTS; output < end * FT_PANEL_OUTPUTS;
       output += FT_PANEL_OUTPUTS) {
    size_t row = 0;
    for (; row + FT_INTEGER_ROWS <= job->m; row += FT_INTEGER_ROWS)
      integer_panel(job, output, row, format, FT_INTEGER_ROWS);
    for (; row < job->m; row++) integer_panel(job, output, row, format, 1);
  }
}

/// Panels `begin..<end` of outputs.
static void integer_panels(const ft_integer_job *job, size_t begin, size_t end) {
  switch (job->w.format) {
    case FT_WEIGHTS_INT8: integer_panels_as(job, begin, end, FT_WEIGHTS_INT8); break;
    case FT_WEIGHTS_Q4: integer_panels_as(job, begin, end, FT_WEIGHTS_Q4); break;
    case FT_WEIGHTS_Q8_0: integer_panels_as(job, begin, end, FT_WEIGHTS_Q8_0); break;
    case FT_WEIGHTS_Q4_0: integer_panels_as(job, begin, end, FT_WEIGHTS_Q4_0); break;
    case FT_WEIGHTS_Q4_1: integer_panels_as(job, begin, end, FT_WEIGHTS_Q4_1); break;
    case FT_WEIGHTS_F32:
    case FT_WEIGHTS_BF16: break;
  }
}
