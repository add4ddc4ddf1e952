// The whole C interface of the engine's kernels.
//
// Letters for sizes: B batch, T time, C channels, H heads, D head width, F feed-forward,
// V vocabulary, R rank, N rows (B × T, packed), O outputs.
//
// Every kernel keeps the numerics contract: its result is a function of its arguments and of
// nothing else: not of the number of threads, not of the vector width. A sum is either one chain
// `acc = fma(a, b, acc)` in index order, or, where a row is reduced, sixteen virtual lanes (lane
// i takes the elements i, i + 16, …) joined by a fixed tree (8 apart, 4, 2, 1). Matrices are
// row-major. No kernel allocates: scratch memory belongs to the thread pool.
#ifndef FT_KERNELS_H
#define FT_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// --- Threads and vector paths ---------------------------------------------------------------

/// A share of a parallel region: does the work of items `begin..<end` on thread `thread`.
typedef void (*ft_range_body)(void *context, size_t begin, size_t end, size_t thread);

/// Sets the number of threads, the caller's included (1 to 64), and returns what is in force.
/// Not to be called from inside a parallel region.
size_t ft_set_thread_count(size_t count);

/// The number of threads in force.
size_t ft_thread_count(void);

/// Cuts `count` items into as many contiguous shares as there are threads, each a multiple of
/// `grain` but the last, and runs them; returns when all are done. Which thread runs a share is left
/// open: one that is late is not waited for. Small counts run on the caller alone.
void ft_parallel(size_t count, size_t grain, ft_range_body body, void *context);

/// The vector paths a machine may have; every path gives the same bits.
typedef enum { FT_ISA_PORTABLE = 0, FT_ISA_AVX2 = 1, FT_ISA_AVX512 = 2, FT_ISA_NEON = 3 } ft_isa;

/// The best path this machine has.
ft_isa ft_best_isa(void);

/// Chooses a path; returns false, changing nothing, when the machine lacks it.
bool ft_select_isa(ft_isa isa);

/// The path in force: the best one, until `ft_select_isa`.
ft_isa ft_current_isa(void);

// --- Matrix product --------------------------------------------------------------------------

/// c = a · b, or c += a · b when `accumulate`.
///
///   c [m, n]   a [m, k], or stored [k, m] when `a_transposed`   b [k, n], or stored [n, k] when
///   `b_transposed`; `lda`, `ldb`, `ldc` are the lengths of a stored row.
///
/// Each element of c is one chain `acc = fma(a[k], b[k], acc)` over ascending k, from 0 or from
/// what c holds. Blocking over k stores and reloads c, which changes no bit. No overlap.
void ft_matmul(float *restrict c, size_t ldc, const float *restrict a, size_t lda,
               bool a_transposed, const float *restrict b, size_t ldb, bool b_transposed, size_t m,
               size_t n, size_t k, bool accumulate);

// --- Packed weights --------------------------------------------------------------------------

