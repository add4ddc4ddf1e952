// The matrix product on one thread: the tile in registers, and the loops around it.
//
// Whatever the blocking, an element of c is one chain of fused multiply-adds over ascending k:
// between two blocks of k it rests in c, which rounds nothing.

// --- The tile ---------------------------------------------------------------------------------------

/// Steps that panels of b are asked for ahead of their use: of packed weights the next page, so that 12
/// rows by a head of 113 MB take 8 % less time than with 16; of others 0.6 % less than without.
#define FT_MATMUL_AHEAD 32

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

/// Asks for the lines of a tile of c ahead of its use, so that they arrive while another is made.
FT_INLINE void matmul_fetch_tile(const float *c, size_t ldc, size_t rows) {
  for (size_t i = 0; i < rows; i++) __builtin_prefetch(c + i * ldc, 1);
}

/// Asks for a line of each of some rows of a. A tile asks for one line a row of the next panel: more at
/// once are waited for, and with none products of 2048 rows take 4 % longer.
FT_INLINE void matmul_fetch_rows(const float *a, size_t stride, size_t rows) {
  for (size_t i = 0; i < rows; i++) __builtin_prefetch(a + i * stride, 0, 2);
}

/// The rows `begin..<end`, made ready, by the block's columns `first..<first + columns`, whose panels
/// begin with that of `first`.
static void matmul_tiles(const ft_matmul_work *work, const float *packed_a, size_t begin,
                         size_t end, matmul_panels panels, size_t first, size_t columns) {
  bool from_zero = work->step == 0 && !work->job->accumulate;
  size_t ldc = work->job->ldc;
  for (size_t row = begin, rows; row < end; row += rows) {
    rows = matmul_a_rows(end - row);
    matmul_rows a = matmul_a_panel(work, packed_a, row, rows);
    if (!matmul_reads_a(work)) packed_a += matmul_a_pitch(work->steps);
    bool asks = FT_MATMUL_READS_ROWS && a.step == 1 && row + rows < end;
    for (size_t j = 0; j < columns; j += FT_MATMUL_COLUMNS) {
      size_t left = work->columns - first - j;
      size_t width = left < FT_MATMUL_COLUMNS ? left : FT_MATMUL_COLUMNS;
      float *c = work->job->c + row * ldc + work->column + first + j;
      const float *b = matmul_panel(&panels, j, work->steps);
      bool last = j + FT_MATMUL_COLUMNS >= columns;
      matmul_fetch_tile(last ? c + rows * ldc - j : c + FT_MATMUL_COLUMNS, ldc, rows);
      if (asks && j < work->steps)
        matmul_fetch_rows(a.start + rows * a.row + j, a.row, rows);
      if (width == FT_MATMUL_COLUMNS)
        matmul_any_tile(c, ldc, a, b, panels.pitch, work->steps, from_zero, rows);
      else
        matmul_edge_tile(c, ldc, a, b, panels.pitch, work->steps, from_zero, rows, width);
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
  if (work->rows <= FT_MATMUL_A_ROWS && !matmul_meets_b_by_rows(work)) {
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
  size_t height = matmul_reads_a(work) ? work->rows : FT_MATMUL_A_ROWS;
  for (size_t row = work->row; row < end; row += height) {
    size_t row_end = end - row < height ? end : row + height;
    matmul_pack_a(scratch, work, row, row_end);
    matmul_tiles(work, scratch, row, row_end, panels, 0, work->columns);
  }
}

_Static_assert(FT_MATMUL_A_PANELS * (FT_MATMUL_ROWS * FT_MATMUL_DEPTH + FT_LANES) +
                       FT_MATMUL_BLOCK_COLUMNS * FT_MATMUL_DEPTH <=
                   FT_SCRATCH_FLOATS,
               "a thread's scratch memory holds the panels of a and a block of b");
