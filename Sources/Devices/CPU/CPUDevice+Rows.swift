import CKernels
package import Tensors

extension CPUDevice {
  package func addBias(_ out: Tensor, _ bias: Tensor) {
    withExtendedLifetime((out, bias)) {
      ft_add_bias(out.floats, bias.floats, out.rows, out.columns)
    }
  }

  package func biasBackward(_ dBias: Tensor, _ dy: Tensor) {
    withExtendedLifetime((dBias, dy)) {
      ft_bias_backward(dBias.floats, dy.floats, dy.rows, dy.columns)
    }
  }

  package func inverseRowNorms(_ out: Tensor, _ x: Tensor) {
    withExtendedLifetime((out, x)) {
      ft_inverse_row_norms(out.floats, x.floats, x.rows, x.columns)
    }
  }

  package func scaleColumns(_ out: Tensor, _ x: Tensor, by factors: Tensor) {
    let columns = factors.count
    withExtendedLifetime((out, x, factors)) {
      ft_scale_columns(out.floats, x.floats, factors.floats, x.count / columns, columns)
    }
  }

  package func addColumnProducts(_ sums: Tensor, _ a: Tensor, _ b: Tensor) {
    withExtendedLifetime((sums, a, b)) {
      ft_column_products(sums.floats, a.floats, b.floats, a.rows, a.columns)
    }
  }

  package func takeColumns(_ out: Tensor, _ x: Tensor, _ blocks: ColumnBlocks) {
    withExtendedLifetime((out, x)) {
      ft_take_columns(
        out.floats, x.floats, out.rows, out.columns, x.columns, blocks.kernelBlocks)
    }
  }

  package func addColumns(_ x: Tensor, _ part: Tensor, _ blocks: ColumnBlocks) {
    withExtendedLifetime((x, part)) {
      ft_add_columns(
        x.floats, part.floats, part.rows, part.columns, x.columns, blocks.kernelBlocks)
    }
  }

  package func gather(_ out: Tensor, _ x: Tensor, rows indices: [Int32]) {
    withExtendedLifetime((out, x)) {
      ft_gather_rows(out.floats, x.floats, indices, indices.count, x.columns)
    }
  }

  package func scatterAdd(_ out: Tensor, _ x: Tensor, rows indices: [Int32]) {
    withExtendedLifetime((out, x)) {
      ft_scatter_add_rows(out.floats, x.floats, indices, indices.count, x.columns)
    }
  }

  package func scatterAdd(_ out: Tensor, _ x: Tensor, rows indices: [Int32], weights: RowNumbers) {
    withExtendedLifetime((out, x, weights)) {
      ft_scatter_add_weighted(
        out.floats, x.floats, indices, weights.tensor.floats, weights.places, indices.count,
        x.columns)
    }
  }

  package func gather(_ out: Tensor, _ x: Tensor, rows indices: [Int32], weights: RowNumbers) {
    withExtendedLifetime((out, x, weights)) {
      ft_gather_weighted(
        out.floats, x.floats, indices, weights.tensor.floats, weights.places, indices.count,
        x.columns)
    }
  }

  package func addRowProducts(
    _ sums: RowNumbers, _ x: Tensor, rows indices: [Int32], _ y: Tensor
  ) {
    withExtendedLifetime((sums, x, y)) {
      ft_add_row_products(
        sums.tensor.floats, sums.places, x.floats, indices, y.floats, indices.count, x.columns)
    }
  }

  package func embeddingBackward(_ dTable: Tensor, _ dout: Tensor, ids: [Int32]) {
    withExtendedLifetime((dTable, dout)) {
      ft_embedding_backward(dTable.floats, dout.floats, ids, ids.count, dTable.columns)
    }
  }
}

extension ColumnBlocks {
  fileprivate var kernelBlocks: ft_column_blocks {
    ft_column_blocks(start: start, width: width, stride: stride)
  }
}
