// The whole C interface of the engine's kernels.
//
// Letters for sizes: B batch, T time, C channels, H heads, D head width, F feed-forward,
// V vocabulary, R rank, N rows (B × T, packed), O outputs.
//
// Every kernel keeps the numerics contract: its result is a function of its arguments and of
// nothing else: not of the number of threads, not of the vector width. A sum is either one chain
// `acc = fma(a, b, acc)` in index order, or, where a row is reduced, sixteen virtual lanes (lane
// i takes the elements i, i + 16, …) joined by a fixed tree (8 apart, 4, 2, 1). Matrices are
// row-major float32. No kernel allocates: scratch memory belongs to the thread pool.
//
// A kernel of more than six arguments takes them as one struct, its job, which the threads read
// where the caller filled it. Unless it is said, outputs overlap nothing else that a job names. Jobs that
// public functions make of fewer arguments are in `ft_range_jobs.h`.
#ifndef FT_KERNELS_H
#define FT_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// --- Threads and vector paths ---------------------------------------------------------------

/// A share of a parallel region: does the work of items `begin..<end` on thread `thread`.
typedef void (*ft_range_body)(const void *context, size_t begin, size_t end, size_t thread);

/// Sets the number of threads, the caller's included (1 to 64), and returns what is in force.
/// Not to be called from inside a parallel region.
size_t ft_set_thread_count(size_t count);

/// The number of threads in force.
size_t ft_thread_count(void);

/// Cuts `count` items into as many contiguous shares as there are threads, each a multiple of
/// `grain` but the last, and runs them; returns when all are done. Which thread runs a share is
/// left open: one that is late is not waited for. Small counts run on the caller alone.
void ft_parallel(size_t count, size_t grain, ft_range_body body, const void *context);

/// The vector paths a machine may have; every path gives the same bits.
typedef enum {
  FT_ISA_PORTABLE = 0,
  FT_ISA_AVX2 = 1,
  FT_ISA_AVX512 = 2,
  FT_ISA_NEON = 3,
  FT_ISA_AVX512_VNNI = 4
} ft_isa;

/// The best path this machine has.
ft_isa ft_best_isa(void);

/// Chooses a path; returns false, changing nothing, when the machine lacks it.
bool ft_select_isa(ft_isa isa);

/// The path in force: the best one, until `ft_select_isa`.
ft_isa ft_current_isa(void);

// --- Packed weights --------------------------------------------------------------------------

/// What a packed weight is kept as.
///
/// - f32: itself.
/// - bf16: rounded to nearest even; NaN stays NaN.
/// - int8: q · scale, q in −127…127, one bfloat16 scale for 32 steps of C of an output: 8.5 bits
///   a weight. Of several scales near the largest weight / 127 the one with the smallest squared
///   error is taken.
/// - q4: the same with q in −8…7 and a scale of either sign: 4.5 bits a weight.
/// - q8_0, q4_0, q4_1: blocks of GGUF files, laid out anew by `ft_pack_blocks` and not rounded:
///   q · scale with q in −128…127, or in −8…7, and q · scale + minimum with q in 0…15, rounded
///   once; scale and minimum are IEEE halves. `ft_pack` does not make these.
///
/// Whatever the format, a weight is one float32 (q · scale is one exactly), and products run over
/// these as over any matrix. int8 and q4 take weights below 2^100 in size; those of blocks whose
/// largest is below 2^-100 become 0.
typedef enum {
  FT_WEIGHTS_F32 = 0,
  FT_WEIGHTS_BF16 = 1,
  FT_WEIGHTS_INT8 = 2,
  FT_WEIGHTS_Q4 = 3,
  FT_WEIGHTS_Q8_0 = 4,
  FT_WEIGHTS_Q4_0 = 5,
  FT_WEIGHTS_Q4_1 = 6
} ft_weight_format;

/// A frozen weight matrix W [O, C], laid out for products once, the same for every vector path:
/// panels of 32 outputs by all of C. `data` is read only and need not be aligned; 64-byte
/// alignment is fastest.
typedef struct {
  const void *data;
  ft_weight_format format;
  size_t outputs, channels;
} ft_packed_matrix;

/// Bytes that a packed W [O, C] takes.
size_t ft_packed_size(ft_weight_format format, size_t outputs, size_t channels);

