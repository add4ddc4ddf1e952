// The matrix product on one thread: packing, the tile in registers, and the loops around it.
//
// Whatever the blocking, an element of c is one chain of fused multiply-adds over ascending k:
// between two blocks of k it rests in c, which rounds nothing.

#define FT_MATMUL_COLUMNS (FT_MATMUL_VECTORS * FT_LANES)

// --- Packing --------------------------------------------------------------------------------------

/// out[k · pitch + i] = x[i · stride + k] for i below `width` (at most 16), 0 for the lanes above.
///
/// Writes whole lane vectors: with a pitch below 16 each store covers what the one before wrote
/// too much, and 16 − pitch floats behind the end are touched.
static void matmul_pack_turned(float *out, size_t pitch, const float *x, size_t stride,
                               size_t width, size_t steps) {
  for (size_t k = 0; k < steps; k += FT_LANES) {
    size_t left = steps - k < FT_LANES ? steps - k : FT_LANES;
    v16 block[FT_LANES];
    for (size_t i = 0; i < FT_LANES; i++) {
      const float *row = x + i * stride + k;
      if (i >= width)
        block[i] = v16_splat(0);
      else
        block[i] = left == FT_LANES ? v16_load(row) : v16_load_part(row, left, 0);
    }
    v16_transpose(block);
    for (size_t i = 0; i < left; i++) v16_store(out + (k + i) * pitch, block[i]);
  }
}

/// out[k · pitch + i] = x[k · stride + i], like `matmul_pack_turned`; `readable` floats of each
/// row of x may be read.
static void matmul_pack_straight(float *out, size_t pitch, const float *x, size_t stride,
                                 size_t width, size_t readable, size_t steps) {
  if (readable >= FT_LANES && (width == FT_LANES || pitch < FT_LANES)) {
    for (size_t k = 0; k < steps; k++) v16_store(out + k * pitch, v16_load(x + k * stride));
    return;
  }
  for (size_t k = 0; k < steps; k++)
    v16_store(out + k * pitch, v16_load_part(x + k * stride, width, 0));
}

/// Packs rows (of a) or columns (of b) `first..<first + width`, at most 16, of the block's k.
static void matmul_pack(float *out, size_t pitch, const ft_matmul_operand *x, size_t first,
                        size_t width, size_t total, size_t step, size_t steps) {
  if (x->k_is_rows)
    matmul_pack_straight(out, pitch, x->start + step * x->stride + first, x->stride, width,
                         total - first, steps);
  else
    matmul_pack_turned(out, pitch, x->start + first * x->stride + step, x->stride, width, steps);
}

/// The lane vectors that the panel of b with `left` columns from its first one on has.
FT_INLINE size_t matmul_panel_vectors(size_t left) {
  return left >= FT_MATMUL_COLUMNS ? FT_MATMUL_VECTORS : (left + FT_LANES - 1) / FT_LANES;
}

/// Packs one panel of b: the block's columns from `first` on.
static void matmul_pack_b_panel(float *out, const ft_matmul_work *work, size_t first) {
  size_t vectors = matmul_panel_vectors(work->columns - first);
  for (size_t v = 0; v < vectors; v++) {
    size_t from = work->column + first + v * FT_LANES;
    size_t left = work->column + work->columns - from;
    matmul_pack(out + v * FT_LANES, vectors * FT_LANES, &work->b, from,
                left < FT_LANES ? left : FT_LANES, work->n, work->step, work->steps);
  }
}

/// Packs the block's panels `begin..<end` of b.
static void matmul_pack_b(const ft_matmul_work *work, size_t begin, size_t end) {
  for (size_t panel = begin; panel < end; panel++)
    matmul_pack_b_panel(work->packed_b + panel * FT_MATMUL_COLUMNS * work->steps, work,
                        panel * FT_MATMUL_COLUMNS);
}

// --- The tile ---------------------------------------------------------------------------------------

