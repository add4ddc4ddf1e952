// The panels of the matrix product: packing, and operands that are read where they are.

/// Columns of a tile, and of a panel of b: one lane vector.
#define FT_MATMUL_COLUMNS FT_LANES

// Both packers ask for memory well ahead: what is read next lies in other pages, which the
// machine's own prefetching does not follow. Measured on Zen 4 (2026-11-22): cold packing of
// weights for one row 8 -> 15 GB/s, products with 64 columns 61 -> 75 % of the peak.

/// out[k · pitch + i] = x[i · stride + k] for i below `width` (at most 16), 0 for the lanes above.
///
/// Writes whole lane vectors: with a pitch below 16 each store covers what the one before wrote
/// too much, and 16 − pitch floats after the end are touched.
static void matmul_pack_turned(float *out, size_t pitch, const float *x, size_t stride,
                               size_t width, size_t steps) {
  for (size_t k = 0; k < steps; k += FT_LANES) {
    matmul_ask_ahead(x + k, stride);
    matmul_turn(out + k * pitch, pitch, x + k, stride, width, steps - k);
  }
}

/// out[k · pitch + i] = x[k · stride + i], like `matmul_pack_turned`; `readable` floats of each
/// row of x may be read.
static void matmul_pack_straight(float *out, size_t pitch, const float *x, size_t stride,
                                 size_t width, size_t readable, size_t steps) {
  // Low panels of a move in half vectors.
  bool half = pitch <= FT_LANES / 2 && readable >= FT_LANES / 2;
  bool whole = readable >= FT_LANES && (width == FT_LANES || pitch < FT_LANES);
  for (size_t k = 0; k < steps; k++) {
    const float *row = x + k * stride;
    __builtin_prefetch(row + FT_LANES * stride);
    if (half)
      memcpy(out + k * pitch, row, FT_LANES / 2 * sizeof(float));
    else
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
  matmul_pack(out + from * FT_MATMUL_COLUMNS, FT_MATMUL_COLUMNS, &work->job->b,
              work->column + first, left < FT_MATMUL_COLUMNS ? left : FT_MATMUL_COLUMNS,
              work->job->n, work->step + from, steps);
}

/// Packs the block's columns `first..<first + columns` of b, panel after panel.
static void matmul_pack_b(float *out, const ft_matmul_work *work, size_t first, size_t columns) {
  bool is_chunked = work->job->b.k_is_rows && columns > FT_MATMUL_COLUMNS;
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
  return ft_is_packed(work->job) && !work->job->is_turned ? FT_PANEL_OUTPUTS : FT_MATMUL_COLUMNS;
}

/// Tiles that an operand serves at most without being packed, when packing would take as long as
/// they do: an adapter's products, with 16 columns or rows, are 1.2 to 1.6 times as fast without it.
#define FT_MATMUL_SERVED 2

/// Rows that b serves at most without being packed.
#ifndef FT_MATMUL_SERVED_ROWS
#define FT_MATMUL_SERVED_ROWS (FT_MATMUL_SERVED * FT_MATMUL_ROWS)
#endif

/// Whether a is read where it is.
FT_INLINE bool matmul_reads_a(const ft_matmul_work *work) {
  return (FT_MATMUL_READS_ROWS && !work->job->a.k_is_rows) ||
         work->columns <= FT_MATMUL_SERVED * FT_MATMUL_COLUMNS;
}

/// Whether b is read where it is: its columns are neighbours there, and whole vectors.
FT_INLINE bool matmul_reads_b(const ft_matmul_work *work) {
  return !ft_is_packed(work->job) && work->job->b.k_is_rows &&
         work->columns % FT_MATMUL_COLUMNS == 0 &&
         work->rows <= FT_MATMUL_SERVED_ROWS;
}

/// Whether b is packed from rows that hold one k of all columns: a narrow panel of it lies in as many
/// pages as it has steps, so that all panels are packed together.
FT_INLINE bool matmul_meets_b_by_rows(const ft_matmul_work *work) {
  return !ft_is_packed(work->job) && work->job->b.k_is_rows && !matmul_reads_b(work);
}

/// Makes the block's columns `first..<first + columns` of b ready, in `out` if they are not.
static matmul_panels matmul_ready_b(float *out, const ft_matmul_work *work, size_t first,
                                    size_t columns) {
  if (matmul_reads_b(work)) {
    const float *b = work->job->b.start + work->step * work->job->b.stride + work->column + first;
    return (matmul_panels){b, FT_PANEL_OUTPUTS, work->job->b.stride};
  }
  if (!ft_is_packed(work->job)) {
    matmul_pack_b(out, work, first, columns);
    return (matmul_panels){out, 0, FT_MATMUL_COLUMNS};
  }
  if (work->job->is_turned) {
    matmul_pack_turned_weights(out, work, first, columns);
    return (matmul_panels){out, 0, FT_MATMUL_COLUMNS};
  }
  const ft_packed_matrix *w = &work->job->packed;
  if (w->format == FT_WEIGHTS_F32) {
    const char *panel = ft_panel(w, work->column + first);
    return (matmul_panels){(const float *)panel + work->step * FT_PANEL_OUTPUTS,
                           w->channels * FT_PANEL_OUTPUTS, FT_PANEL_OUTPUTS};
  }
  size_t whole = (work->steps + FT_BLOCK_STEPS - 1) / FT_BLOCK_STEPS * FT_BLOCK_STEPS;
  packed_widen_panels(out, work, first, columns, whole * FT_PANEL_OUTPUTS);
  return (matmul_panels){out, whole * FT_PANEL_OUTPUTS, FT_PANEL_OUTPUTS};
}

/// A panel of a, packed or where it is: element (i, k) is `start[i · row + k · step]`.
typedef struct {
  const float *start;
  size_t row, step;
} matmul_rows;

/// Floats from one packed panel of a to the next: packing writes a little after each.
FT_INLINE size_t matmul_a_pitch(size_t steps) { return FT_MATMUL_ROWS * steps + FT_LANES; }

/// The height of the next panel of a, when `left` rows are left: panels are as even as can be, for
/// the chains of a low one alone do not keep the machine busy.
FT_INLINE size_t matmul_a_rows(size_t left) {
  size_t panels = (left + FT_MATMUL_ROWS - 1) / FT_MATMUL_ROWS;
  return (left + panels - 1) / panels;
}

/// Packs the rows `begin..<end` of a: panels of at most FT_MATMUL_ROWS.
static void matmul_pack_a(float *out, const ft_matmul_work *work, size_t begin, size_t end) {
  if (matmul_reads_a(work)) return;
  size_t chunk = work->job->a.k_is_rows ? FT_MATMUL_CHUNK : work->steps;
  for (size_t from = 0; from < work->steps; from += chunk) {
    size_t steps = work->steps - from < chunk ? work->steps - from : chunk;
    float *panel = out;
    for (size_t row = begin, rows; row < end; row += rows) {
      rows = matmul_a_rows(end - row);
      matmul_pack(panel + from * rows, rows, &work->job->a, row, rows, work->job->m,
                  work->step + from, steps);
      panel += matmul_a_pitch(work->steps);
    }
  }
}

/// The panel of `rows` rows of a from `row` on, which is at `packed` if it was packed.
FT_INLINE matmul_rows matmul_a_panel(const ft_matmul_work *work, const float *packed, size_t row,
                                     size_t rows) {
  const ft_matmul_operand *a = &work->job->a;
  if (!matmul_reads_a(work)) return (matmul_rows){packed, 1, rows};
  if (a->k_is_rows) return (matmul_rows){a->start + work->step * a->stride + row, 1, a->stride};
  return (matmul_rows){a->start + row * a->stride + work->step, a->stride, 1};
}
