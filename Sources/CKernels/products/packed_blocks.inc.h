// Packing the blocks of a GGUF file: laid out anew, not a bit of their numbers changed.
//
// A block is 32 channels of one output: its scale, its minimum where it has one, and its integers,
// of q8_0 one byte each, of q4_0 and q4_1 channels k and k + 16 in byte k. Lanes are outputs.
//
// Source: ggml, `ggml-common.h`, block_q8_0, block_q4_0 and block_q4_1.

/// Bytes of a block in the file.
FT_INLINE size_t packed_file_block_bytes(ft_weight_format format) {
  if (!ft_is_four_bit(format)) return 2 + FT_BLOCK_STEPS;
  return (format == FT_WEIGHTS_Q4_1 ? 4 : 2) + FT_BLOCK_STEPS / 2;
}

/// Words of four bytes that a block's integers take.
FT_INLINE size_t packed_integer_words(const bool is_four) {
  return (is_four ? FT_BLOCK_STEPS / 2 : FT_BLOCK_STEPS) / 4;
}

/// Where the blocks of a panel's outputs begin in the file; NULL for outputs there are none of.
typedef struct {
  const uint8_t *row[FT_PANEL_OUTPUTS];
} packed_file_rows;

static packed_file_rows packed_rows_of_panel(const ft_packing_job *job, size_t first) {
  const ft_packed_matrix *w = &job->w;
  size_t row_bytes = w->channels / FT_BLOCK_STEPS * packed_file_block_bytes(w->format);
  packed_file_rows rows;
  for (size_t i = 0; i < FT_PANEL_OUTPUTS; i++) {
    size_t output = first + i;
    bool is_there = output < w->outputs;
    size_t row = is_there && job->rows != NULL ? (size_t)job->rows[output] : output;
    rows.row[i] = is_there ? job->blocks + row * row_bytes : NULL;
  }
  return rows;
}

/// A block of the 32 rows as words of four bytes, those of a place side by side: lane i of `words[w][h]`
/// is word w of output 16 · h + i. Two more are for its halves: scales and minimums.
typedef struct {
  uint32_t words[FT_BLOCK_STEPS / 4 + 2][2][FT_LANES] __attribute__((aligned(64)));
} packed_file_words;

/// Gathers `count` words from `offset` of the rows on, 0 where there is none. All of them before any is
/// used: a vector that is read right after its lanes were written waits for each of these.
FT_INLINE void packed_gather(packed_file_words *block, const packed_file_rows *rows, size_t offset,
                             const size_t count) {
  for (size_t i = 0; i < FT_PANEL_OUTPUTS; i++) {
    const uint8_t *row = rows->row[i];
    for (size_t word = 0; word < count; word++) {
      uint32_t value = 0;
      if (row != NULL) memcpy(&value, row + offset + 4 * word, 4);
      block->words[word][i / FT_LANES][i % FT_LANES] = value;
    }
  }
}

/// The halves at `offset` of the rows, two bytes each: in `words[at]`.
FT_INLINE void packed_gather_halves(packed_file_words *block, const packed_file_rows *rows,
                                    size_t offset, size_t at) {
  for (size_t i = 0; i < FT_PANEL_OUTPUTS; i++) {
    uint16_t value = 0;
    if (rows->row[i] != NULL) memcpy(&value, rows->row[i] + offset, 2);
    block->words[at][i / FT_LANES][i % FT_LANES] = value;
  }
}

FT_INLINE u16 packed_word(const packed_file_words *block, size_t word, size_t half) {
  return *(const u16 *)block->words[word][half];
}

/// Writes the halves in word `at` of the 32 rows; returns whether all of them are finite.
FT_INLINE bool packed_move_halves(char *out, const packed_file_words *block, size_t at) {
  u16 low = packed_word(block, at, 0), high = packed_word(block, at, 1);
  packed_write_words(out, low | high << 16);
  i16 is_infinite = ((low & 0x7c00u) == 0x7c00u) | ((high & 0x7c00u) == 0x7c00u);
  int32_t any = 0;
  for (size_t i = 0; i < FT_LANES; i++) any |= is_infinite[i];
  return any == 0;
}