/// c [rows, 16 · vectors] = a · b, or c += a · b unless `from_zero`, for packed panels. Both
/// counts are constants where this is inlined, so that the tile lives in registers.
FT_INLINE void matmul_tile(float *restrict c, size_t ldc, const float *restrict a,
                           const float *restrict b, size_t steps, bool from_zero,
                           const size_t rows, const size_t vectors) {
  v16 sum[FT_MATMUL_ROWS][FT_MATMUL_VECTORS];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < vectors; j++)
      sum[i][j] = from_zero ? v16_splat(0) : v16_load(c + i * ldc + j * FT_LANES);
#pragma clang loop unroll(disable)
  for (size_t k = 0; k < steps; k++) {
    v16 lanes[FT_MATMUL_VECTORS];
#pragma clang loop unroll(full)
    for (size_t j = 0; j < vectors; j++) lanes[j] = v16_load(b + j * FT_LANES);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++)
#pragma clang loop unroll(full)
      for (size_t j = 0; j < vectors; j++)
        sum[i][j] = v16_fma(v16_splat(a[i]), lanes[j], sum[i][j]);
    a += rows;
    b += vectors * FT_LANES;
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < vectors; j++) v16_store(c + i * ldc + j * FT_LANES, sum[i][j]);
}

/// `matmul_tile` for any number of rows and vectors that the path has.
static void matmul_any_tile(float *restrict c, size_t ldc, const float *restrict a,
                            const float *restrict b, size_t steps, bool from_zero, size_t rows,
                            size_t vectors) {
#define FT_TILE(r, v)                                                                  \
  case r:                                                                              \
    if (r <= FT_MATMUL_ROWS) matmul_tile(c, ldc, a, b, steps, from_zero, r, v); \
    return;
#define FT_TILES(v)                                                                        \
  switch (rows) {                                                                          \
    FT_TILE(1, v) FT_TILE(2, v) FT_TILE(3, v) FT_TILE(4, v) FT_TILE(5, v) FT_TILE(6, v)    \
    FT_TILE(7, v) FT_TILE(8, v) FT_TILE(9, v) FT_TILE(10, v) FT_TILE(11, v) FT_TILE(12, v) \
  }
  if (vectors == FT_MATMUL_VECTORS) {
    FT_TILES(FT_MATMUL_VECTORS)
  } else {
    FT_TILES(1)
  }
#undef FT_TILES
#undef FT_TILE
}

/// The tile at the right edge: c has only `columns` columns.
static void matmul_edge_tile(float *restrict c, size_t ldc, const float *restrict a,
                             const float *restrict b, size_t steps, bool from_zero, size_t rows,
                             size_t columns) {
  float whole[FT_MATMUL_ROWS * FT_MATMUL_COLUMNS] __attribute__((aligned(64))) = {0};
  if (!from_zero)
    for (size_t i = 0; i < rows; i++)
      memcpy(whole + i * FT_MATMUL_COLUMNS, c + i * ldc, columns * sizeof(float));
  matmul_any_tile(whole, FT_MATMUL_COLUMNS, a, b, steps, from_zero, rows,
                  matmul_panel_vectors(columns));
  for (size_t i = 0; i < rows; i++)
    memcpy(c + i * ldc, whole + i * FT_MATMUL_COLUMNS, columns * sizeof(float));
}

// --- Loops ------------------------------------------------------------------------------------------

/// Packs the rows `begin..<end` of a: panels of FT_MATMUL_ROWS, the last one maybe lower.
static void matmul_pack_a(float *out, const ft_matmul_work *work, size_t begin, size_t end) {
  for (size_t row = begin; row < end; row += FT_MATMUL_ROWS) {
    size_t rows = end - row < FT_MATMUL_ROWS ? end - row : FT_MATMUL_ROWS;
    matmul_pack(out, rows, &work->a, row, rows, work->m, work->step, work->steps);
    out += rows * work->steps;
  }
}

