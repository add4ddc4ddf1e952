// Turning blocks of an operand whose rows hold one row or column of the product each: lanes run over
// those, steps of k over vectors.

/// Asks for the sixteen rows that follow those at x.
FT_INLINE void matmul_ask_ahead(const float *x, size_t stride) {
  for (size_t i = 0; i < FT_LANES; i++)
    __builtin_prefetch(x + (FT_LANES + i) * stride, 0, 2);
}

#ifdef FT_MATMUL_TURNS_EIGHT

/// Turns four rows of each half of the vectors.
FT_INLINE void matmul_turn_quarters(v8 r[4]) {
  v8 a = __builtin_shufflevector(r[0], r[1], 0, 8, 1, 9, 4, 12, 5, 13);
  v8 b = __builtin_shufflevector(r[0], r[1], 2, 10, 3, 11, 6, 14, 7, 15);
  v8 c = __builtin_shufflevector(r[2], r[3], 0, 8, 1, 9, 4, 12, 5, 13);
  v8 d = __builtin_shufflevector(r[2], r[3], 2, 10, 3, 11, 6, 14, 7, 15);
  r[0] = __builtin_shufflevector(a, c, 0, 1, 8, 9, 4, 5, 12, 13);
  r[1] = __builtin_shufflevector(a, c, 2, 3, 10, 11, 6, 7, 14, 15);
  r[2] = __builtin_shufflevector(b, d, 0, 1, 8, 9, 4, 5, 12, 13);
  r[3] = __builtin_shufflevector(b, d, 2, 3, 10, 11, 6, 7, 14, 15);
}

/// Four floats from each of two places.
FT_INLINE v8 matmul_load_halves(const float *low, const float *high) {
  v4 a, b;
  memcpy(&a, low, sizeof a);
  memcpy(&b, high, sizeof b);
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7);
}

/// Turns eight rows of eight floats: rows 4 to 7 are put beside rows 0 to 3 as they are loaded, so
/// that the rest stays within halves of a register.
FT_INLINE void matmul_turn_eight(float *restrict out, size_t pitch, const float *x, size_t stride,
                                 size_t steps) {
  for (size_t k = 0; k < 8; k += 4) {
    v8 r[4];
    for (size_t i = 0; i < 4; i++)
      r[i] = matmul_load_halves(x + i * stride + k, x + (i + 4) * stride + k);
    matmul_turn_quarters(r);
    for (size_t i = 0; i < 4 && k + i < steps; i++)
      memcpy(out + (k + i) * pitch, &r[i], sizeof r[i]);
  }
}

/// out[k · pitch + i] = x[i · stride + k] for sixteen k, or as many as there are `steps`; 0 for i
/// that is not below `width`. A pitch is at most 8, or 16.
///
/// With sixteen registers of eight lanes an 8 × 8 block is what they hold: all sixteen rows at once
/// were spilled three times over.
FT_INLINE void matmul_turn(float *restrict out, size_t pitch, const float *x, size_t stride,
                           size_t width, size_t steps) {
  float part[FT_LANES][FT_LANES] __attribute__((aligned(64)));
  if (width < FT_LANES || steps < FT_LANES) {
    memset(part, 0, sizeof part);
    for (size_t i = 0; i < width; i++)
      memcpy(part[i], x + i * stride, (steps < FT_LANES ? steps : FT_LANES) * sizeof(float));
    x = part[0];
    stride = FT_LANES;
  }
  for (size_t i = 0; i < pitch; i += 8)
    for (size_t k = 0; k < FT_LANES && k < steps; k += 8)
      matmul_turn_eight(out + k * pitch + i, pitch, x + i * stride + k, stride, steps - k);
}

#else

/// out[k · pitch + i] = x[i · stride + k] for sixteen k, or as many as there are `steps`; 0 for i
/// that is not below `width`.
FT_INLINE void matmul_turn(float *restrict out, size_t pitch, const float *x, size_t stride,
                           size_t width, size_t steps) {
  v16 block[FT_LANES];
  for (size_t i = 0; i < FT_LANES; i++) {
    const float *row = x + i * stride;
    if (i >= width)
      block[i] = v16_splat(0);
    else
      block[i] = steps >= FT_LANES ? v16_load(row) : v16_load_part(row, steps, 0);
  }
  v16_transpose(block);
  for (size_t k = 0; k < FT_LANES && k < steps; k++) v16_store(out + k * pitch, block[k]);
}

#endif
