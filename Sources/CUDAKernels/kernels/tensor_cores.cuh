// What a warp asks of a card's tensor cores: sums of products of bfloat16 numbers, kept in float32.
//
// Operands lie in shared memory, a row of `a` or a column of `b` after the other, two steps of k a word.
#ifndef FT_TENSOR_CORES_CUH
#define FT_TENSOR_CORES_CUH

#include "launching.h"

/// Rows, columns and steps of k that one instruction multiplies.
constexpr int tensor_row_count = 16, tensor_column_count = 8, tensor_step_count = 16;

// The emulation has its own of these: the same products, added one after the other.
#ifndef FT_EMULATED
/// Sixteen rows, and eight columns, as the threads of a warp hold them.
struct ft_tensor_rows {
  uint32_t x[4];
};
struct ft_tensor_columns {
  uint32_t x[2];
};

/// Rows or columns whose first begins at `tile`, `pitch` words apart.
FT_INLINE ft_tensor_rows ft_tensor_load_rows(const uint32_t *tile, int pitch) {
  const uint32_t *own = tile + threadIdx.x % 32 / 4 * pitch + threadIdx.x % 4;
  return {{own[0], own[8 * pitch], own[4], own[8 * pitch + 4]}};
}
FT_INLINE ft_tensor_columns ft_tensor_load_columns(const uint32_t *tile, int pitch) {
  const uint32_t *own = tile + threadIdx.x % 32 / 4 * pitch + threadIdx.x % 4;
  return {{own[0], own[4]}};
}

/// Adds sixteen steps to the thread's four sums: rows `lane / 4` and that + 8, columns
/// `2 · (lane % 4)` and the next of each.
FT_INLINE void ft_tensor_multiply(float *sums, ft_tensor_rows a, ft_tensor_columns b) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, "
      "{%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(a.x[0]), "r"(a.x[1]), "r"(a.x[2]), "r"(a.x[3]), "r"(b.x[0]), "r"(b.x[1]));
}

/// Two numbers rounded to the nearest bfloat16, of two to the even one.
FT_INLINE uint32_t ft_tensor_pair(float low, float high) {
  uint32_t pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
}
#endif

#endif