/// Packs w [O, C] into `packed`, of `ft_packed_size` bytes. Returns false, the content then being
/// undefined, when the format is quantised and a weight is NaN, infinite or 2^100 and more.
/// The format is one of those that `ft_pack_blocks` does not take.
bool ft_pack(void *restrict packed, ft_weight_format format, const float *restrict w,
             size_t outputs, size_t channels);

/// Lays out outputs of a matrix that a GGUF file keeps in blocks of 32 channels: output i is row
/// `rows[i]`, or row i when `rows` is NULL, of `blocks`. C is a multiple of 32, and the format
/// q8_0, q4_0 or q4_1. Returns false, the content then being undefined, when a scale or a minimum
/// is NaN or infinite.
bool ft_pack_blocks(void *restrict packed, ft_weight_format format, const void *restrict blocks,
                    const int32_t *rows, size_t outputs, size_t channels);

/// out [N, C] = the rows of W that `rows` [N], each in 0..<O, name: what products see of them.
void ft_unpack_rows(float *restrict out, const ft_packed_matrix *w, const int32_t *rows,
                    size_t count);

// --- Matrix product --------------------------------------------------------------------------

/// An operand of a product where it lies in memory: a [m, k], or b seen by its columns, [n, k].
typedef struct {
  const float *start;
  size_t stride;   ///< floats from one stored row to the next
  bool k_is_rows;  ///< stored the other way: a row holds one k of all, not all k of one
} ft_matmul_operand;

/// c [m, n] = a [m, k] · b [k, n], or c += a · b when `accumulate`.
///
/// Each element of c is one chain `acc = fma(a[k], b[k], acc)` over ascending k, from 0 or from
/// what c holds. Blocking over k stores and reloads c, which changes no bit.
typedef struct {
  float *c;
  size_t ldc;  ///< floats from one row of c to the next
  ft_matmul_operand a, b;
  ft_packed_matrix packed;  ///< weights W [O, C] in the place of b, unless `data` is NULL:
  bool is_turned;           ///< b is Wᵀ (n is O, k is C), or W when turned
  size_t m, n, k;
  bool accumulate;
} ft_matmul_job;

/// Products that do not depend on each other. Those by packed weights take a stored by rows, and
/// have the bits of any other on the widened weights, whatever m is. Few rows stream the panels
/// from memory through registers, once, and several such jobs run side by side, in one region.
void ft_matmul(const ft_matmul_job *jobs, size_t count);

// --- Products in integers ----------------------------------------------------------------------
//
// Rows are rounded, a scale for 32 steps of each, to integers of eight bits. With the integers that
// weights of few bits are kept as, the sum of a block's products is exact in whatever order; what it
// counts is added to one chain of floats, block after block:
//
//   acc = fma(float(dot) · weight scale, row scale, acc), and of q4_1 then
//   acc = fma(minimum, float(sum of the row's integers) · row scale, acc)
//
// with a row's scale = the largest size of its 32 numbers / 127, and its integers the nearest to
// number · (127 / that largest), ties to even. Blocks whose largest is below 2^-100 become 0; where a
// number is NaN or infinite, all that depends on the block is NaN.

/// Bytes that a row of C numbers takes for products by weights of `format`; 0 for f32 and bf16, which
/// have no integers.
size_t ft_integer_row_size(ft_weight_format format, size_t channels);

/// out = the rows of x [N, C] as integers, for products by weights of `format`, or of another of as
/// many bits and the same offset: int8 and q8_0, q4 and q4_0. `out` is aligned to 4 bytes.
void ft_round_rows(void *restrict out, const float *restrict x, size_t rows, size_t channels,
                   ft_weight_format format);

/// c [m, O] = rows [m, C] · Wᵀ
typedef struct {
  float *c;
  size_t ldc;  ///< floats from one row of c to the next
  const void *rows;  ///< of `ft_round_rows`
  ft_packed_matrix w;
  size_t m;
} ft_integer_job;

/// Products that do not depend on each other, done in one region; W is of any format but f32 and bf16.
void ft_multiply_integers(const ft_integer_job *jobs, size_t count);

// --- Elementwise -----------------------------------------------------------------------------

/// Which columns of a whole a part holds: `width` from `start` on, then as many `stride` further,
/// and so on until the part, of whole blocks, is full.
typedef struct {
  size_t start, width, stride;
} ft_column_blocks;

