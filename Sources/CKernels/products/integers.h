// How rows lie as integers, for `integers.c` and the templates `integer_*.inc.h`.
//
// A row of C numbers is a run of blocks of 32 steps, the last filled up with zeros. A block is a head,
// and its 32 integers in the order in which weights of a block are met: for weights of eight bits 16
// words of two halves, for those of four 8 words of four bytes, the first step lowest.
#ifndef FT_INTEGERS_H
#define FT_INTEGERS_H

#include "products/packed.h"

/// The largest integer that a number becomes; the least is its negative.
#define FT_INTEGER_LARGEST 127

/// What the integers of a block count.
typedef struct {
  float scale;    ///< what one is; NaN where a number of the block is not finite
  int32_t start;  ///< − the offset that weights are kept with · the sum of the integers
  float total;    ///< scale · the sum of the integers: what a minimum is taken times
  float unused;
} ft_integer_head;

/// What weights of a format are kept with that is not part of their numbers.
static inline int32_t ft_integer_offset(ft_weight_format format) {
  if (format == FT_WEIGHTS_Q4_1) return 0;
  return ft_is_four_bit(format) ? 8 : 128;
}

/// Bytes of a block of a row, its head included.
static inline size_t ft_integer_block_bytes(ft_weight_format format) {
  return sizeof(ft_integer_head) + FT_BLOCK_STEPS * (ft_is_four_bit(format) ? 1 : 2);
}

#endif
