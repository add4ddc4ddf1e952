// The matrix product on one thread: packing, the tile in registers, and the loops around it.
//
// Whatever the blocking, an element of c is one chain of fused multiply-adds over ascending k:
// between two blocks of k it rests in c, which rounds nothing.

/// Columns of a tile, and of a panel of b: one lane vector.
#define FT_MATMUL_COLUMNS FT_LANES

// --- Packing --------------------------------------------------------------------------------------

// Both packers ask for memory well ahead: what is read next lies in other pages, which the
// machine's own prefetching does not follow. Measured on Zen 4 (2026-11-22): cold packing of
// weights for one row 8 -> 15 GB/s, products with 64 columns 61 -> 75 % of the peak.

/// The 16 × 16 block of turned rows: lane i of vector k is x[i · stride + k], 0 where i is not
/// below `width` or k not below `steps`. The rows behind these are asked for.
FT_INLINE void matmul_turned_block(v16 block[FT_LANES], const float *x, size_t stride,
                                   size_t width, size_t steps) {
  for (size_t i = 0; i < FT_LANES; i++) {
    const float *row = x + i * stride;
    if (i >= width)
      block[i] = v16_splat(0);
    else
      block[i] = steps >= FT_LANES ? v16_load(row) : v16_load_part(row, steps, 0);
    __builtin_prefetch(row + FT_LANES * stride, 0, 2);
  }
  v16_transpose(block);
}

/// out[k · pitch + i] = x[i · stride + k] for i below `width` (at most 16), 0 for the lanes above.
///
/// Writes whole lane vectors: with a pitch below 16 each store covers what the one before wrote
/// too much, and 16 − pitch floats behind the end are touched.
static void matmul_pack_turned(float *out, size_t pitch, const float *x, size_t stride,
                               size_t width, size_t steps) {
  for (size_t k = 0; k < steps; k += FT_LANES) {
    size_t left = steps - k < FT_LANES ? steps - k : FT_LANES;
    v16 block[FT_LANES];
    matmul_turned_block(block, x + k, stride, width, left);
    for (size_t i = 0; i < left; i++) v16_store(out + (k + i) * pitch, block[i]);
  }
}