/// part [N, C] = the blocks' columns of whole [N, M].
void ft_take_columns(float *restrict part, const float *restrict whole, size_t rows,
                     size_t part_columns, size_t whole_columns, ft_column_blocks blocks);
/// The blocks' columns of whole [N, M] += part [N, C].
void ft_add_columns(float *restrict whole, const float *restrict part, size_t rows,
                    size_t part_columns, size_t whole_columns, ft_column_blocks blocks);

/// out[i] = value
void ft_fill(float *out, float value, size_t n);
/// out = a + b; `out` may be `a` or `b`.
void ft_add(float *out, const float *a, const float *b, size_t n);
/// out = x · factor; `out` may be `x`.
void ft_scale(float *out, const float *x, float factor, size_t n);
/// out = a · b, element by element; `out` may be `a` or `b`.
void ft_multiply(float *out, const float *a, const float *b, size_t n);
/// Each row of out [N, C] gets bias [C] added.
void ft_add_bias(float *out, const float *bias, size_t rows, size_t channels);
/// dbias [C] += the sum over rows of dy [N, C]; one chain over ascending rows an element.
void ft_bias_backward(float *dbias, const float *dy, size_t rows, size_t channels);
/// out [N] = 1 / sqrt(the sum of squares of each row of x [N, C]); 0 for a row of zeros.
void ft_inverse_row_norms(float *restrict out, const float *restrict x, size_t rows,
                          size_t channels);
/// Each row of out = that of x [N, C], times factors [C]; `out` may be `x`.
void ft_scale_columns(float *out, const float *x, const float *factors, size_t rows,
                      size_t channels);
/// sums [C] += the sum over rows of a · b, both [N, C]; one chain over ascending rows an element.
void ft_column_products(float *restrict sums, const float *restrict a, const float *restrict b,
                        size_t rows, size_t channels);

/// silu(x) = x / (1 + exp(−x));  gelu(x) = x · Φ(x), by erf;  its form by tanh is
/// x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2, its quick form x / (1 + exp(−1.702 · x));
/// relu(x) = max(x, 0), with slope 0 at 0, and its square;  sigmoid(x) = 1 / (1 + exp(−x)).
typedef enum {
  FT_SILU = 0,
  FT_GELU = 1,
  FT_GELU_TANH = 2,
  FT_GELU_QUICK = 3,
  FT_RELU = 4,
  FT_RELU_SQUARED = 5,
  FT_TANH = 6,
  FT_SIGMOID = 7
} ft_activation;

/// An activation alone, or as the gate of a product. Each array has n elements.
typedef struct {
  float *out;              ///< written by the forward pass
  float *dgate, *dup;      ///< written by the backward pass
  const float *dout;       ///< read by the backward pass
  const float *gate, *up;  ///< up is NULL, and dup is not written, where nothing is gated
  ft_activation kind;
  size_t n;
} ft_activation_job;

/// out = activation(gate) · up, or activation(gate).
void ft_activation_forward(const ft_activation_job *job);
/// The gradients of `ft_activation_forward`.
void ft_activation_backward(const ft_activation_job *job);

/// Gates and factors side by side, n pairs: out = (u + 1) · g / (1 + exp(−alpha · g)), where g is
/// the gate, at most `limit`, and u the factor, within ±limit.
typedef struct {
  float *out;         ///< [n], written by the forward pass
  float *dx;          ///< [n, 2], written by the backward pass
  const float *dout;  ///< [n], read by the backward pass
  const float *x;     ///< [n, 2]: gate, factor
  float alpha, limit;
  size_t n;
} ft_clamped_gate_job;
void ft_clamped_gate_forward(const ft_clamped_gate_job *job);
/// The gradients of `ft_clamped_gate_forward`.
void ft_clamped_gate_backward(const ft_clamped_gate_job *job);

/// out = cap · tanh(x / cap): x kept within ±cap. `out` may be `x`.
void ft_soft_cap_forward(float *out, const float *x, float cap, size_t n);
/// dx, the gradient of y = `ft_soft_cap_forward` of x, becomes that of x: times 1 − (y / cap)².
void ft_soft_cap_backward(float *restrict dx, const float *restrict y, float cap, size_t n);

