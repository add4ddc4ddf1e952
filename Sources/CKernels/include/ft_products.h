// Products of matrices: dense, by packed weights, and in integers.
// The contract of all kernels is in `ft_kernels.h`.
#ifndef FT_KERNELS_PRODUCTS_H
#define FT_KERNELS_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

#endif