/// out[k · pitch + i] = x[k · stride + i], like `matmul_pack_turned`; `readable` floats of each
/// row of x may be read.
static void matmul_pack_straight(float *out, size_t pitch, const float *x, size_t stride,
                                 size_t width, size_t readable, size_t steps) {
  bool whole = readable >= FT_LANES && (width == FT_LANES || pitch < FT_LANES);
  for (size_t k = 0; k < steps; k++) {
    const float *row = x + k * stride;
    __builtin_prefetch(row + FT_LANES * stride);
    v16_store(out + k * pitch, whole ? v16_load(row) : v16_load_part(row, width, 0));
  }
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

// Where a stored row holds one k of all, neighbouring panels lie side by side in memory: they are
// packed together, a few steps of k at a time, so that each line and page is met once.
#define FT_MATMUL_CHUNK 16

/// Packs steps `from..<from + steps` of one panel of b: the block's columns from `first` on.
static void matmul_pack_b_panel(float *out, const ft_matmul_work *work, size_t first, size_t from,
                                size_t steps) {
  size_t left = work->columns - first;
  matmul_pack(out + from * FT_MATMUL_COLUMNS, FT_MATMUL_COLUMNS, &work->b, work->column + first,
              left < FT_MATMUL_COLUMNS ? left : FT_MATMUL_COLUMNS, work->n, work->step + from,
              steps);
}

/// Packs the block's columns `first..<first + columns` of b, panel after panel.
static void matmul_pack_b(float *out, const ft_matmul_work *work, size_t first, size_t columns) {
  bool is_chunked = work->b.k_is_rows && columns > FT_MATMUL_COLUMNS;
  size_t chunk = is_chunked ? FT_MATMUL_CHUNK : work->steps;
  for (size_t from = 0; from < work->steps; from += chunk) {
    size_t left = work->steps - from;
    for (size_t j = 0; j < columns; j += FT_MATMUL_COLUMNS)
      matmul_pack_b_panel(out + j * work->steps, work, first + j, from,
                          left < chunk ? left : chunk);
  }
}

/// As `matmul_pack_b`, of packed weights turned.
static void matmul_pack_turned_weights(float *out, const ft_matmul_work *work, size_t first,
                                       size_t columns) {
  for (size_t j = 0; j < columns; j += FT_MATMUL_COLUMNS)
    packed_pack_turned(out + j * work->steps, FT_MATMUL_COLUMNS, work, work->column + first + j);
}

/// Panels of b, ready for tiles. Those that are packed here lie one after the other; two tiles of
/// packed weights lie side by side, and so do all of a b that is read where it is.
typedef struct {
  const float *start;
  size_t apart;  ///< floats from 32 columns to the next 32; 0 for panels one after the other
  size_t pitch;  ///< floats from a step to the next
} matmul_panels;

/// Where the panel from column `j` on begins.
FT_INLINE const float *matmul_panel(const matmul_panels *panels, size_t j, size_t steps) {
  if (panels->apart == 0) return panels->start + j * steps;
  return panels->start + j / FT_PANEL_OUTPUTS * panels->apart + j % FT_PANEL_OUTPUTS;
}

/// Columns that are made ready at once, when they serve once.
FT_INLINE size_t matmul_panel_columns(const ft_matmul_work *work) {
  return work->packed != NULL && !work->is_turned ? FT_PANEL_OUTPUTS : FT_MATMUL_COLUMNS;
}

/// Tiles that an operand serves at the most without being packed, when packing would take as long as
/// they do: an adapter's products, with 16 columns or rows, are 1.2 to 1.6 times as fast without it.
#define FT_MATMUL_SERVED 2

/// Whether a is read where it is.
FT_INLINE bool matmul_reads_a(const ft_matmul_work *work) {
  return work->columns <= FT_MATMUL_SERVED * FT_MATMUL_COLUMNS;
}

/// Whether b is read where it is: its columns are neighbours there, and whole vectors.
FT_INLINE bool matmul_reads_b(const ft_matmul_work *work) {
  return work->packed == NULL && work->b.k_is_rows && work->columns % FT_MATMUL_COLUMNS == 0 &&
         work->rows <= FT_MATMUL_SERVED * FT_MATMUL_ROWS;
}

/// Makes the block's columns `first..<first + columns` of b ready, in `out` if they are not.
static matmul_panels matmul_ready_b(float *out, const ft_matmul_work *work, size_t first,
                                    size_t columns) {
  if (matmul_reads_b(work)) {
    const float *b = work->b.start + work->step * work->b.stride + work->column + first;
    return (matmul_panels){b, FT_PANEL_OUTPUTS, work->b.stride};
  }
  if (work->packed == NULL) {
    matmul_pack_b(out, work, first, columns);
    return (matmul_panels){out, 0, FT_MATMUL_COLUMNS};
  }
  if (work->is_turned) {
    matmul_pack_turned_weights(out, work, first, columns);
    return (matmul_panels){out, 0, FT_MATMUL_COLUMNS};
  }
  const ft_packed_matrix *w = work->packed;
  if (w->format == FT_WEIGHTS_F32) {
    const char *panel = ft_panel(w, work->column + first);
    return (matmul_panels){(const float *)panel + work->step * FT_PANEL_OUTPUTS,
                           w->channels * FT_PANEL_OUTPUTS, FT_PANEL_OUTPUTS};
  }
  size_t whole = (work->steps + FT_BLOCK_STEPS - 1) / FT_BLOCK_STEPS * FT_BLOCK_STEPS;
  packed_widen_panels(out, work, first, columns, whole * FT_PANEL_OUTPUTS);
  return (matmul_panels){out, whole * FT_PANEL_OUTPUTS, FT_PANEL_OUTPUTS};
}

// --- The tile ---------------------------------------------------------------------------------------

/// Steps that panels of b are asked for ahead of their use: 0.6 % faster than without.
#define FT_MATMUL_AHEAD 16

/// A panel of a, packed or where it is: element (i, k) is `start[i · row + k · step]`.
typedef struct {
  const float *start;
  size_t row, step;
} matmul_rows;

/// c [rows, 16] = a · b, or c += a · b unless `from_zero`, for panels; that of b has `pitch` floats
/// a step. `rows` is a constant where this is inlined, so that the tile lives in registers.
FT_INLINE void matmul_tile(float *restrict c, size_t ldc, matmul_rows a, const float *restrict b,
                           size_t pitch, size_t steps, bool from_zero, const size_t rows) {
  v16 sum[FT_MATMUL_ROWS];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) sum[i] = from_zero ? v16_splat(0) : v16_load(c + i * ldc);
#pragma clang loop unroll(disable)
  for (size_t k = 0; k < steps; k++) {
    v16 lanes = v16_load(b);
    __builtin_prefetch(b + FT_MATMUL_AHEAD * pitch);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++)
      sum[i] = v16_fma(v16_splat(a.start[i * a.row]), lanes, sum[i]);
    a.start += a.step;
    b += pitch;
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) v16_store(c + i * ldc, sum[i]);
}