// --- Random numbers: Philox4x32-10, counter-based ----------------------------------------------

/// A stream of random numbers (`ft_philox`), from element `offset` on: what is drawn depends on the
/// element alone, not on how a step is cut.
typedef struct {
  uint64_t seed;
  uint32_t purpose, step;
  uint64_t offset;
} ft_stream;

/// out[i] uniform in [0, 1): 24 bits of word (offset + i) of the stream.
void ft_random_uniform(float *out, ft_stream stream, size_t n);
/// out[i] normal with mean 0 and the given deviation; Box–Muller on word pairs of the stream.
/// `offset` and the reading are by element; element i uses pair i / 2.
void ft_random_normal(float *out, float deviation, ft_stream stream, size_t n);
/// out = x · keep / (1 − p), where an element is kept when its uniform number is p or more. The
/// same call on dy is the backward pass. `out` may be `x`.
void ft_dropout(float *out, const float *x, float p, ft_stream stream, size_t n);

// --- Norm ----------------------------------------------------------------------------------------

/// y = x / sqrt(mean(x²) + epsilon) · (offset + weight)
typedef struct {
  float *y;             ///< [N, C]
  float *inverse_rms;   ///< [N]: the reciprocal root of each row, which the backward pass needs
  const float *x;       ///< [N, C]
  const float *weight;  ///< [C]
  float offset;         ///< 0, or 1 where weights are kept less one
  float epsilon;
  size_t rows, channels;  ///< N, C
} ft_rms_norm_job;
void ft_rms_norm_forward(const ft_rms_norm_job *job);

/// dx += the gradient of x; dweight += that of weight (one chain over ascending rows an element).
typedef struct {
  float *dx;                          ///< [N, C]
  float *dweight;                     ///< [C], or NULL
  const float *dy, *x;                ///< [N, C]
  const float *weight, *inverse_rms;  ///< [C], [N]
  float offset;
  size_t rows, channels;  ///< N, C
} ft_rms_norm_backward_job;
void ft_rms_norm_backward(const ft_rms_norm_backward_job *job);

/// y = (x − mean(x)) / sqrt(variance(x) + epsilon) · (offset + weight) + bias, 0 without a bias. The variance
/// is the mean square of x − mean(x).
typedef struct {
  float *y;                    ///< [N, C]
  float *mean, *inverse;       ///< [N]: the mean and the reciprocal root of each row
  const float *x;              ///< [N, C]
  const float *weight, *bias;  ///< [C]; the bias may be NULL
  float offset;                ///< 0, or 1 where weights are kept less one
  float epsilon;
  size_t rows, channels;  ///< N, C
} ft_layer_norm_job;
void ft_layer_norm_forward(const ft_layer_norm_job *job);

/// dx += the gradient of x; dweight and dbias += theirs (one chain over ascending rows an element).
typedef struct {
  float *dx;                    ///< [N, C]
  float *dweight, *dbias;       ///< [C], or NULL
  const float *dy, *x;          ///< [N, C]
  const float *weight;          ///< [C]
  const float *mean, *inverse;  ///< [N]
  float offset;
  size_t rows, channels;  ///< N, C
} ft_layer_norm_backward_job;
void ft_layer_norm_backward(const ft_layer_norm_backward_job *job);

// --- Rotary position embedding ---------------------------------------------------------------------

/// Fills cosine and sine [T, W/2] for angle t · inverse_frequencies[i]; computed in double.
void ft_rope_table(float *cosine, float *sine, const double *inverse_frequencies, size_t time,
                   size_t half_width);
/// Rotates the first W numbers of each head of x in place by the rows of the table that `positions`
/// name; pairs are (i, i + W/2), as in Hugging Face llama, or (2i, 2i + 1) when interleaved.
typedef struct {
  float *x;                        ///< [N, H, D]
  const int32_t *positions;        ///< [N], each in 0..<T
  const float *cosine, *sine;      ///< [T, W/2], of `ft_rope_table`
  bool inverse;                    ///< rotates back: the backward pass
  bool interleaved;                ///< pairs are neighbours
  size_t rows, heads, head_width;  ///< N, H, D
  size_t turned_width;             ///< W, at most D
} ft_rope_job;
void ft_rope(const ft_rope_job *job);

// --- Attention ---------------------------------------------------------------------------------------