/// What a packed weight is kept as.
///
/// - f32: itself.
/// - bf16: rounded to nearest even; NaN stays NaN.
/// - int8: q · scale, q in −127…127, one bfloat16 scale for 32 steps of C of an output: 8.5 bits
///   a weight. Of several scales near the largest weight / 127 the one with the smallest squared
///   error is taken.
/// - q4: the same with q in −8…7 and a scale of either sign: 4.5 bits a weight.
///
/// Whatever the format, a weight is one float32 (q · scale is one exactly), and products run over
/// these as over any matrix. Quantised formats take weights below 2^100 in size; those of blocks
/// whose largest is below 2^-100 become 0.
typedef enum {
  FT_WEIGHTS_F32 = 0,
  FT_WEIGHTS_BF16 = 1,
  FT_WEIGHTS_INT8 = 2,
  FT_WEIGHTS_Q4 = 3
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
bool ft_pack(void *restrict packed, ft_weight_format format, const float *restrict w,
             size_t outputs, size_t channels);

/// out [N, C] = the rows of W that `rows` [N], each in 0..<O, name: what products see of them.
void ft_unpack_rows(float *restrict out, const ft_packed_matrix *w, const int32_t *rows,
                    size_t count);

/// c = a · Wᵀ, or c += a · Wᵀ when `accumulate`; with `is_turned` a · W.
///
///   c [m, O]   a [m, C]   W [O, C];   turned: c [m, C]   a [m, O]
///
/// The chains of `ft_matmul`, and so its bits on the widened weights, whatever m is. Few rows
/// stream the panels from memory through registers, once.
void ft_matmul_packed(float *restrict c, size_t ldc, const float *restrict a, size_t lda,
                      const ft_packed_matrix *w, bool is_turned, size_t m, bool accumulate);

/// One of several products of the same a: c [m, O] = a · wᵀ.
typedef struct {
  float *c;
  ft_packed_matrix w;
} ft_packed_product;

/// Products of a [m, C] by several matrices of C channels, each with the bits that
/// `ft_matmul_packed` gives it. Those of few rows run side by side: one parallel region for all.
void ft_matmul_packed_several(const ft_packed_product *products, size_t count,
                              const float *restrict a, size_t lda, size_t m);

// --- Elementwise -----------------------------------------------------------------------------

/// out[i] = value
void ft_fill(float *out, float value, size_t n);
/// out = a + b; `out` may be `a` or `b`.
void ft_add(float *out, const float *a, const float *b, size_t n);
/// out = x · factor; `out` may be `x`.
void ft_scale(float *out, const float *x, float factor, size_t n);
/// out += x · factor, as one fused multiply-add an element.
void ft_add_scaled(float *out, const float *x, float factor, size_t n);
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
/// x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2.
typedef enum { FT_SILU = 0, FT_GELU = 1, FT_GELU_TANH = 2 } ft_activation;

/// out = activation(x).
void ft_activation_forward(float *restrict out, const float *restrict x, ft_activation kind,
                           size_t n);
/// The gradient of `ft_activation_forward`; overwrites dx.
void ft_activation_backward(float *restrict dx, const float *restrict dout,
                            const float *restrict x, ft_activation kind, size_t n);
/// out = activation(gate) · up.
void ft_gated_forward(float *restrict out, const float *restrict gate, const float *restrict up,
                      ft_activation kind, size_t n);
/// Gradients of `ft_gated_forward`; overwrites dgate and dup.
void ft_gated_backward(float *restrict dgate, float *restrict dup, const float *restrict dout,
                       const float *restrict gate, const float *restrict up, ft_activation kind,
                       size_t n);
/// out = cap · tanh(x / cap): x kept within ±cap. `out` may be `x`.
void ft_soft_cap_forward(float *out, const float *x, float cap, size_t n);
/// dx, the gradient of y = `ft_soft_cap_forward` of x, becomes that of x: times 1 − (y / cap)².
void ft_soft_cap_backward(float *restrict dx, const float *restrict y, float cap, size_t n);

/// out = x · keep / (1 − p), keep drawn from stream (seed, purpose, step) at index
/// `offset + i`, so that it does not depend on how a step is cut. The same call on dy is the
/// backward pass. `out` may be `x`.
void ft_dropout(float *out, const float *x, float p, uint64_t seed, uint32_t purpose,
                uint32_t step, uint64_t offset, size_t n);

// --- Random numbers: Philox4x32-10, counter-based ----------------------------------------------

// The words are those of `ft_philox`.

/// out[i] uniform in [0, 1): 24 bits of word (offset + i) of the stream.
void ft_random_uniform(float *out, uint64_t seed, uint32_t purpose, uint32_t step,
                       uint64_t offset, size_t n);
/// out[i] normal with mean 0 and the given deviation; Box–Muller on word pairs of the stream.
/// `offset` and the reading are by element; element i uses pair i / 2.
void ft_random_normal(float *out, float deviation, uint64_t seed, uint32_t purpose, uint32_t step,
                      uint64_t offset, size_t n);

// --- Norm ----------------------------------------------------------------------------------------

/// y = x / sqrt(mean(x²) + epsilon) · (offset + weight); keeps the reciprocal root of each row.
///
///   x, y [N, C]   weight [C]   inverse_rms [N]   offset 0, or 1 where weights are kept less one
void ft_rms_norm_forward(float *restrict y, float *restrict inverse_rms, const float *restrict x,
                         const float *restrict weight, float offset, float epsilon, size_t rows,
                         size_t channels);
/// dx += the gradient of x; dweight += that of weight when it is not NULL (one chain over
/// ascending rows an element).
void ft_rms_norm_backward(float *restrict dx, float *restrict dweight, const float *restrict dy,
                          const float *restrict x, const float *restrict weight, float offset,
                          const float *restrict inverse_rms, size_t rows, size_t channels);

/// y = (x − mean(x)) / sqrt(variance(x) + epsilon) · weight + bias; keeps the mean and the
/// reciprocal root of each row. The variance is the mean square of x − mean(x).
///
///   x, y [N, C]   weight, bias [C]   mean, inverse [N]
void ft_layer_norm_forward(float *restrict y, float *restrict mean, float *restrict inverse,
                           const float *restrict x, const float *restrict weight,
                           const float *restrict bias, float epsilon, size_t rows,
                           size_t channels);
/// dx += the gradient of x; dweight and dbias += theirs where they are not NULL (one chain over
/// ascending rows an element).
void ft_layer_norm_backward(float *restrict dx, float *restrict dweight, float *restrict dbias,
                            const float *restrict dy, const float *restrict x,
                            const float *restrict weight, const float *restrict mean,
                            const float *restrict inverse, size_t rows, size_t channels);

// --- Rotary position embedding ---------------------------------------------------------------------

/// Fills cosine and sine [T, D/2] for angle t · inverse_frequencies[i]; computed in double.
void ft_rope_table(float *cosine, float *sine, const double *inverse_frequencies, size_t time,
                   size_t half_width);
/// Rotates x [N, H, D] in place by the rows of the table that `positions` [N] names; pairs are
/// (i, i + D/2), as in Hugging Face llama. `inverse` rotates back: the backward pass.
void ft_rope(float *x, const int32_t *positions, const float *cosine, const float *sine,
             bool inverse, size_t rows, size_t heads, size_t head_width);

// --- Attention ---------------------------------------------------------------------------------------

/// A stretch of the packed rows that attends to itself alone.
typedef struct {
  size_t query_start;  ///< first row of q, out
  size_t query_count;
  size_t key_start;  ///< first row of k, v
  size_t key_count;  ///< ≥ query_count; query i stands at position key_count − query_count + i
} ft_sequence;

/// Which keys a query sees, and how its scores are made.
typedef struct {
  float scale;     ///< of q · k
  float soft_cap;  ///< scores become cap · tanh(score / cap); 0 for none
  bool causal;     ///< keys after the query's own position are not seen
  size_t window;   ///< only keys less than this many positions from the query's; 0 for all
} ft_attention_options;

/// Attention of grouped heads over sequences of different lengths.
///
///   q, out [N, H, D]   k, v [M, G, D]   log_sum [N, H]   head h reads key head h / (H / G)
///
/// `q_stride`, `k_stride`, `v_stride` are floats from one row to the next. out rows are H · D
/// apart; D is at most 256. Runs over key blocks of a fixed size (64) counted from the start of
/// the sequence, those outside the window left out, with a running maximum; scores are chains
/// over D, a block's probabilities are summed in sixteen lanes, values are chains over the keys
/// of a block. A row's result does not depend on the other rows of the call: one query with a
/// cache gives the bits of the whole sequence at once.
void ft_attention_forward(float *restrict out, float *restrict log_sum, const float *restrict q,
                          size_t q_stride, const float *restrict k, size_t k_stride,
                          const float *restrict v, size_t v_stride, const ft_sequence *sequences,
                          size_t sequence_count, size_t heads, size_t key_heads,
                          size_t head_width, ft_attention_options options);

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

/// Puts keys [N, G · D], rounded where the cache is bfloat16, into columns `first..<first + N` (at
/// most 64) of a block's keys [G · D, 64].
void ft_cache_keys(void *restrict block_keys, bool is_bf16, const float *restrict keys,
                   size_t first, size_t count, size_t width);

/// `ft_attention_forward` over keys and values in a cache: with one of float32, the same bits.
void ft_attention_cached(float *restrict out, float *restrict log_sum, const float *restrict q,
                         size_t q_stride, const ft_key_cache *cache, const ft_sequence *sequences,
                         size_t sequence_count, size_t heads, size_t key_heads,
                         size_t head_width, ft_attention_options options);

/// Gradients of `ft_attention_forward`; adds to dq, dk, dv, which have the strides of q, k, v.
/// dq is a chain over ascending keys, dk and dv over ascending (head in its group, query).
void ft_attention_backward(float *restrict dq, float *restrict dk, float *restrict dv,
                           const float *restrict dout, const float *restrict out,
                           const float *restrict log_sum, const float *restrict q,
                           size_t q_stride, const float *restrict k, size_t k_stride,
                           const float *restrict v, size_t v_stride,
                           const ft_sequence *sequences, size_t sequence_count, size_t heads,
                           size_t key_heads, size_t head_width, ft_attention_options options);

// --- Embedding -----------------------------------------------------------------------------------------

/// out [N, C] = the rows of table [V, C] that ids [N] name. Ids must be in 0..<V.
void ft_embedding_forward(float *restrict out, const float *restrict table, const int32_t *ids,
                          size_t rows, size_t channels);
/// dtable[ids[n]] += dout[n], for ascending n.
void ft_embedding_backward(float *restrict dtable, const float *restrict dout, const int32_t *ids,
                           size_t rows, size_t channels);
/// out [N, C] = the rows of x that `indices` [N] name.
void ft_gather_rows(float *restrict out, const float *restrict x, const int32_t *indices,
                    size_t rows, size_t channels);
/// out[indices[n]] += x[n]; indices are distinct.
void ft_scatter_add_rows(float *restrict out, const float *restrict x, const int32_t *indices,
                         size_t rows, size_t channels);

// --- Softmax and cross-entropy ---------------------------------------------------------------------------

/// Each row of out [N, V] = softmax of the row of x; `out` may be `x`.
void ft_softmax(float *out, const float *x, size_t rows, size_t width);
/// out[n] = the place of the largest element of row n of x [N, V], the first of equals; NaN is
/// never the largest, and 0 stands for a row of nothing else.
void ft_argmax(int32_t *restrict out, const float *restrict x, size_t rows, size_t width);
/// out[i] = exp((x[i] − largest) / temperature): likelihoods up to a common factor.
void ft_likelihoods(float *restrict out, const float *restrict x, float largest,
                    float temperature, size_t n);
/// losses[n] = logsumexp(logits[n]) − logits[n, labels[n]]; correct[n] (may be NULL) = 1 when
/// the label has the largest logit (the first of equals), else 0.
void ft_cross_entropy_forward(float *restrict losses, uint8_t *restrict correct,
                              const float *restrict logits, const int32_t *labels, size_t rows,
                              size_t vocabulary);
/// As the forward pass, and replaces the logits by (softmax − one-hot) · factor.
void ft_cross_entropy_backward(float *restrict losses, uint8_t *restrict correct,
                               float *restrict logits, const int32_t *labels, float factor,
                               size_t rows, size_t vocabulary);

// --- Optimisers ------------------------------------------------------------------------------------------------

/// The sum of squares of x: sixteen lanes in each stretch of 4,096 elements, the stretches'
/// sums joined in order, in double.
double ft_sum_of_squares(const float *x, size_t n);
/// 1 when every element is finite, else 0.
bool ft_all_finite(const float *x, size_t n);

// `fresh` is 1 − beta and `kept` is 1 − rate · decay, both worked out in double and rounded once:
// 1 − 0.999 in float32 is 1.3e-5 off. `gradient_scale` is that of the clipping. No overlaps.

/// One AdamW step: g = gradient · gradient_scale; m, v the running moments;
///   m = beta1 · m + fresh1 · g;  v = beta2 · v + fresh2 · g²
///   w = w · kept − rate · (m / correction1) / (sqrt(v / correction2) + epsilon)
/// Source: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2.
typedef struct {
  float rate, beta1, fresh1, beta2, fresh2, epsilon, kept;
  float correction1, correction2;  ///< 1 − beta^step
  float gradient_scale;
} ft_adamw_settings;
void ft_adamw(float *restrict weight, float *restrict m, float *restrict v,
              const float *restrict gradient, ft_adamw_settings settings, size_t n);

/// One step of gradient descent: g = gradient · gradient_scale + decay · w
///   velocity = momentum · velocity + g
///   w = w − rate · velocity, or with `is_nesterov` w − rate · (g + momentum · velocity)
/// Without a velocity (NULL): w − rate · g. Source: PyTorch's SGD.
typedef struct {
  float rate, momentum, decay, gradient_scale;
  bool is_nesterov;
} ft_sgd_settings;
void ft_sgd(float *restrict weight, float *restrict velocity, const float *restrict gradient,
            ft_sgd_settings settings, size_t n);

/// One Lion step: g = gradient · gradient_scale
///   w = w · kept − rate · sign(beta1 · m + fresh1 · g);  m = beta2 · m + fresh2 · g
/// Source: Chen et al. 2023, arXiv:2302.06675, algorithm 2.
typedef struct {
  float rate, beta1, fresh1, beta2, fresh2, kept, gradient_scale;
} ft_lion_settings;
void ft_lion(float *restrict weight, float *restrict m, const float *restrict gradient,
             ft_lion_settings settings, size_t n);

/// One Adafactor step of a matrix [O, C], which keeps means of squares of rows [O] and columns
/// [C] alone: g = gradient · gradient_scale
///   row = beta2 · row + fresh2 · mean over columns of (g² + epsilon);  column likewise
///   step = g / sqrt(row · column / mean(row));  w = w · kept − rate · step / max(1, rms(step))
/// A row's sum is sixteen lanes, a column's one chain over ascending rows. Overwrites `gradient`.
/// Source: Shazeer and Stern 2018, arXiv:1804.04235, algorithm 4, without relative step sizes.
typedef struct {
  float rate, beta2, fresh2, epsilon, kept, gradient_scale;
} ft_adafactor_settings;
void ft_adafactor_matrix(float *restrict weight, float *restrict row, float *restrict column,
                         float *restrict gradient, ft_adafactor_settings settings, size_t rows,
                         size_t columns);
/// The same of a vector, whose mean of squares is kept an element; algorithm 5.
void ft_adafactor_vector(float *restrict weight, float *restrict square, float *restrict gradient,
                         ft_adafactor_settings settings, size_t n);

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
