// exp, log, tanh, erf, sin and cos in lanes: polynomials of fma, multiplication, addition and
// integer shifts, so that every path and machine gives the same bits. Coefficients are Chebyshev
// fits, made with 40 digits and rounded to float.
#ifndef FT_LANE_MATH_H
#define FT_LANE_MATH_H

#include "lanes/lanes.h"

/// 1.5 · 2²³: adding it to a small float rounds that to an integer, found in the low bits.
#define FT_ROUNDER 12582912.0f
#define FT_ROUNDER_BITS 0x4b400000

/// An exponent of two in each lane, as an integer and as a float.
typedef struct {
  i16 integer;
  v16 number;
} v16_exponent;

/// e^x − 1 = 2^k · (1 + y) − 1: returns y = r + r² · q(r), where x = k · ln 2 + r, |r| ≤ ½ ln 2.
///
/// x must be in [−105, 89], or NaN: then y is NaN and k is arbitrary.
FT_INLINE v16 v16_exp_reduced(v16 x, v16_exponent *k) {
  v16 shifted = v16_fma(x, v16_splat(0x1.715476p+0f), v16_splat(FT_ROUNDER));
  k->integer = (i16)((u16)shifted - (u16)i16_splat(FT_ROUNDER_BITS));
  k->number = shifted - v16_splat(FT_ROUNDER);
  v16 r = v16_fma(k->number, v16_splat(-0x1.62e4p-1f), x);
  r = v16_fma(k->number, v16_splat(-0x1.7f7d1cp-20f), r);
  v16 q = v16_fma(v16_splat(0x1.6d117cp-10f), r, v16_splat(0x1.120be2p-7f));
  q = v16_fma(q, r, v16_splat(0x1.555518p-5f));
  q = v16_fma(q, r, v16_splat(0x1.5554dcp-3f));
  q = v16_fma(q, r, v16_splat(0.5f));
  return v16_fma(q, r * r, r);
}

/// 2^k of each lane, for −126 ≤ k ≤ 127; other powers wrap.
FT_INLINE v16 v16_power_of_two(i16 k) { return (v16)((u16)((u16)k + 127) << 23); }

/// y · 2^k, for y of about 1: the power is applied in two halves, so that results below the smallest
/// normal number are rounded once, and not lost. A path may have an instruction for it.
#ifdef FT_SCALE
FT_INLINE v16 v16_scale(v16 y, v16_exponent k) { return FT_SCALE(y, k.number); }
#else
FT_INLINE v16 v16_scale(v16 y, v16_exponent k) {
  i16 half = k.integer >> 1;
  i16 rest = (i16)((u16)k.integer - (u16)half);
  return y * v16_power_of_two(half) * v16_power_of_two(rest);
}
#endif

/// exp(x) within 1 unit in the last place: 0 at −∞, ∞ above 88.73, NaN for NaN.
FT_INLINE v16 v16_exp(v16 x) {
  v16_exponent k;
  v16 y = v16_exp_reduced(v16_max(v16_splat(-105), v16_min(v16_splat(89), x)), &k) + v16_splat(1);
  // Where x is NaN, k is arbitrary, and shifts and sums of it wrap: y is NaN whatever the power.
  return v16_scale(y, k);
}

/// The magnitude of `size` with the sign of `sign`.
FT_INLINE v16 v16_copy_sign(v16 size, v16 sign) {
  return v16_select(i16_splat(INT32_MIN), sign, size);
}

/// tanh(x) within 3 units in the last place; ±1 beyond 9.02, NaN for NaN.
///
/// With e = exp(−2|x|) − 1, found without cancellation near 0: tanh |x| = −e / (2 + e).
FT_INLINE v16 v16_tanh(v16 x) {
  v16 size = v16_min(v16_splat(10), v16_abs(x));
  v16_exponent k;
  v16 y = v16_exp_reduced(v16_splat(-2) * size, &k);
  v16 power = v16_power_of_two(k.integer);
  v16 e = v16_fma(y, power, power - v16_splat(1));
  return v16_copy_sign(-e / (e + v16_splat(2)), x);
}