/// A stretch of the packed rows that attends to itself alone.
typedef struct {
  size_t query_start;  ///< first row of q, out
  size_t query_count;
  size_t key_start;  ///< first row of k, v
  /// At least query_count: query i stands at position key_count − query_count + i. It may be fewer
  /// where every query sees all keys, and no position counts.
  size_t key_count;
} ft_sequence;

/// Which keys a query sees, and how its scores are made.
typedef struct {
  float scale;     ///< of q · k
  float soft_cap;  ///< scores become cap · tanh(score / cap); 0 for none
  bool causal;     ///< keys after the query's own position are not seen
  size_t window;   ///< only keys fewer than this many positions from the query; 0 for all
} ft_attention_options;

/// What is added to scale · q · k by how far the key lies after the query: for a distance d, which
/// is negative before it, `numbers[h · stride + origin + d]` of head h.
///
/// Distances are read a vector at a time: a row has 16 numbers more, before and after, than the
/// distances of queries and keys.
typedef struct {
  const float *numbers;  ///< [H, stride]; NULL for none
  size_t stride, origin;
} ft_distance_bias;

/// Keys and values of earlier tokens, in blocks of 64 tokens that lie anywhere in memory.
///
/// Row r of the values [·, G, D] begins `v_offset + (r % 64) · G · D` elements into
/// `blocks[r / 64]`. Keys lie there turned, [G · D, 64], as scores are computed: channel c of row r
/// is element `k_offset + c · 64 + r % 64`, put there by `ft_cache_keys`; keys that a block does
/// not have yet may hold anything. A sequence's `key_start` is a multiple of 64.
typedef struct {
  const void *const *blocks;
  size_t k_offset, v_offset;
  bool is_bf16;  ///< elements are bfloat16, widened as they are read; else float32
} ft_key_cache;

/// Attention of grouped heads over sequences of different lengths; head h reads key head
/// h / (H / G), and D is at most 256.
///
/// Runs over key blocks of a fixed size (64) counted from the start of the sequence, those outside
/// the window left out, with a running maximum; scores are chains over D, a block's probabilities
/// are summed in sixteen lanes, values are chains over the keys of a block. A row's result does not
/// depend on the other rows of the job: one query with a cache gives the bits of the whole sequence
/// at once, and a cache of float32 those of rows that lie together.
typedef struct {
  float *out;                           ///< [N, H, D], rows H · D apart
  float *log_sum;                       ///< [N, H], which the backward pass needs
  const float *q;                       ///< [N, H, D]
  const float *k, *v;                   ///< [M, G, D]; not read where there is a cache
  size_t q_stride, k_stride, v_stride;  ///< floats from one row to the next
  const ft_key_cache *cache;            ///< the keys and values, unless NULL
  const ft_sequence *sequences;
  size_t sequence_count, heads, key_heads, head_width;  ///< ·, H, G, D
  ft_attention_options options;
  /// [H, ·], or NULL: what is added to the scores of a head with each key, after the cap; rows
  /// reach a multiple of 64 past every sequence's keys.
  const float *key_scores;
  size_t key_scores_stride;  ///< floats from one head's row to the next
  ft_distance_bias bias;
} ft_attention_job;
void ft_attention_forward(const ft_attention_job *job);

/// Gradients of `ft_attention_forward`; adds to dq, dk, dv, which have the strides of q, k, v.
/// dq is a chain over ascending keys, dk and dv over ascending (head in its group, query), and each
/// number of dbias over ascending (block of keys, query).
typedef struct {
  float *dq, *dk, *dv;
  float *dbias;              ///< [sequences, H, stride] of the bias; NULL where nobody asks for it
  const float *dout;         ///< [N, H, D]
  ft_attention_job forward;  ///< the job that was done, without a cache; it is only read
} ft_attention_backward_job;
void ft_attention_backward(const ft_attention_backward_job *job);

/// Attention with a sink: exp(sink) joins the sum that a head's scores are divided by.
///
/// Forward, out and log_sum are those of `ft_attention_forward` and become those with the sink, from
/// which its backward pass goes on; here dsinks += the gradient of the sinks, one chain over
/// ascending rows a head.
typedef struct {
  float *out;          ///< [N, H, D]
  float *log_sum;      ///< [N, H]
  float *dsinks;       ///< [H], written by the backward pass
  const float *dout;   ///< [N, H, D], read by the backward pass
  const float *sinks;  ///< [H]
  size_t rows, heads, head_width;  ///< N, H, D
} ft_sinks_job;
void ft_sinks_forward(const ft_sinks_job *job);
void ft_sinks_backward(const ft_sinks_job *job);

