import CKernels
import CUDAKernels
package import Tensors

extension Kernel {
  static func rows(_ name: String) -> Kernel { Kernel(.rows, name) }
}

extension CUDADevice {
  package func addBias(_ out: Tensor, _ bias: Tensor) {
    let job = ft_elementwise_job(
      out: out.floats, a: bias.floats, b: nil, factor: 0, rows: 0, channels: out.columns)
    runRows(Kernel(.elementwise, "ft_add_bias"), job, count: out.rows)
  }

  package func biasBackward(_ dBias: Tensor, _ dy: Tensor) {
    addChains(dBias, FT_CHAIN_SUM, dy)
  }

  package func addColumnProducts(_ sums: Tensor, _ a: Tensor, _ b: Tensor) {
    addChains(sums, FT_CHAIN_PRODUCTS, a, b)
  }

  /// Adds to the sums of columns: see `ft_cuda_chain`.
  func addChains(
    _ sums: Tensor, _ kind: ft_cuda_chain, _ a: Tensor, _ b: Tensor? = nil, mean: Tensor? = nil,
    inverse: Tensor? = nil
  ) {
    addChains(
      sums, kind, rows: a.count / max(1, sums.count), UnsafePointer(a.floats),
      UnsafePointer(b?.floats),
      mean: mean, inverse: inverse)
  }

  /// The same of numbers that need be no tensors.
  func addChains(
    _ sums: Tensor, _ kind: ft_cuda_chain, rows: Int, _ a: UnsafePointer<Float>?,
    _ b: UnsafePointer<Float>?, mean: Tensor? = nil, inverse: Tensor? = nil
  ) {
    let channels = sums.count
    guard channels > 0 else { return }
    let job = ft_cuda_chain_job(
      sums: sums.floats, a: a, b: b, mean: mean?.floats, inverse: inverse?.floats, rows: rows,
      channels: channels, kind: kind)
    let columnsOfBlock = 32
    run(
      .rows("ft_column_chains"), LaunchGrid((channels + columnsOfBlock - 1) / columnsOfBlock), job)
  }

  package func inverseRowNorms(_ out: Tensor, _ x: Tensor) {
    let job = ft_elementwise_job(
      out: out.floats, a: x.floats, b: nil, factor: 0, rows: 0, channels: x.columns)
    runRows(.rows("ft_inverse_row_norms"), job, count: x.rows)
  }

  package func scaleColumns(_ out: Tensor, _ x: Tensor, by factors: Tensor) {
    let columns = factors.count
    let job = ft_elementwise_job(
      out: out.floats, a: x.floats, b: factors.floats, factor: 0, rows: 0, channels: columns)
    runRows(.rows("ft_scale_columns"), job, count: x.count / max(1, columns))
  }

  package func takeColumns(_ out: Tensor, _ x: Tensor, _ blocks: ColumnBlocks) {
    let job = ft_cuda_columns_job(
      part: out.floats, whole: x.floats, rows: out.rows, part_columns: out.columns,
      whole_columns: x.columns, blocks: blocks.kernelBlocks)
    run(.rows("ft_take_columns"), LaunchGrid(threadsFor: out.count), job)
  }

  package func addColumns(_ x: Tensor, _ part: Tensor, _ blocks: ColumnBlocks) {
    let job = ft_cuda_columns_job(
      part: part.floats, whole: x.floats, rows: part.rows, part_columns: part.columns,
      whole_columns: x.columns, blocks: blocks.kernelBlocks)
    run(.rows("ft_add_columns"), LaunchGrid(threadsFor: part.rows * blocks.width), job)
  }

  package func gather(_ out: Tensor, _ x: Tensor, rows indices: [Int32]) {
    run(
      .rows("ft_gather_rows"), LaunchGrid(threadsFor: out.count), rowsJob(out, x, rows: indices))
  }

  package func scatterAdd(_ out: Tensor, _ x: Tensor, rows indices: [Int32]) {
    runRows(.rows("ft_scatter_add_rows"), rowsJob(out, x, rows: indices), count: indices.count)
  }

  private func rowsJob(_ out: Tensor, _ x: Tensor, rows indices: [Int32]) -> ft_rows_job {
    ft_rows_job(
      out: out.floats, x: x.floats, indices: sent(indices), rows: indices.count,
      channels: x.columns)
  }

