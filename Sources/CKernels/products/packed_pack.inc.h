// Packing a weight matrix: laying it out in panels, rounding and quantising it.
//
// Lanes are outputs, so that each block of steps of sixteen outputs is quantised at once.

/// Steps of a block for 32 outputs, two lane vectors a step, turned: zeros where there are none.
typedef struct {
  v16 x[FT_BLOCK_STEPS][2];
} packed_block;

/// Reads outputs `output..<output + outputs` (at most 32) by `steps` (at most 32) steps.
static void packed_read_block(packed_block *block, const float *x, size_t stride, size_t outputs,
                              size_t steps) {
  for (size_t half = 0; half < 2; half++)
    for (size_t first = 0; first < FT_BLOCK_STEPS; first += FT_LANES) {
      v16 rows[FT_LANES];
      for (size_t i = 0; i < FT_LANES; i++) {
        size_t output = half * FT_LANES + i;
        size_t left = first < steps && output < outputs ? steps - first : 0;
        rows[i] = left == 0 ? v16_splat(0)
                            : v16_load_part(x + output * stride + first,
                                            left < FT_LANES ? left : FT_LANES, 0);
      }
      v16_transpose(rows);
      for (size_t i = 0; i < FT_LANES; i++) block->x[first + i][half] = rows[i];
    }
}

FT_INLINE void packed_write_words(char *out, u16 words) { memcpy(out, &words, sizeof words); }

// --- Choosing a scale -----------------------------------------------------------------------------

/// A way to make a scale: the weight of largest size, divided by one of these, is the scale.
typedef struct {
  const float *divisors;
  size_t count;
  float least, most;  ///< the integers there are
} packed_quantiser;

// A divisor smaller than the largest integer clips the largest weights to spare the others; a
// negative one gives the side with more integers (q4: −8) to the sign of the largest weight.
static const float packed_int8_divisors[] = {127, 126.5f, 126, 127.5f, 128};
static const float packed_q4_divisors[] = {-8,    -8.5f, -9, -7.75f, -7.5f, -7.25f, -7, -6.5f,
                                           -6,    -5.5f, 7,  7.5f,   6.75f, 6.5f,   6,  5.5f};

FT_INLINE packed_quantiser packed_quantiser_of(ft_weight_format format) {
  return format == FT_WEIGHTS_Q4
             ? (packed_quantiser){packed_q4_divisors,
                                  sizeof packed_q4_divisors / sizeof *packed_q4_divisors, -8, 7}
             : (packed_quantiser){packed_int8_divisors,
                                  sizeof packed_int8_divisors / sizeof *packed_int8_divisors, -127,
                                  127};
}

/// 1 / scale, 0 where that is 0.
FT_INLINE v16 packed_inverse(v16 scale) {
  return v16_select(scale == v16_splat(0), v16_splat(0), v16_splat(1) / scale);
}

/// The integer nearest to x · inverse (ties to even) among those there are; NaN becomes the least.
FT_INLINE v16 packed_integer(v16 x, v16 inverse, const packed_quantiser *quantiser) {
  const v16 shift = v16_splat(0x1.8p23f);
  v16 q = v16_min(v16_max(x * inverse, v16_splat(quantiser->least)), v16_splat(quantiser->most));
  return (q + shift) - shift;
}

/// What a scale is worth: the squared error, and what the least-squares scale for its integers is.
typedef struct {
  v16 error, refit;
} packed_trial;

FT_INLINE packed_trial packed_try(const packed_block *block, size_t half, v16 scale,
                                  const packed_quantiser *quantiser) {
  v16 inverse = packed_inverse(scale);
  v16 error = v16_splat(0), product = v16_splat(0), square = v16_splat(0);
  for (size_t k = 0; k < FT_BLOCK_STEPS; k++) {
    v16 x = block->x[k][half];
    v16 q = packed_integer(x, inverse, quantiser);
    // In units of the scale: no weight that may be quantised can overflow here.
    v16 off = v16_fma(x, inverse, -q);
    error = v16_fma(off, off, error);
    product = v16_fma(x * inverse, q, product);
    square = v16_fma(q, q, square);
  }
  v16 ratio = product / v16_max(square, v16_splat(1));
  return (packed_trial){error * (scale * scale), ratio * scale};
}