/// Puts keys [N, G · D], rounded where the cache is bfloat16, into columns `first..<first + N` (at
/// most 64) of a block's keys [G · D, 64].
void ft_cache_keys(void *restrict block_keys, bool is_bf16, const float *restrict keys,
                   size_t first, size_t count, size_t width);

// --- Convolution -------------------------------------------------------------------------------------

/// The most rows that a convolution looks at.
#define FT_CONVOLUTION_LIMIT ((size_t)16)

/// Causal convolution of each channel by itself: out[t] = bias + the sum over k of weight[k] ·
/// x[t − (K − 1) + k], where row t of out is row key_count − query_count + t of the sequence's x, and
/// rows before the first give nothing.
///
/// A sum is one chain over ascending k. Of the gradients dx, overwritten, is one over ascending rows
/// of dout; dweight, added to, one over the rows of all sequences in order.
typedef struct {
  float *out;           ///< [N, C], written by the forward pass
  float *dx;            ///< [N, C], written by the backward pass, where each row of x is one of out
  float *dweight;       ///< [C, K]; NULL where nobody asks for it
  const float *dout;    ///< [N, C], read by the backward pass
  const float *x;       ///< [M, C]
  const float *weight;  ///< [C, K], K at most `FT_CONVOLUTION_LIMIT`
  const float *bias;    ///< [C], or NULL
  const ft_sequence *sequences;
  size_t sequence_count, channels, size;  ///< ·, C, K
} ft_convolution_job;
void ft_convolution_forward(const ft_convolution_job *job);
void ft_convolution_backward(const ft_convolution_job *job);

// --- The gated delta rule ----------------------------------------------------------------------------

/// The widest head of keys.
#define FT_DELTA_LIMIT ((size_t)512)

/// A state of a head, `[K, V]`, that each row of a sequence changes and reads:
///
///   S = decay · S;  S += k ⊗ (beta · (v − Sᵀ k));  out = Sᵀ q
///
/// Sums over K are four chains, one a row of the state in turn, joined two by two; sums over V of
/// gradients are sixteen lanes joined by a tree, then one chain over blocks of sixteen columns and over
/// the value heads of a key head. A row's bits depend on the rows before it alone, however they come.
typedef struct {
  float *out;           ///< [N, H · V], written by the forward pass
  float *dq, *dk;       ///< [N, G · K], written by the backward pass, as the gradients after them
  float *dv;            ///< [N, H · V]
  float *ddecay, *dbeta;  ///< [N, H]
  const float *dout;    ///< [N, H · V], read by the backward pass
  const float *q, *k;   ///< [N, G · K]
  const float *v;       ///< [N, H · V]
  const float *decay, *beta;  ///< [N, H]
  const ft_sequence *sequences;  ///< of which keys do not count
  /// The states before the first rows, [H, K, V] a sequence, one that is NULL being zeros; all are
  /// where this is NULL, and to the backward pass.
  const float *const *before;
  float *const *after;  ///< where the states after the last rows are written; or NULL
  size_t sequence_count;
  size_t key_heads, value_heads;  ///< G, and H, a multiple of it
  size_t key_width, value_width;  ///< K, at most `FT_DELTA_LIMIT`, and V
} ft_delta_rule_job;
void ft_delta_rule_forward(const ft_delta_rule_job *job);
/// The gradients of `ft_delta_rule_forward`.
void ft_delta_rule_backward(const ft_delta_rule_job *job);

/// out = exp(−exp(rate) · log(1 + exp(x + bias))), between 0 and 1.
///
/// Gradients of rate and bias are added to, one chain over the rows in order.
typedef struct {
  float *out;              ///< [N, C], written by the forward pass
  float *dx;               ///< [N, C], written by the backward pass
  float *drate, *dbias;    ///< [C], or NULL
  const float *dout;       ///< [N, C], read by the backward pass
  const float *x;          ///< [N, C]
  const float *rate, *bias;  ///< [C]
  size_t rows, channels;   ///< N, C
} ft_decay_job;
void ft_decay_forward(const ft_decay_job *job);
/// The gradients of `ft_decay_forward`.
void ft_decay_backward(const ft_decay_job *job);

