// Sums of products of small integers, lane by lane: four bytes at a time, or two halves.
//
// x86 has instructions for them, which the compiler does not find in the plain form. What they give is
// an integer, within bounds that rule out that one saturates, so all forms are equal.

#if defined(FT_DOTS_VNNI)

FT_INLINE i16 integer_add_quads(i16 sum, u16 bytes, int32_t quad) {
  return (i16)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)bytes, _mm512_set1_epi32(quad));
}

FT_INLINE i16 integer_end_quads(i16 sum) { return sum; }

FT_INLINE i16 integer_add_pairs(i16 sum, u16 halves, int32_t pair) {
  return (i16)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)halves, _mm512_set1_epi32(pair));
}

#elif defined(FT_DOTS_AVX512)

// The sum of a block's quads is kept as two halves a lane: eight times two products of at most
// 15 · 127 are 30,480, which a half holds.
FT_INLINE i16 integer_add_quads(i16 sum, u16 bytes, int32_t quad) {
  __m512i products = _mm512_maddubs_epi16((__m512i)bytes, _mm512_set1_epi32(quad));
  return (i16)_mm512_add_epi16((__m512i)sum, products);
}

FT_INLINE i16 integer_end_quads(i16 sum) {
  return (i16)_mm512_madd_epi16((__m512i)sum, _mm512_set1_epi16(1));
}

FT_INLINE i16 integer_add_pairs(i16 sum, u16 halves, int32_t pair) {
  return sum + (i16)_mm512_madd_epi16((__m512i)halves, _mm512_set1_epi32(pair));
}

#elif defined(FT_DOTS_AVX2)

/// Half of a lane vector.
typedef int32_t i8 __attribute__((vector_size(32)));

FT_INLINE i8 i16_half(i16 x, const size_t half) {
  return half == 0 ? __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7)
                   : __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
}

FT_INLINE i16 i16_joined(__m256i low, __m256i high) {
  return __builtin_shufflevector((i8)low, (i8)high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
                                 15);
}

// The sum of a block's quads is kept as two halves a lane: eight times two products of at most
// 15 · 127 are 30,480, which a half holds.
FT_INLINE i16 integer_add_quads(i16 sum, u16 bytes, int32_t quad) {
  const __m256i factor = _mm256_set1_epi32(quad);
  __m256i added[2];
#pragma clang loop unroll(full)
  for (size_t half = 0; half < 2; half++) {
    __m256i products = _mm256_maddubs_epi16((__m256i)i16_half((i16)bytes, half), factor);
    added[half] = _mm256_add_epi16((__m256i)i16_half(sum, half), products);
  }
  return i16_joined(added[0], added[1]);
}

FT_INLINE i16 integer_end_quads(i16 sum) {
  const __m256i one = _mm256_set1_epi16(1);
  return i16_joined(_mm256_madd_epi16((__m256i)i16_half(sum, 0), one),
                    _mm256_madd_epi16((__m256i)i16_half(sum, 1), one));
}

FT_INLINE i16 integer_add_pairs(i16 sum, u16 halves, int32_t pair) {
  const __m256i factor = _mm256_set1_epi32(pair);
  return sum + i16_joined(_mm256_madd_epi16((__m256i)i16_half((i16)halves, 0), factor),
                          _mm256_madd_epi16((__m256i)i16_half((i16)halves, 1), factor));
}

#else

/// sum + the products of each lane's four bytes, at most 15, and the four signed ones of `quad`; a
/// block's sum, of eight of these, begins at 0 and is what `integer_end_quads` makes of it.
FT_INLINE i16 integer_add_quads(i16 sum, u16 bytes, int32_t quad) {
  for (int place = 0; place < 32; place += 8)
    sum += (i16)(bytes >> place & 0xffu) * i16_splat((int8_t)(quad >> place));
  return sum;
}

FT_INLINE i16 integer_end_quads(i16 sum) { return sum; }

/// sum + the products of each lane's two halves, at most 255, and the two signed ones of `pair`.
FT_INLINE i16 integer_add_pairs(i16 sum, u16 halves, int32_t pair) {
  sum += (i16)(halves & 0xffffu) * i16_splat((int16_t)pair);
  return sum + (i16)(halves >> 16) * i16_splat(pair >> 16);
}

#endif