/// The best scale of a block's half, as bfloat16: of the divisors', and of the least-squares fits
/// to the integers that they give.
static v16 packed_scale(const packed_block *block, size_t half,
                        const packed_quantiser *quantiser) {
  v16 size = v16_splat(0), largest = v16_splat(0);
  for (size_t k = 0; k < FT_BLOCK_STEPS; k++) {
    v16 x = block->x[k][half];
    i16 is_larger = v16_abs(x) > size;
    size = v16_select(is_larger, v16_abs(x), size);
    largest = v16_select(is_larger, x, largest);
  }
  // Measured against the largest, so that squares neither overflow nor vanish.
  v16 unit = v16_select(size < v16_splat(FT_QUANTISED_SMALLEST), v16_splat(0), largest);
  packed_block scaled;
  v16 inverse = packed_inverse(unit);
  for (size_t k = 0; k < FT_BLOCK_STEPS; k++) scaled.x[k][half] = block->x[k][half] * inverse;
  v16 best = v16_splat(0), least_error = v16_splat(INFINITY);
  for (size_t i = 0; i < quantiser->count; i++) {
    v16 scale = v16_splat(1 / quantiser->divisors[i]);
    for (size_t round = 0; round < 2; round++) {
      // Rounded as it will be kept, then seen in units of the largest again.
      v16 kept = (v16)v16_round_to_bf16(scale * unit);
      packed_trial trial = packed_try(&scaled, half, kept * inverse, quantiser);
      i16 is_better = trial.error < least_error;
      best = v16_select(is_better, kept, best);
      least_error = v16_select(is_better, trial.error, least_error);
      scale = trial.refit;
    }
  }
  return best;
}

/// Whether every weight of the block can be quantised.
static bool packed_is_quantisable(const packed_block *block) {
  i16 all = i16_splat(-1);
  for (size_t k = 0; k < FT_BLOCK_STEPS; k++)
    for (size_t half = 0; half < 2; half++)
      all &= v16_abs(block->x[k][half]) < v16_splat(FT_QUANTISED_LARGEST);
  for (size_t lane = 0; lane < FT_LANES; lane++)
    if (all[lane] == 0) return false;
  return true;
}

// --- Writing blocks ---------------------------------------------------------------------------------

static void packed_write_quantised(char *out, const packed_block *block, ft_weight_format format) {
  packed_quantiser quantiser = packed_quantiser_of(format);
  const size_t vector_steps = packed_vector_steps(format);
  const u16 offset = (u16)i16_splat(format == FT_WEIGHTS_Q4 ? 8 : 128);
  const int bits = format == FT_WEIGHTS_Q4 ? 4 : 8;
  v16 scale[2], inverse[2];
  for (size_t half = 0; half < 2; half++) {
    scale[half] = packed_scale(block, half, &quantiser);
    inverse[half] = packed_inverse(scale[half]);
  }
  packed_write_words(out, (u16)scale[0] >> 16 | (u16)scale[1]);
  out += FT_SCALE_BYTES;
  for (size_t step = 0; step < FT_BLOCK_STEPS; step += vector_steps) {
    u16 words = {0};
    for (size_t i = 0; i < 2 * vector_steps; i++) {
      v16 q = packed_integer(block->x[step + i / 2][i % 2], inverse[i % 2], &quantiser);
      words |= ((u16)__builtin_convertvector(q, i16) + offset) << (int)i * bits;
    }
    packed_write_words(out, words);
    out += sizeof words;
  }
}

static void packed_write_plain(char *out, const packed_block *block, size_t steps,
                               ft_weight_format format) {
  for (size_t k = 0; k < steps; k++) {
    const v16 *x = block->x[k];
    if (format == FT_WEIGHTS_F32) {
      memcpy(out, x, 2 * sizeof *x);
      out += 2 * sizeof *x;
    } else {
      packed_write_words(out, v16_round_to_bf16(x[0]) >> 16 | v16_round_to_bf16(x[1]));
      out += sizeof *x;
    }
  }
}

/// Packs panels `begin..<end`.
FT_RANGE_KERNEL(pack_panels) {
  const ft_packing_job *job = context;
  const ft_packed_matrix *w = &job->w;
  for (size_t output = begin * FT_PANEL_OUTPUTS; output < end * FT_PANEL_OUTPUTS;
       output += FT_PANEL_OUTPUTS) {
    char *panel = job->packed + output / FT_PANEL_OUTPUTS * ft_panel_bytes(w->format, w->channels);
    size_t outputs = w->outputs - output < FT_PANEL_OUTPUTS ? w->outputs - output
                                                            : FT_PANEL_OUTPUTS;
    for (size_t step = 0; step < w->channels; step += FT_BLOCK_STEPS) {
      size_t steps = w->channels - step < FT_BLOCK_STEPS ? w->channels - step : FT_BLOCK_STEPS;
      packed_block block;
      packed_read_block(&block, job->source + output * w->channels + step, w->channels, outputs,
                        steps);
      char *out = panel + ft_block_offset(w->format, step);
      if (!ft_is_quantised(w->format)) {
        packed_write_plain(out, &block, steps, w->format);
      } else if (packed_is_quantisable(&block)) {
        packed_write_quantised(out, &block, w->format);
      } else {
        __atomic_store_n(job->refused, 1, __ATOMIC_RELAXED);
        return;
      }
    }
  }
}
