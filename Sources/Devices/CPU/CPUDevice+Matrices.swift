import CKernels
package import Tensors

extension CPUDevice {
  package func multiply(
    _ c: Tensor, _ a: Tensor, aIsTransposed: Bool, _ b: Tensor, bIsTransposed: Bool,
    accumulate: Bool
  ) {
    withExtendedLifetime((a, b, c)) {
      var job = ft_matmul_job(
        c: c.floats, ldc: c.columns,
        a: ft_matmul_operand(start: a.floats, stride: a.columns, k_is_rows: aIsTransposed),
        b: ft_matmul_operand(start: b.floats, stride: b.columns, k_is_rows: !bIsTransposed),
        packed: ft_packed_matrix(), is_turned: false, m: c.rows, n: c.columns,
        k: aIsTransposed ? a.rows : a.columns, accumulate: accumulate)
      ft_matmul(&job, 1)
    }
  }

  package func pack(_ packed: DeviceAddress, _ w: Tensor, as format: WeightFormat) -> Bool {
    withExtendedLifetime(w) {
      ft_pack(packed.pointer, format.kernelName, w.floats, w.rows, w.columns)
    }
  }

  package func pack(
    _ packed: DeviceAddress, blocks: UnsafeRawBufferPointer, as format: WeightFormat, rows: Int,
    columns: Int, order: [Int32]?
  ) -> Bool {
    guard let start = blocks.baseAddress else { return rows == 0 }
    return ft_pack_blocks(packed.pointer, format.kernelName, start, order, rows, columns)
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
      var job = packedJob(c, a, w, isTurned: isTurned, accumulate: accumulate)
      ft_matmul(&job, 1)
    }
  }

  package func multiply(_ outputs: [Tensor], _ a: Tensor, _ matrices: [PackedMatrix]) {
    let jobs = zip(outputs, matrices).map { c, w in
      packedJob(c, a, w, isTurned: false, accumulate: false)
    }
    withExtendedLifetime((outputs, a, matrices)) { ft_matmul(jobs, jobs.count) }
  }

  package func round(_ integers: Tensor, _ a: Tensor, for format: WeightFormat) {
    precondition(
      integers.rows == a.rows
        && 4 * integers.columns == ft_integer_row_size(format.kernelName, a.columns),
      "\(a.shape) as integers in \(integers.shape)")
    withExtendedLifetime((integers, a)) {
      ft_round_rows(integers.floats, a.floats, a.rows, a.columns, format.kernelName)
    }
  }

  package func multiplyIntegers(
    _ outputs: [Tensor], _ integers: Tensor, _ matrices: [PackedMatrix]
  ) {
    let jobs = zip(outputs, matrices).map { c, w in
      ft_integer_job(
        c: c.floats, ldc: c.columns, rows: integers.floats, w: w.kernelMatrix, m: c.rows)
    }
    withExtendedLifetime((outputs, integers, matrices)) { ft_multiply_integers(jobs, jobs.count) }
  }

  private func packedJob(
    _ c: Tensor, _ a: Tensor, _ w: PackedMatrix, isTurned: Bool, accumulate: Bool
  ) -> ft_matmul_job {
    ft_matmul_job(
      c: c.floats, ldc: c.columns,
      a: ft_matmul_operand(start: a.floats, stride: a.columns, k_is_rows: false),
      b: ft_matmul_operand(), packed: w.kernelMatrix, is_turned: isTurned, m: a.rows,
      n: c.columns, k: a.columns, accumulate: accumulate)
  }
}