  package func scatterAdd(_ out: Tensor, _ x: Tensor, rows indices: [Int32], weights: RowNumbers) {
    var job = ft_weighted_rows_job(out, x, sent(indices), sent(weights.places))
    job.weights = UnsafePointer(weights.tensor.floats)
    runRows(.rows("ft_scatter_add_weighted"), job, count: indices.count)
  }

  package func gather(_ out: Tensor, _ x: Tensor, rows indices: [Int32], weights: RowNumbers) {
    var job = ft_weighted_rows_job(out, x, sent(indices), sent(weights.places))
    job.weights = UnsafePointer(weights.tensor.floats)
    runRows(.rows("ft_gather_weighted"), job, count: indices.count)
  }

  package func addRowProducts(
    _ sums: RowNumbers, _ x: Tensor, rows indices: [Int32], _ y: Tensor
  ) {
    var job = ft_weighted_rows_job(sums.tensor, x, sent(indices), sent(sums.places))
    job.y = UnsafePointer(y.floats)
    runRows(.rows("ft_add_row_products"), job, count: indices.count)
  }

  private func sent(_ places: [Int32]?) -> UnsafePointer<Int32>? {
    guard let places else { return nil }
    return sent(places)
  }

  /// Rows of the same id are added by one block of threads, in order; those of others side by side.
  package func embeddingBackward(_ dTable: Tensor, _ dout: Tensor, ids: [Int32]) {
    let order = ids.indices.sorted { (ids[$0], $0) < (ids[$1], $1) }
    var (distinct, starts): ([Int32], [Int32]) = ([], [])
    for (place, row) in order.enumerated() where distinct.last != ids[row] {
      distinct.append(ids[row])
      starts.append(Int32(place))
    }
    starts.append(Int32(order.count))
    let job = ft_cuda_groups_job(
      table: dTable.floats, x: dout.floats, ids: sent(distinct), starts: sent(starts),
      rows: sent(order.map { Int32($0) }), channels: dTable.columns)
    run(.rows("ft_embedding_groups"), LaunchGrid(distinct.count), job)
  }
}

extension ft_weighted_rows_job {
  fileprivate init(
    _ out: Tensor, _ x: Tensor, _ indices: UnsafePointer<Int32>?, _ places: UnsafePointer<Int32>?
  ) {
    self.init()
    (self.out, self.x, channels) = (out.floats, UnsafePointer(x.floats), x.columns)
    (self.indices, self.places) = (indices, places)
  }
}

extension ColumnBlocks {
  fileprivate var kernelBlocks: ft_column_blocks {
    ft_column_blocks(start: start, width: width, stride: stride)
  }
}

extension CUDADevice {
  package func convolve(
    _ out: Tensor, _ x: Tensor, weight: Tensor, bias: Tensor?, _ stretches: [AttentionStretch]
  ) {
    var job = ft_convolution_job()
    (job.out, job.x) = (out.floats, UnsafePointer(x.floats))
    job.bias = bias.flatMap { UnsafePointer($0.floats) }
    runConvolution("ft_convolution_forward", job, weight, stretches)
  }

  package func convolveBackward(
    dx: Tensor, dWeight: Tensor?, _ dout: Tensor, _ x: Tensor, weight: Tensor,
    _ stretches: [AttentionStretch]
  ) {
    var job = ft_convolution_job()
    (job.dx, job.dweight) = (dx.floats, dWeight?.floats)
    (job.dout, job.x) = (UnsafePointer(dout.floats), UnsafePointer(x.floats))
    runConvolution("ft_convolution_backward", job, weight, stretches)
  }

  private func runConvolution(
    _ name: String, _ job: ft_convolution_job, _ weight: Tensor, _ stretches: [AttentionStretch]
  ) {
    var job = job
    (job.channels, job.size) = (weight.rows, weight.columns)
    precondition(job.size <= ConvolutionLimit.size, "a convolution over \(job.size) rows")
    job.weight = UnsafePointer(weight.floats)
    (job.sequences, job.sequence_count) = (sent(stretches.map(\.kernelSequence)), stretches.count)
    runEach(.rows(name), job, count: job.channels)
  }
}