/// The rows `begin..<end`, packed, by the block's columns `first..<first + columns`, packed.
static void matmul_tiles(const ft_matmul_work *work, const float *packed_a, size_t begin,
                         size_t end, const float *packed_b, size_t first, size_t columns) {
  bool from_zero = work->step == 0 && !work->accumulate;
  for (size_t row = begin; row < end; row += FT_MATMUL_ROWS) {
    size_t rows = end - row < FT_MATMUL_ROWS ? end - row : FT_MATMUL_ROWS;
    const float *a = packed_a + (row - begin) * work->steps;
    for (size_t j = 0; j < columns; j += FT_MATMUL_COLUMNS) {
      size_t left = work->columns - first - j;
      size_t width = left < FT_MATMUL_COLUMNS ? left : FT_MATMUL_COLUMNS;
      float *c = work->c + row * work->ldc + work->column + first + j;
      const float *b = packed_b + j * work->steps;
      if (width % FT_LANES == 0)
        matmul_any_tile(c, work->ldc, a, b, work->steps, from_zero, rows, width / FT_LANES);
      else
        matmul_edge_tile(c, work->ldc, a, b, work->steps, from_zero, rows, width);
    }
  }
}

// A block of a (12 panels on AVX-512: 216 KiB) and a few panels of b stay in the second-level
// cache; one panel of a stays in the first-level cache while those of b run past it.
#define FT_MATMUL_BLOCK_ROWS (FT_MATMUL_ROWS * FT_MATMUL_BLOCK_A)
#define FT_MATMUL_BLOCK_COLUMNS (FT_MATMUL_COLUMNS * FT_MATMUL_BLOCK_B)

/// The rows `begin..<end` of the block, b being packed already.
static void matmul_rows(const ft_matmul_work *work, size_t begin, size_t end, float *scratch) {
  for (size_t row = begin; row < end; row += FT_MATMUL_BLOCK_ROWS) {
    size_t row_end = end - row < FT_MATMUL_BLOCK_ROWS ? end : row + FT_MATMUL_BLOCK_ROWS;
    matmul_pack_a(scratch, work, row, row_end);
    for (size_t first = 0; first < work->columns; first += FT_MATMUL_BLOCK_COLUMNS) {
      size_t left = work->columns - first;
      matmul_tiles(work, scratch, row, row_end, work->packed_b + first * work->steps, first,
                   left < FT_MATMUL_BLOCK_COLUMNS ? left : FT_MATMUL_BLOCK_COLUMNS);
    }
  }
}

/// All rows of the block, whose columns are one thread's own: b is packed a few panels at a time
/// into scratch memory, where the tiles find it still in cache.
static void matmul_columns(const ft_matmul_work *work, float *scratch) {
  float *packed_b = scratch + FT_MATMUL_BLOCK_ROWS * FT_MATMUL_DEPTH + FT_LANES;
  for (size_t row = 0; row < work->m; row += FT_MATMUL_BLOCK_ROWS) {
    size_t left = work->m - row;
    size_t row_end = left < FT_MATMUL_BLOCK_ROWS ? work->m : row + FT_MATMUL_BLOCK_ROWS;
    matmul_pack_a(scratch, work, row, row_end);
    for (size_t first = 0; first < work->columns; first += FT_MATMUL_COLUMNS) {
      size_t width = work->columns - first;
      matmul_pack_b_panel(packed_b, work, first);
      matmul_tiles(work, scratch, row, row_end, packed_b, first,
                   width < FT_MATMUL_COLUMNS ? width : FT_MATMUL_COLUMNS);
    }
  }
}

_Static_assert((FT_MATMUL_BLOCK_ROWS + FT_MATMUL_COLUMNS) * FT_MATMUL_DEPTH + 2 * FT_LANES <=
                   FT_SCRATCH_FLOATS,
               "a block of a and a panel of b fit into a thread's scratch memory");