// --- Embedding -----------------------------------------------------------------------------------------

/// out [N, C] = the rows of x that `indices` [N] name; of a table, the embedding's forward pass.
void ft_gather_rows(float *restrict out, const float *restrict x, const int32_t *indices,
                    size_t rows, size_t channels);
/// dtable[ids[n]] += dout[n], for ascending n; ids may repeat.
void ft_embedding_backward(float *restrict dtable, const float *restrict dout, const int32_t *ids,
                           size_t rows, size_t channels);
/// out[indices[n]] += x[n]; indices are distinct.
void ft_scatter_add_rows(float *restrict out, const float *restrict x, const int32_t *indices,
                         size_t rows, size_t channels);

/// out[indices[n]] += weights[places[n]] · x[n]; indices are distinct. `places` may be NULL here and
/// below: weights[n].
void ft_scatter_add_weighted(float *restrict out, const float *restrict x, const int32_t *indices,
                             const float *weights, const int32_t *places, size_t rows,
                             size_t channels);
/// out [N, C]: row n is weights[places[n]] · the row of x that indices[n] names.
void ft_gather_weighted(float *restrict out, const float *restrict x, const int32_t *indices,
                        const float *weights, const int32_t *places, size_t rows, size_t channels);
/// sums[places[n]] += the product of row n of y [N, C] and the row of x that indices[n] names; places
/// are distinct.
void ft_add_row_products(float *restrict sums, const int32_t *places, const float *restrict x,
                         const int32_t *indices, const float *restrict y, size_t rows,
                         size_t channels);

// --- Softmax and cross-entropy ---------------------------------------------------------------------------

/// Each row of out [N, V] = softmax of the row of x; `out` may be `x`.
void ft_softmax(float *out, const float *x, size_t rows, size_t width);
/// out[n] = the place of the largest element of row n of x [N, V], the first of equals; NaN is
/// never the largest, and 0 stands for a row of nothing else.
void ft_argmax(int32_t *restrict out, const float *restrict x, size_t rows, size_t width);
/// out[i] = exp((x[i] − largest) / temperature): likelihoods up to a common factor.
void ft_likelihoods(float *restrict out, const float *restrict x, float largest,
                    float temperature, size_t n);
/// losses[n] = logsumexp(logits[n]) − logits[n, labels[n]]
typedef struct {
  float *losses;          ///< [N]
  uint8_t *correct;       ///< [N], or NULL: 1 where `ft_argmax` gives the label, else 0
  const float *logits;    ///< [N, V]
  float *gradient;        ///< [N, V] = (softmax − one-hot) · factor; may be the logits, or NULL
  const int32_t *labels;  ///< [N], each in 0..<V
  float factor;
  size_t rows, vocabulary;  ///< N, V
} ft_cross_entropy_job;
void ft_cross_entropy(const ft_cross_entropy_job *job);

/// losses[n] = Σ p · (log p − log q), p = softmax(targets[n]), q = softmax(logits[n])
typedef struct {
  float *losses;          ///< [N]
  uint8_t *correct;       ///< [N]: as in `ft_cross_entropy`
  float *logits;          ///< [N, V]
  float *targets;         ///< [N, V], overwritten
  const int32_t *labels;  ///< [N], each in 0..<V
  bool has_gradient;      ///< whether the logits become (q − p) · factor
  float factor;
  size_t rows, vocabulary;  ///< N, V
} ft_divergence_job;
void ft_divergence(const ft_divergence_job *job);

// --- Optimisers ------------------------------------------------------------------------------------------------

/// The sum of squares of x: sixteen lanes in each stretch of 4,096 elements, the stretches'
/// sums joined in order, in double.
double ft_sum_of_squares(const float *x, size_t n);
/// 1 when every element is finite, else 0.
bool ft_all_finite(const float *x, size_t n);

// `fresh` is 1 − beta and `kept` is 1 − rate · decay, both worked out in double and rounded once:
// 1 − 0.999 in float32 is 1.3e-5 off. `gradient_scale` is that of the clipping. Arrays have n
// elements where no shape is given.