/// erf(x) within 3 units in the last place; ±1 beyond 3.92, NaN for NaN.
///
/// Below 1 it is x · p(x²), elsewhere 1 − exp(−q(|x| − 2½)), q the logarithm of 1 / erfc.
FT_INLINE v16 v16_erf(v16 x) {
  v16 size = v16_min(v16_splat(4), v16_abs(x));
  v16 z = size * size;
  v16 p = v16_fma(v16_splat(0x1.4a569p-14f), z, v16_splat(-0x1.a45088p-11f));
  p = v16_fma(p, z, v16_splat(0x1.541270p-8f));
  p = v16_fma(p, z, v16_splat(-0x1.b7faba0p-6f));
  p = v16_fma(p, z, v16_splat(0x1.ce2d10p-4f));
  p = v16_fma(p, z, v16_splat(-0x1.81273ep-2f));
  p = v16_fma(p, z, v16_splat(0x1.20dd74p+0f));
  v16 u = size - v16_splat(2.5f);
  v16 q = v16_fma(v16_splat(-0x1.b77830p-20f), u, v16_splat(0x1.bec71ap-17f));
  q = v16_fma(q, u, v16_splat(-0x1.442efcp-14f));
  q = v16_fma(q, u, v16_splat(0x1.b887c8p-12f));
  q = v16_fma(q, u, v16_splat(-0x1.1bcf88p-9f));
  q = v16_fma(q, u, v16_splat(0x1.63d00cp-7f));
  q = v16_fma(q, u, v16_splat(0x1.e3460ap-1f));
  q = v16_fma(q, u, v16_splat(0x1.569252p+2f));
  q = v16_fma(q, u, v16_splat(0x1.f3a2dcp+2f));
  v16 far = v16_splat(1) - v16_exp(-q);
  return v16_copy_sign(v16_select(size < v16_splat(1), size * p, far), x);
}

/// The natural logarithm of a positive normal x, within 2 units in the last place; ∞ and NaN
/// give themselves.
///
/// x = 2^e · m with m in [√½, √2), s = (m − 1) / (m + 1), log m = 2s + 2s³ · g(s²).
FT_INLINE v16 v16_log(v16 x) {
  i16 e = (i16)((u16)x - (u16)i16_splat(0x3f3504f3)) >> 23;
  v16 m = (v16)((u16)x - ((u16)e << 23));
  v16 s = (m - v16_splat(1)) / (m + v16_splat(1));
  v16 z = s * s;
  v16 g = v16_fma(v16_splat(0x1.dddbaap-4f), z, v16_splat(0x1.245c08p-3f));
  g = v16_fma(g, z, v16_splat(0x1.9999ecp-3f));
  g = v16_fma(g, z, v16_splat(0x1.555556p-2f));
  v16 twice = s + s;
  v16 n = __builtin_convertvector(e, v16);
  v16 low = v16_fma(n, v16_splat(0x1.7f7d1cp-20f), twice * z * g);
  v16 y = v16_fma(n, v16_splat(0x1.62e4p-1f), twice + low);
  return v16_select(x < v16_splat(__builtin_inff()), y, x);
}

/// `v16_log` of one number, the same bits.
FT_INLINE float ft_log_lane(float x) { return v16_log(v16_splat(x))[0]; }

/// sin and cos of t full turns, t in [0, 1], within 2⁻²³ absolutely.
///
/// t = q / 4 + f with |f| ≤ 1/8, exactly; the quadrant q swaps and negates.
FT_INLINE void v16_sincos_turns(v16 *sine, v16 *cosine, v16 t) {
  v16 shifted = v16_fma(t, v16_splat(4), v16_splat(FT_ROUNDER));
  i16 quadrant = (i16)shifted;
  v16 f = v16_fma(shifted - v16_splat(FT_ROUNDER), v16_splat(-0.25f), t);
  v16 z = f * f;
  v16 s = v16_fma(v16_splat(0x1.4bc72cp+5f), z, v16_splat(-0x1.32ca9ap+6f));
  s = v16_fma(s, z, v16_splat(0x1.466bbap+6f));
  s = v16_fma(s, z, v16_splat(-0x1.4abbcep+5f));
  s = v16_fma(s, z, v16_splat(0x1.921fb6p+2f)) * f;
  v16 c = v16_fma(v16_splat(0x1.d9c0d2p+5f), z, v16_splat(-0x1.55c572p+6f));
  c = v16_fma(c, z, v16_splat(0x1.03c1dcp+6f));
  c = v16_fma(c, z, v16_splat(-0x1.3bd3ccp+4f));
  c = v16_fma(c, z, v16_splat(1));
  i16 swaps = (quadrant & 1) != 0;
  u16 sine_sign = (u16)(quadrant & 2) << 30;
  u16 cosine_sign = (u16)((quadrant + 1) & 2) << 30;
  *sine = (v16)((u16)v16_select(swaps, c, s) ^ sine_sign);
  *cosine = (v16)((u16)v16_select(swaps, s, c) ^ cosine_sign);
}

#endif
