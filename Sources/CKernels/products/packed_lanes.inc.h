// Widening packed weights to float32, in registers.
//
// A weight of a quantised format without minima is exactly q · scale: eight bits by eleven fit a
// float, so whatever way it is computed, its bits are the same. With a minimum it is q · scale,
// exactly, plus that, rounded once.

/// Steps of a lane vector of words.
FT_INLINE size_t packed_vector_steps(ft_weight_format format) {
  if (!ft_is_quantised(format)) return 1;
  return ft_is_four_bit(format) ? 4 : 2;
}

/// The scales of a block, ready for `packed_widen`, of outputs 0 to 15 (index 0) and 16 to 31.
typedef struct {
  v16 factor[2];  ///< scale · what one in the number's place of the mantissa is short of 1
  v16 zero[2];    ///< − factor · the float that 0 becomes; of q4_1 the minimum
} packed_scales;

/// The scales, or minima, of 16 outputs: of the words' lower halves, or of their upper ones.
FT_INLINE v16 packed_scale_half(u16 words, const ft_weight_format format, const size_t half) {
  const bool is_bf16 = format == FT_WEIGHTS_INT8 || format == FT_WEIGHTS_Q4;
  if (is_bf16) return (v16)(half == 0 ? words << 16 : words & 0xffff0000u);
  return v16_widen_halves(half == 0 ? words & 0xffffu : words >> 16);
}

FT_INLINE packed_scales packed_load_scales(const char *block, const ft_weight_format format) {
  const bool is_four = ft_is_four_bit(format);
  const v16 power = v16_splat(is_four ? 0x1p7f : 0x1p15f);
  const v16 zero = v16_splat(is_four ? -(1 + 8 * 0x1p-7f) : -(1 + 128 * 0x1p-15f));
  packed_scales scales;
  for (size_t half = 0; half < 2; half++) {
    scales.factor[half] = packed_scale_half(u16_load(block), format, half) * power;
    scales.zero[half] = format == FT_WEIGHTS_Q4_1
                            ? packed_scale_half(u16_load(block + FT_SCALE_BYTES), format, half)
                            : scales.factor[half] * zero;
  }
  return scales;
}

/// Lane i is the weight of output 16 · half + i at step `step` of the vector `words`.
///
/// The number is moved to bits 8 to 15 (of four bits: 16 to 19) of a float 1 + …, and one fused
/// multiply-add takes the 1 and the offset of the number off and the scale on. Exact: none of
/// the three has more than 20 bits. A minimum would not be: there the 1 is taken off first.
FT_INLINE v16 packed_widen(u16 words, const packed_scales *scales, const ft_weight_format format,
                           const size_t step, const size_t half) {
  if (format == FT_WEIGHTS_BF16) return (v16)(half == 0 ? words << 16 : words & 0xffff0000u);
  const bool is_four = ft_is_four_bit(format);
  const int from = (int)(2 * step + half) * (is_four ? 4 : 8), to = is_four ? 16 : 8;
  u16 moved = from < to ? words << (to - from) : words >> (from - to);
  v16 number = (v16)((moved & (is_four ? 0xf0000u : 0xff00u)) | 0x3f800000u);
  if (format == FT_WEIGHTS_Q4_1) number -= v16_splat(1);
  return v16_fma(number, scales->factor[half], scales->zero[half]);
}