/// One AdamW step: g = gradient · gradient_scale; m, v the running moments;
///   m = beta1 · m + fresh1 · g;  v = beta2 · v + fresh2 · g²
///   w = w · kept − rate · (m / correction1) / (sqrt(v / correction2) + epsilon)
/// Source: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2.
typedef struct {
  float *weight, *m, *v;
  const float *gradient;
  size_t n;
  float rate, beta1, fresh1, beta2, fresh2, epsilon, kept;
  float correction1, correction2;  ///< 1 − beta^step
  float gradient_scale;
} ft_adamw_job;
void ft_adamw(const ft_adamw_job *job);

/// One step of gradient descent: g = gradient · gradient_scale + decay · w
///   velocity = momentum · velocity + g
///   w = w − rate · velocity, or with `is_nesterov` w − rate · (g + momentum · velocity)
/// Without a velocity: w − rate · g. Source: PyTorch's SGD.
typedef struct {
  float *weight;
  float *velocity;  ///< or NULL: no momentum
  const float *gradient;
  size_t n;
  float rate, momentum, decay, gradient_scale;
  bool is_nesterov;
} ft_sgd_job;
void ft_sgd(const ft_sgd_job *job);

/// One Lion step: g = gradient · gradient_scale
///   w = w · kept − rate · sign(beta1 · m + fresh1 · g);  m = beta2 · m + fresh2 · g
/// Source: Chen et al. 2023, arXiv:2302.06675, algorithm 2.
typedef struct {
  float *weight, *m;
  const float *gradient;
  size_t n;
  float rate, beta1, fresh1, beta2, fresh2, kept, gradient_scale;
} ft_lion_job;
void ft_lion(const ft_lion_job *job);

/// One Adafactor step of a matrix [O, C], which keeps means of squares of rows [O] and columns
/// [C] alone: g = gradient · gradient_scale
///   row = beta2 · row + fresh2 · mean over columns of (g² + epsilon);  column likewise
///   step = g / sqrt(row · column / mean(row));  w = w · kept − rate · step / max(1, rms(step))
/// A row's sum is sixteen lanes, a column's one chain over ascending rows. Of a vector each
/// element's square is kept: step = g / sqrt(row).
/// Source: Shazeer and Stern 2018, arXiv:1804.04235, algorithms 4 and 5, without relative steps.
typedef struct {
  float *weight;         ///< [O, C]
  float *row;            ///< [O]; of a vector [O · C]
  float *column;         ///< [C], or NULL: the weight is a vector
  float *gradient;       ///< [O, C]; the step takes its place
  size_t rows, columns;  ///< O, C
  float rate, beta2, fresh2, epsilon, kept, gradient_scale;
} ft_adafactor_job;
void ft_adafactor(const ft_adafactor_job *job);

// --- Storage formats ---------------------------------------------------------------------------------------------

/// Widens bfloat16 to float32, exactly. The source need not be aligned.
void ft_bf16_to_f32(float *restrict out, const void *restrict x, size_t n);
/// Rounds float32 to bfloat16, to nearest even; NaN stays NaN.
void ft_f32_to_bf16(void *restrict out, const float *restrict x, size_t n);
/// Widens IEEE half to float32, exactly.
void ft_f16_to_f32(float *restrict out, const void *restrict x, size_t n);
/// Rounds float32 to IEEE half, to nearest even; overflow gives infinity.
void ft_f32_to_f16(void *restrict out, const float *restrict x, size_t n);

// --- Mathematical functions, the same bits on every machine ---------------------------------------------------------

/// out = exp(x), elementwise; within 2 units in the last place.
void ft_exp(float *out, const float *x, size_t n);
/// out = tanh(x), elementwise; within 3 units in the last place.
void ft_tanh(float *out, const float *x, size_t n);
/// out = erf(x), elementwise; within 3 units in the last place.
void ft_erf(float *out, const float *x, size_t n);

// --- What the machine can do at most: for benchmarks ------------------------------------------------------------------

/// Runs `rounds` rounds of independent multiply-adds in the registers of every thread, and
/// returns how many there were in all. Each counts as two floating-point operations.
double ft_multiply_adds(size_t rounds);
/// Reads x [n], each thread its share, `rounds` times over, and returns the bytes read.
double ft_read_memory(const float *x, size_t n, size_t rounds);

#endif
