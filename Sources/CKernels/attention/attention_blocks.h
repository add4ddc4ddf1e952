// What the forward and the backward pass of attention share: products of small blocks, and the
// layouts that make keys the lanes.
#ifndef FT_ATTENTION_BLOCKS_H
#define FT_ATTENTION_BLOCKS_H

#include "attention/attention_items.h"
#include "lanes/lane_math.h"
#include "lanes/loops.h"
#include "threads/threads.h"

/// Vectors of a tile of a product, by the path's number of registers (a path may say more).
#ifndef FT_ATTENTION_VECTORS
#define FT_ATTENTION_VECTORS 1
#endif

/// Vectors that hold `count` floats.
FT_INLINE size_t vectors_of(size_t count) { return (count + FT_LANES - 1) / FT_LANES; }

/// Keeps the lanes of x, keys i, i + 1, … of a block, that are in `keys`; others become `pad`.
FT_INLINE v16 keep_keys(v16 x, ft_key_range keys, size_t i, float pad) {
  if (keys.begin <= i && i + FT_LANES <= keys.end) return x;
  i16 key = i16_lanes() + i16_splat((int32_t)i);
  i16 inside = (key >= i16_splat((int32_t)keys.begin)) & (key < i16_splat((int32_t)keys.end));
  return v16_select(inside, x, v16_splat(pad));
}

/// Caps the scores of `rows` rows of 64, keys `begin..<end`, whole vectors: see
/// `ft_attention_options`.
FT_INLINE void cap_scores(float *scores, float cap, size_t rows, size_t begin, size_t end) {
  for (size_t row = 0; row < rows; row++)
    for (size_t i = begin; i < end; i += FT_LANES) {
      float *p = scores + row * FT_KEY_BLOCK + i;
      v16_store(p, v16_splat(cap) * v16_tanh(v16_load(p) / v16_splat(cap)));
    }
}

/// Adds `terms`, the numbers of keys 0, 1, … of a block, to a row's scores of keys `begin..<end`,
/// whole vectors.
FT_INLINE void add_terms(float *scores, const float *terms, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i += FT_LANES)
    v16_store(scores + i, v16_load(scores + i) + v16_load(terms + i));
}

/// c [m, 16 · n] = a · b, or c += a · b, where a's element (i, k) is `a[i · a_row + k · a_step]`
/// and b is [depth, 16 · n]. Each element is one chain over ascending k.
typedef struct {
  float *c;
  size_t ldc;
  const float *a;
  size_t a_row, a_step;
  const float *b;
  size_t ldb;
  size_t m, n, depth;
  bool accumulate;
} block_product;

/// The `rows` × `vectors` tile at row i, vector j; both are constants, so the sums are registers.
FT_INLINE void product_tile(const block_product *p, size_t i, size_t j, size_t rows,
                            size_t vectors) {
  v16 sums[8][4];
  float *c = p->c + i * p->ldc + j * FT_LANES;
  const float *a = p->a + i * p->a_row;
  const float *b = p->b + j * FT_LANES;
  for (size_t r = 0; r < rows; r++)
    for (size_t v = 0; v < vectors; v++)
      sums[r][v] = p->accumulate ? v16_load(c + r * p->ldc + v * FT_LANES) : v16_splat(0);
  for (size_t k = 0; k < p->depth; k++)
    for (size_t r = 0; r < rows; r++) {
      v16 factor = v16_splat(a[r * p->a_row + k * p->a_step]);
      for (size_t v = 0; v < vectors; v++)
        sums[r][v] = v16_fma(factor, v16_load(b + k * p->ldb + v * FT_LANES), sums[r][v]);
    }
  for (size_t r = 0; r < rows; r++)
    for (size_t v = 0; v < vectors; v++) v16_store(c + r * p->ldc + v * FT_LANES, sums[r][v]);
}

FT_INLINE void product_columns(const block_product *p, size_t j, size_t vectors) {
  size_t i = 0;
  // Heads of 32: four rows by two vectors are too few sums for the time that one takes.
  if (FT_ATTENTION_VECTORS > 2 && vectors <= 2)
    for (; i + 8 <= p->m; i += 8) product_tile(p, i, j, 8, vectors);
  for (; i + 4 <= p->m; i += 4) product_tile(p, i, j, 4, vectors);
  for (; i + 2 <= p->m; i += 2) product_tile(p, i, j, 2, vectors);
  if (i < p->m) product_tile(p, i, j, 1, vectors);
}

static void multiply_blocks(block_product product) {
  const block_product *p = &product;
  size_t j = 0;
  for (; j + FT_ATTENTION_VECTORS <= p->n; j += FT_ATTENTION_VECTORS)
    product_columns(p, j, FT_ATTENTION_VECTORS);
#if FT_ATTENTION_VECTORS > 2
  for (; j + 2 <= p->n; j += 2) product_columns(p, j, 2);
#endif
#if FT_ATTENTION_VECTORS > 1
  for (; j < p->n; j++) product_columns(p, j, 1);
#endif
}

/// out [D, 64] = the transpose of `count` rows of x [·, D]; the columns up to the next multiple
/// of 16 are 0, those beyond are left alone.
static void transpose_rows(float *out, const float *x, size_t stride, size_t rows, size_t width) {
  for (size_t row = 0; row < rows; row += FT_LANES)
    FT_EACH_LANES(i, count, 0, width, {
      v16 block[FT_LANES];
      for (size_t r = 0; r < FT_LANES; r++)
        block[r] = row + r < rows ? v16_load_some(x + (row + r) * stride + i, count) : v16_splat(0);
      v16_transpose(block);
      for (size_t c = 0; c < count; c++) v16_store(out + (i + c) * FT_KEY_BLOCK + row, block[c]);
    });
}

/// out [rows, padded] = x · factor, each row continued with zeros to whole vectors.
FT_INLINE void copy_rows_scaled(float *out, size_t padded, const float *x, size_t stride,
                                float factor, size_t rows, size_t width) {
  for (size_t row = 0; row < rows; row++)
    FT_EACH_LANES(i, count, 0, width, {
      v16_store(out + row * padded + i,
                v16_load_some(x + row * stride + i, count) * v16_splat(factor));
    });
}

/// out [rows, padded] = rows of bfloat16, each continued with zeros to whole vectors.
FT_INLINE void widen_rows(float *out, size_t padded, const uint16_t *x, size_t stride, size_t rows,
                          size_t width) {
  for (size_t row = 0; row < rows; row++)
    FT_EACH_LANES(i, count, 0, width, {
      v16_store(out + row * padded + i, v16_load_bf16(x + row * stride, i, count));
    });
}

/// The reverse of `copy_rows_scaled` with factor 1.
FT_INLINE void write_rows(float *out, size_t stride, const float *x, size_t padded, size_t rows,
                          size_t width) {
  for (size_t row = 0; row < rows; row++)
    FT_EACH_LANES(i, count, 0, width, {
      v16_store_some(out + row * stride + i, v16_load(x + row * padded + i), count);
    });
}

#endif
