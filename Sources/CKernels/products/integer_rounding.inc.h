// Rounding rows to integers of eight bits, a scale a block of 32 steps.
#include "products/integers.h"

/// Rounds a block: `low` and `high` are its numbers, zeros where the row has none.
FT_INLINE void integer_round_block(char *out, v16 low, v16 high, const ft_weight_format format) {
  const float largest = v16_largest(v16_max(v16_abs(low), v16_abs(high)));
  // A number that is not finite is none of these: x − x is 0 of all others.
  i16 is_wrong = (low - low != v16_splat(0)) | (high - high != v16_splat(0));
  const bool is_finite = !__builtin_reduce_or(is_wrong);
  const bool counts = is_finite && largest >= FT_QUANTISED_SMALLEST;
  const v16 inverse = v16_splat(counts ? FT_INTEGER_LARGEST / largest : 0);
  const v16 shift = v16_splat(0x1.8p23f), zero = v16_splat(0);
  // Nearest, ties to even; at most 127, for the quotient is off by less than half.
  v16 q[2] = {(low * inverse + shift) - shift, (high * inverse + shift) - shift};
  if (!counts) q[0] = zero, q[1] = zero;
  // Sums of so few small integers are exact.
  const float sum = v16_sum(q[0] + q[1]);
  const float scale = counts ? largest / FT_INTEGER_LARGEST : 0;
  ft_integer_head head;
  head.scale = is_finite ? scale : __builtin_nanf("");
  head.start = -ft_integer_offset(format) * (int32_t)sum;
  head.total = head.scale * sum;
  head.unused = 0;
  *(ft_integer_head *)out = head;
  out += sizeof head;
  for (size_t half = 0; half < 2; half++) {
    i16 integers = __builtin_convertvector(q[half], i16);
    if (ft_is_four_bit(format))
      i16_store_bytes((int8_t *)out + half * FT_LANES, integers);
    else
      i16_store_halves((int16_t *)out + half * FT_LANES, integers);
  }
}

FT_INLINE void integer_round_row(char *out, const float *x, size_t channels,
                                 const ft_weight_format format) {
  for (size_t step = 0; step < channels; step += FT_BLOCK_STEPS) {
    size_t left = channels - step;
    v16 low, high;
    if (left >= FT_BLOCK_STEPS) {
      low = v16_load(x + step), high = v16_load(x + step + FT_LANES);
    } else {
      low = v16_load_part(x + step, left < FT_LANES ? left : FT_LANES, 0);
      high = v16_load_part(x + step + FT_LANES, left < FT_LANES ? 0 : left - FT_LANES, 0);
    }
    integer_round_block(out, low, high, format);
    out += ft_integer_block_bytes(format);
  }
}

/// Rows `begin..<end`.
FT_RANGE_KERNEL(round_rows) {
  const ft_rounding_job *job = context;
  const ft_weight_format format = job->format;
  const size_t blocks = (job->channels + FT_BLOCK_STEPS - 1) / FT_BLOCK_STEPS;
  for (size_t i = begin; i < end; i++) {
    char *out = (char *)job->out + i * blocks * ft_integer_block_bytes(format);
    const float *x = job->x + i * job->channels;
    integer_round_row(out, x, job->channels, format);
  }
}
