import CKernels
package import Tensors

extension CPUDevice {
  package func multiply(
    _ c: Tensor, _ a: Tensor, aIsTransposed: Bool, _ b: Tensor, bIsTransposed: Bool,
    accumulate: Bool
  ) {
    let k = aIsTransposed ? a.rows : a.columns
    withExtendedLifetime((a, b, c)) {
      ft_matmul(
        c.floats, c.columns, a.floats, a.columns, aIsTransposed, b.floats, b.columns,
        bIsTransposed, c.rows, c.columns, k, accumulate)
    }
  }

  package func pack(_ packed: DeviceAddress, _ w: Tensor, as format: WeightFormat) -> Bool {
    withExtendedLifetime(w) {
      ft_pack(packed.pointer, format.kernelName, w.floats, w.rows, w.columns)
    }
  }

  package func unpack(_ out: Tensor, _ w: PackedMatrix, rows: [Int32]) {
    withExtendedLifetime((out, w)) {
      withUnsafePointer(to: w.kernelMatrix) { ft_unpack_rows(out.floats, $0, rows, rows.count) }
    }
  }

  package func multiply(
    _ c: Tensor, _ a: Tensor, _ w: PackedMatrix, isTurned: Bool, accumulate: Bool
  ) {
    withExtendedLifetime((c, a, w)) {
      withUnsafePointer(to: w.kernelMatrix) {
        ft_matmul_packed(
          c.floats, c.columns, a.floats, a.columns, $0, isTurned, a.rows, accumulate)
      }
    }
  }

  package func multiply(_ outputs: [Tensor], _ a: Tensor, _ matrices: [PackedMatrix]) {
    let products = zip(outputs, matrices).map { c, matrix in
      ft_packed_product(c: c.floats, w: matrix.kernelMatrix)
    }
    withExtendedLifetime((outputs, a, matrices)) {
      ft_matmul_packed_several(products, products.count, a.floats, a.columns, a.rows)
    }
  }
}
