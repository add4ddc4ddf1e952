// What the matrix product's driver (`matmul.c`) and its kernels (`matmul*.inc.h`) agree on.
//
// Operands are cut into panels: a panel of a is a few rows of it, stored [k, rows]; a panel of b
// a few columns, stored [k, columns]. A tile of c, one panel by one panel, stays in registers
// while it walks along k. Panels of b are padded with zeros to whole lane vectors; the elements
// of c that padding makes are dropped, and no other element ever sees it.
#ifndef FT_MATMUL_H
#define FT_MATMUL_H

#include <stdbool.h>
#include <stddef.h>

#include "ft_kernels.h"

/// Products of at most this many rows do not pack a b that is stored [n, k].
#define FT_MATMUL_FEW 4

/// How a vector path cuts a product: at most so much of each at a time.
typedef struct {
  size_t rows;           ///< of a panel of a
  size_t columns;        ///< of a panel of b
  size_t block_columns;  ///< that are packed at once, of `depth` steps
  size_t depth;          ///< steps of k between two visits to c
  size_t packed_few;     ///< rows up to which packed weights go through registers
} ft_matmul_geometry;

/// A stored operand, seen as `width` rows (of a) or columns (of b) by k.
typedef struct {
  const float *start;
  size_t stride;   ///< floats from one stored row to the next
  bool k_is_rows;  ///< whether a stored row holds one k of all, or all k of one
} ft_matmul_operand;

/// A product, and the block of it that is being worked on.
typedef struct {
  float *c;
  size_t ldc;
  ft_matmul_operand a, b;
  const ft_packed_matrix *packed;  ///< b's place is taken by these weights, unless NULL:
  bool is_turned;                  ///< as b [O, C], or else as its transpose
  size_t m, n, k;
  bool accumulate;
  /// The block: rows `row..<row + rows`, and so on for columns and for steps of k.
  size_t row, rows, column, columns, step, steps;
} ft_matmul_work;

#endif
