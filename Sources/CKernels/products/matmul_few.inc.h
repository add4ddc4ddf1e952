// The product of a few rows by a turned b, dense: decoding with weights that are not packed.

/// Columns `column..<column + width` (at most 16) of c for `rows` rows, a constant here: b goes
/// from memory through registers, once, without being packed.
FT_INLINE void matmul_few_tile(const ft_matmul_job *job, size_t column, size_t width,
                               const size_t rows) {
  v16 sum[FT_MATMUL_FEW];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
    sum[i] = job->accumulate ? v16_load_part(job->c + i * job->ldc + column, width, 0)
                              : v16_splat(0);
  size_t a_row = job->a.k_is_rows ? 1 : job->a.stride;
  size_t a_step = job->a.k_is_rows ? job->a.stride : 1;
  const float *b = job->b.start + column * job->b.stride;
  const float *a = job->a.start;
  float block[FT_LANES * FT_LANES] __attribute__((aligned(64)));
  size_t k = 0;
  for (; k + FT_LANES <= job->k; k += FT_LANES) {
    matmul_ask_ahead(b + k, job->b.stride);
    matmul_turn(block, FT_LANES, b + k, job->b.stride, width, FT_LANES);
#pragma clang loop unroll(full)
    for (size_t step = 0; step < FT_LANES; step++)
#pragma clang loop unroll(full)
      for (size_t i = 0; i < rows; i++)
        sum[i] = v16_fma(v16_splat(a[i * a_row + step * a_step]),
                         v16_load(block + step * FT_LANES), sum[i]);
    a += FT_LANES * a_step;
  }
  matmul_turn(block, FT_LANES, b + k, job->b.stride, width, job->k - k);
  for (size_t step = 0; step < job->k - k; step++)
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++)
      sum[i] = v16_fma(v16_splat(a[i * a_row + step * a_step]),
                       v16_load(block + step * FT_LANES), sum[i]);
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++)
    v16_store_part(job->c + i * job->ldc + column, sum[i], width);
}

/// The columns `begin..<end` of a product of at most FT_MATMUL_FEW rows with a turned b.
static void matmul_few(const ft_matmul_job *job, size_t begin, size_t end) {
  for (size_t column = begin; column < end; column += FT_LANES) {
    size_t width = end - column < FT_LANES ? end - column : FT_LANES;
    switch (job->m) {
      case 1: matmul_few_tile(job, column, width, 1); break;
      case 2: matmul_few_tile(job, column, width, 2); break;
      case 3: matmul_few_tile(job, column, width, 3); break;
      case FT_MATMUL_FEW: matmul_few_tile(job, column, width, FT_MATMUL_FEW); break;
    }
  }
}