/// Writes the integers of 32 rows.
FT_INLINE void packed_move_integers(char *out, const packed_file_words *block,
                                    const bool is_four) {
  const u16 nibbles = (u16)i16_splat(0x0f0f0f0f), bytes = (u16)i16_splat(0x00ff00ff);
  const size_t words = packed_integer_words(is_four);
  for (size_t word = 0; word < words; word++) {
    u16 low = packed_word(block, word, 0), high = packed_word(block, word, 1);
    u16 first, second;
    size_t apart;
    if (is_four) {
      // Steps 4 · word … + 3 are the lower nibbles, 16 later the upper ones.
      first = (low & nibbles) | (high & nibbles) << 4;
      second = (low >> 4 & nibbles) | (high & ~nibbles);
      apart = words;
    } else {
      // Steps 4 · word and the next are bytes 0 and 1; kept with 128 added.
      u16 evens = (low & bytes) | (high & bytes) << 8;
      u16 odds = (low >> 8 & bytes) | (high & ~bytes);
      first = ((evens & 0xffffu) | odds << 16) ^ 0x80808080u;
      second = ((evens >> 16) | (odds & 0xffff0000u)) ^ 0x80808080u;
      apart = 1;
    }
    char *place = out + (is_four ? word : 2 * word) * sizeof(u16);
    packed_write_words(place, first);
    packed_write_words(place + apart * sizeof(u16), second);
  }
}

/// Packs the panel of the outputs from `first` on; returns whether all scales are finite.
FT_INLINE bool packed_move_panel(const ft_packing_job *job, size_t first,
                                 const ft_weight_format format) {
  char *out = job->packed + first / FT_PANEL_OUTPUTS * ft_panel_bytes(format, job->w.channels);
  packed_file_rows rows = packed_rows_of_panel(job, first);
  bool is_finite = true;
  const bool is_four = ft_is_four_bit(format), has_minimum = format == FT_WEIGHTS_Q4_1;
  const size_t words = packed_integer_words(is_four);
  packed_file_words words_of_block;
  for (size_t block = 0; block < job->w.channels / FT_BLOCK_STEPS; block++) {
    const size_t offset = block * packed_file_block_bytes(format);
    packed_gather(&words_of_block, &rows, offset + (has_minimum ? 4 : 2), words);
    packed_gather_halves(&words_of_block, &rows, offset, words);
    if (has_minimum) packed_gather_halves(&words_of_block, &rows, offset + 2, words + 1);
    packed_move_integers(out + ft_head_bytes(format), &words_of_block, is_four);
    is_finite &= packed_move_halves(out, &words_of_block, words);
    if (has_minimum)
      is_finite &= packed_move_halves(out + FT_SCALE_BYTES, &words_of_block, words + 1);
    out += ft_block_bytes(format);
  }
  return is_finite;
}

/// Packs panels `begin..<end`.
FT_RANGE_KERNEL(pack_block_panels) {
  const ft_packing_job *job = context;
  bool is_finite = true;
  for (size_t i = begin; i < end; i++) {
    size_t first = i * FT_PANEL_OUTPUTS;
    switch (job->w.format) {
      case FT_WEIGHTS_Q8_0: is_finite &= packed_move_panel(job, first, FT_WEIGHTS_Q8_0); break;
      case FT_WEIGHTS_Q4_0: is_finite &= packed_move_panel(job, first, FT_WEIGHTS_Q4_0); break;
      default: is_finite &= packed_move_panel(job, first, FT_WEIGHTS_Q4_1); break;
    }
  }
  if (!is_finite) __atomic_store_n(job->refused, 1, __ATOMIC_RELAXED);
}
