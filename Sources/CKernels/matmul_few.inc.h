// The product of a few rows by a turned b, dense: decoding with weights that are not packed.

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