/// `matmul_tile` for any number of rows that the path has, and for a whose rows are neighbours (so
/// are they in packed panels) or whose steps are.
static void matmul_any_tile(float *restrict c, size_t ldc, matmul_rows a, const float *restrict b,
                            size_t pitch, size_t steps, bool from_zero, size_t rows) {
#define FT_TILE(r)                                                                  \
  case r:                                                                           \
    if (r <= FT_MATMUL_ROWS) matmul_tile(c, ldc, a, b, pitch, steps, from_zero, r); \
    return;
#define FT_TILES                                                             \
  switch (rows) {                                                            \
    FT_TILE(1) FT_TILE(2) FT_TILE(3) FT_TILE(4) FT_TILE(5) FT_TILE(6)        \
    FT_TILE(7) FT_TILE(8) FT_TILE(9) FT_TILE(10) FT_TILE(11) FT_TILE(12)     \
  }
  if (a.row == 1) {
    a.row = 1;
    FT_TILES
  } else {
    a.step = 1;
    FT_TILES
  }
#undef FT_TILES
#undef FT_TILE
}

/// The tile at the right edge: c has only `columns` columns.
static void matmul_edge_tile(float *restrict c, size_t ldc, matmul_rows a, const float *restrict b,
                             size_t pitch, size_t steps, bool from_zero, size_t rows,
                             size_t columns) {
  float whole[FT_MATMUL_ROWS * FT_MATMUL_COLUMNS] __attribute__((aligned(64))) = {0};
  if (!from_zero)
    for (size_t i = 0; i < rows; i++)
      memcpy(whole + i * FT_MATMUL_COLUMNS, c + i * ldc, columns * sizeof(float));
  matmul_any_tile(whole, FT_MATMUL_COLUMNS, a, b, pitch, steps, from_zero, rows);
  for (size_t i = 0; i < rows; i++)
    memcpy(c + i * ldc, whole + i * FT_MATMUL_COLUMNS, columns * sizeof(float));
}

// --- Loops ------------------------------------------------------------------------------------------

/// Floats from one packed panel of a to the next: packing writes a little behind each.
FT_INLINE size_t matmul_a_pitch(size_t steps) { return FT_MATMUL_ROWS * steps + FT_LANES; }

/// Packs the rows `begin..<end` of a: panels of FT_MATMUL_ROWS, the last one maybe lower.
static void matmul_pack_a(float *out, const ft_matmul_work *work, size_t begin, size_t end) {
  if (matmul_reads_a(work)) return;
  size_t chunk = work->a.k_is_rows ? FT_MATMUL_CHUNK : work->steps;
  for (size_t from = 0; from < work->steps; from += chunk) {
    size_t steps = work->steps - from < chunk ? work->steps - from : chunk;
    float *panel = out;
    for (size_t row = begin; row < end; row += FT_MATMUL_ROWS) {
      size_t rows = end - row < FT_MATMUL_ROWS ? end - row : FT_MATMUL_ROWS;
      matmul_pack(panel + from * rows, rows, &work->a, row, rows, work->m, work->step + from,
                  steps);
      panel += matmul_a_pitch(work->steps);
    }
  }
}

/// The panel of `rows` rows of a from `row` on, packed into `packed` with those from `begin` on.
FT_INLINE matmul_rows matmul_a_panel(const ft_matmul_work *work, const float *packed, size_t begin,
                                     size_t row, size_t rows) {
  const ft_matmul_operand *a = &work->a;
  if (!matmul_reads_a(work))
    return (matmul_rows){packed + (row - begin) / FT_MATMUL_ROWS * matmul_a_pitch(work->steps), 1,
                         rows};
  if (a->k_is_rows) return (matmul_rows){a->start + work->step * a->stride + row, 1, a->stride};
  return (matmul_rows){a->start + row * a->stride + work->step, a->stride, 1};
}

/// Asks for the lines of a tile of c ahead of its use, so that they arrive while another is made.
FT_INLINE void matmul_fetch_tile(const float *c, size_t ldc, size_t rows) {
  for (size_t i = 0; i < rows; i++) __builtin_prefetch(c + i * ldc, 1);
}

/// The rows `begin..<end`, packed, by the block's columns `first..<first + columns`, whose panels
/// begin with that of `first`.
static void matmul_tiles(const ft_matmul_work *work, const float *packed_a, size_t begin,
                         size_t end, matmul_panels panels, size_t first, size_t columns) {
  bool from_zero = work->step == 0 && !work->accumulate;
  for (size_t row = begin; row < end; row += FT_MATMUL_ROWS) {
    size_t rows = end - row < FT_MATMUL_ROWS ? end - row : FT_MATMUL_ROWS;
    matmul_rows a = matmul_a_panel(work, packed_a, begin, row, rows);
    for (size_t j = 0; j < columns; j += FT_MATMUL_COLUMNS) {
      size_t left = work->columns - first - j;
      size_t width = left < FT_MATMUL_COLUMNS ? left : FT_MATMUL_COLUMNS;
      float *c = work->c + row * work->ldc + work->column + first + j;
      const float *b = matmul_panel(&panels, j, work->steps);
      bool last = j + FT_MATMUL_COLUMNS >= columns;
      matmul_fetch_tile(last ? c + rows * work->ldc - j : c + FT_MATMUL_COLUMNS, work->ldc, rows);
      if (width == FT_MATMUL_COLUMNS)
        matmul_any_tile(c, work->ldc, a, b, panels.pitch, work->steps, from_zero, rows);
      else
        matmul_edge_tile(c, work->ldc, a, b, panels.pitch, work->steps, from_zero, rows, width);
    }
  }
}

// The packed block of b stays in the second-level cache, or streams from the third; one panel of
// a stays in the first-level cache while those of b run past it.
#define FT_MATMUL_A_ROWS (FT_MATMUL_ROWS * FT_MATMUL_A_PANELS)

/// All of a block, on one thread: c = a · b from its first step of k, c += a · b from others.
static void matmul_block(const ft_matmul_work *work, float *scratch) {
  float *packed_b = scratch + FT_MATMUL_A_PANELS * matmul_a_pitch(FT_MATMUL_DEPTH);
  size_t end = work->row + work->rows;
  if (work->rows <= FT_MATMUL_A_ROWS) {
    // b serves once: panel by panel, so that the tiles find it in the nearest cache.
    matmul_pack_a(scratch, work, work->row, end);
    size_t width = matmul_panel_columns(work);
    for (size_t first = 0; first < work->columns; first += width) {
      size_t columns = work->columns - first < width ? work->columns - first : width;
      matmul_tiles(work, scratch, work->row, end,
                   matmul_ready_b(packed_b, work, first, columns), first, columns);
    }
    return;
  }
  matmul_panels panels = matmul_ready_b(packed_b, work, 0, work->columns);
  for (size_t row = work->row; row < end; row += FT_MATMUL_A_ROWS) {
    size_t row_end = end - row < FT_MATMUL_A_ROWS ? end : row + FT_MATMUL_A_ROWS;
    matmul_pack_a(scratch, work, row, row_end);
    matmul_tiles(work, scratch, row, row_end, panels, 0, work->columns);
  }
}

// --- A few rows by turned b: decoding -----------------------------------------------------------

/// Columns `column..<column + width` (at most 16) of c for `rows` rows, a constant here: b goes
/// from memory through registers, once, without being packed.
FT_INLINE void matmul_few_tile(const ft_matmul_work *work, size_t column, size_t width,
                               const size_t rows) {
  v16 sum[FT_MATMUL_FEW];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
    sum[i] = work->accumulate ? v16_load_part(work->c + i * work->ldc + column, width, 0)
                              : v16_splat(0);
  size_t a_row = work->a.k_is_rows ? 1 : work->a.stride;
  size_t a_step = work->a.k_is_rows ? work->a.stride : 1;
  const float *b = work->b.start + column * work->b.stride;
  const float *a = work->a.start;
  size_t k = 0;
  for (; k + FT_LANES <= work->k; k += FT_LANES) {
    v16 block[FT_LANES];
    matmul_turned_block(block, b + k, work->b.stride, width, FT_LANES);
#pragma clang loop unroll(full)
    for (size_t step = 0; step < FT_LANES; step++)
#pragma clang loop unroll(full)
      for (size_t i = 0; i < rows; i++)
        sum[i] = v16_fma(v16_splat(a[i * a_row + step * a_step]), block[step], sum[i]);
    a += FT_LANES * a_step;
  }
  v16 rest[FT_LANES];
  matmul_turned_block(rest, b + k, work->b.stride, width, work->k - k);
  for (size_t step = 0; step < work->k - k; step++)
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++)
      sum[i] = v16_fma(v16_splat(a[i * a_row + step * a_step]), rest[step], sum[i]);
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
    v16_store_part(work->c + i * work->ldc + column, sum[i], width);
}

/// The columns `begin..<end` of a product of at most FT_MATMUL_FEW rows with a turned b.
static void matmul_few(const ft_matmul_work *work, size_t begin, size_t end) {
  for (size_t column = begin; column < end; column += FT_LANES) {
    size_t width = end - column < FT_LANES ? end - column : FT_LANES;
    switch (work->m) {
      case 1: matmul_few_tile(work, column, width, 1); break;
      case 2: matmul_few_tile(work, column, width, 2); break;
      case 3: matmul_few_tile(work, column, width, 3); break;
      case FT_MATMUL_FEW: matmul_few_tile(work, column, width, FT_MATMUL_FEW); break;
    }
  }
}

_Static_assert(FT_MATMUL_A_PANELS * (FT_MATMUL_ROWS * FT_MATMUL_DEPTH + FT_LANES) +
                       FT_MATMUL_BLOCK_COLUMNS * FT_MATMUL_DEPTH <=
                   FT_SCRATCH_FLOATS,
               "a thread's scratch memory holds the panels of a and a block of b");
