import CPU
import Foundation
package import Mathematics
package import Tensors

/// The processor with its memory locked between operations, which it counts by name.
///
/// Whoever reads or writes a tensor's memory other than through the device ends the test process.
///
/// `@unchecked Sendable`: used by one thread.
package final class GuardedDevice: Device, @unchecked Sendable {
  /// How often each operation was called.
  package private(set) var calls: [String: Int] = [:]
  private var blocks: [DeviceAddress: DeviceBlock] = [:]
  private let processor = CPUDevice()
  private var depth = 0

  package init() {}

  package var name: String { "guarded" }
  package var scratchByteCount: Int { processor.scratchByteCount }

  /// Bytes that were got and not given back.
  package var heldByteCount: Int { blocks.values.reduce(0) { $0 + $1.byteCount } }

  package func allocate(_ byteCount: Int, isStreamed: Bool) -> DeviceBlock? {
    let page = 4096
    let size = (byteCount / page + 1) * page
    let memory = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else { return nil }
    let address = DeviceAddress(bits: UInt(bitPattern: memory))
    let block = DeviceBlock(address: address, byteCount: size, isZeroed: true)
    blocks[address] = block
    return block
  }

  package func release(_ block: DeviceBlock) {
    blocks[block.address] = nil
    munmap(UnsafeMutableRawPointer(bitPattern: block.address.bits), block.byteCount)
  }

  private func protect(_ protection: Int32) {
    for block in blocks.values {
      mprotect(UnsafeMutableRawPointer(bitPattern: block.address.bits), block.byteCount, protection)
    }
  }

  /// Opens the memory for `body`, an operation of the processor.
  private func run<Result, Failure: Error>(
    _ name: String = #function, _ body: (CPUDevice) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    calls[name, default: 0] += 1
    if depth == 0 { protect(PROT_READ | PROT_WRITE) }
    depth += 1
    defer {
      depth -= 1
      if depth == 0 { protect(PROT_NONE) }
    }
    return try body(processor)
  }
}

extension GuardedDevice {
  package func copy(_ output: Tensor, from x: Tensor) { run { $0.copy(output, from: x) } }
  package func write(
    _ bytes: UnsafeRawBufferPointer, as dtype: DType, to x: Tensor, _ range: Range<Int>
  ) {
    run { $0.write(bytes, as: dtype, to: x, range) }
  }
  package func read(
    _ x: Tensor, _ range: Range<Int>, as dtype: DType, into bytes: UnsafeMutableRawBufferPointer
  ) {
    run { $0.read(x, range, as: dtype, into: bytes) }
  }
  package func withHostElements(
    of x: Tensor, _ body: (UnsafeBufferPointer<Float>) throws -> Void
  ) rethrows {
    let values = run { (device: CPUDevice) -> [Float] in
      var values: [Float] = []
      device.withHostElements(of: x) { values = Array($0) }
      return values
    }
    try values.withUnsafeBufferPointer(body)
  }
  package func withMutableHostElements<Failure: Error>(
    of x: Tensor, _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    try run { (device) throws(Failure) in try device.withMutableHostElements(of: x, body) }
  }
  package func copyBytes(_ output: DeviceAddress, from source: DeviceAddress, _ byteCount: Int) {
    run { $0.copyBytes(output, from: source, byteCount) }
  }

  package func fill(_ x: Tensor, _ value: Float) { run { $0.fill(x, value) } }
  package func add(_ x: Tensor, _ other: Tensor) { run { $0.add(x, other) } }
  package func scale(_ x: Tensor, by factor: Float) { run { $0.scale(x, by: factor) } }
  package func softCap(_ x: Tensor, cap: Float) { run { $0.softCap(x, cap: cap) } }
  package func multiplySoftCapSlope(_ dx: Tensor, of y: Tensor, cap: Float) {
    run { $0.multiplySoftCapSlope(dx, of: y, cap: cap) }
  }
  package func activate(_ out: Tensor, _ x: Tensor, _ kind: Activation) {
    run { $0.activate(out, x, kind) }
  }
  package func activateBackward(_ dx: Tensor, _ dout: Tensor, _ x: Tensor, _ kind: Activation) {
    run { $0.activateBackward(dx, dout, x, kind) }
  }
  package func gate(_ out: Tensor, gate: Tensor, up: Tensor, _ kind: Activation) {
    run { $0.gate(out, gate: gate, up: up, kind) }
  }
  package func gateBackward(
    dGate: Tensor, dUp: Tensor, _ dout: Tensor, gate: Tensor, up: Tensor, _ kind: Activation
  ) {
    run { $0.gateBackward(dGate: dGate, dUp: dUp, dout, gate: gate, up: up, kind) }
  }
  package func clampedGate(_ out: Tensor, _ x: Tensor, _ kind: ClampedGate) {
    run { $0.clampedGate(out, x, kind) }
  }
  package func clampedGateBackward(
    _ dx: Tensor, _ dout: Tensor, _ x: Tensor, _ kind: ClampedGate
  ) {
    run { $0.clampedGateBackward(dx, dout, x, kind) }
  }
  package func dropout(
    _ out: Tensor, _ x: Tensor, share: Float, _ stream: RandomStream, offset: UInt64
  ) {
    run { $0.dropout(out, x, share: share, stream, offset: offset) }
  }
  package func sumsOfSquares(_ tensors: [Tensor]) -> [Double] {
    run { $0.sumsOfSquares(tensors) }
  }
  package func isFinite(_ x: Tensor) -> Bool { run { $0.isFinite(x) } }
  package func fillNormal(_ x: Tensor, deviation: Float, _ stream: RandomStream, offset: Int) {
    run { $0.fillNormal(x, deviation: deviation, stream, offset: offset) }
  }
  package func fillUniform(_ x: Tensor, limit: Float, _ stream: RandomStream, offset: Int) {
    run { $0.fillUniform(x, limit: limit, stream, offset: offset) }
  }
}

extension GuardedDevice {
  package func multiply(
    _ c: Tensor, _ a: Tensor, aIsTransposed: Bool, _ b: Tensor, bIsTransposed: Bool,
    accumulate: Bool
  ) {
    run {
      $0.multiply(
        c, a, aIsTransposed: aIsTransposed, b, bIsTransposed: bIsTransposed,
        accumulate: accumulate)
    }
  }
  package func pack(_ packed: DeviceAddress, _ w: Tensor, as format: WeightFormat) -> Bool {
    run { $0.pack(packed, w, as: format) }
  }
  package func pack(
    _ packed: DeviceAddress, blocks: UnsafeRawBufferPointer, as format: WeightFormat, rows: Int,
    columns: Int, order: [Int32]?
  ) -> Bool {
    run {
      $0.pack(packed, blocks: blocks, as: format, rows: rows, columns: columns, order: order)
    }
  }
  package func unpack(_ out: Tensor, _ w: PackedMatrix, rows: [Int32]) {
    run { $0.unpack(out, w, rows: rows) }
  }
  package func multiply(
    _ c: Tensor, _ a: Tensor, _ w: PackedMatrix, isTurned: Bool, accumulate: Bool
  ) {
    run { $0.multiply(c, a, w, isTurned: isTurned, accumulate: accumulate) }
  }
  package func multiply(_ outputs: [Tensor], _ a: Tensor, _ matrices: [PackedMatrix]) {
    run { $0.multiply(outputs, a, matrices) }
  }
  package func round(_ integers: Tensor, _ a: Tensor, for format: WeightFormat) {
    run { $0.round(integers, a, for: format) }
  }
  package func multiplyIntegers(
    _ outputs: [Tensor], _ integers: Tensor, _ matrices: [PackedMatrix]
  ) {
    run { $0.multiplyIntegers(outputs, integers, matrices) }
  }

  package func addBias(_ out: Tensor, _ bias: Tensor) { run { $0.addBias(out, bias) } }
  package func biasBackward(_ dBias: Tensor, _ dy: Tensor) { run { $0.biasBackward(dBias, dy) } }
  package func inverseRowNorms(_ out: Tensor, _ x: Tensor) { run { $0.inverseRowNorms(out, x) } }
  package func scaleColumns(_ out: Tensor, _ x: Tensor, by factors: Tensor) {
    run { $0.scaleColumns(out, x, by: factors) }
  }
  package func addColumnProducts(_ sums: Tensor, _ a: Tensor, _ b: Tensor) {
    run { $0.addColumnProducts(sums, a, b) }
  }
  package func takeColumns(_ out: Tensor, _ x: Tensor, _ blocks: ColumnBlocks) {
    run { $0.takeColumns(out, x, blocks) }
  }
  package func addColumns(_ x: Tensor, _ part: Tensor, _ blocks: ColumnBlocks) {
    run { $0.addColumns(x, part, blocks) }
  }
  package func gather(_ out: Tensor, _ x: Tensor, rows indices: [Int32]) {
    run { $0.gather(out, x, rows: indices) }
  }
  package func scatterAdd(_ out: Tensor, _ x: Tensor, rows indices: [Int32]) {
    run { $0.scatterAdd(out, x, rows: indices) }
  }
  package func scatterAdd(_ out: Tensor, _ x: Tensor, rows indices: [Int32], weights: RowNumbers) {
    run { $0.scatterAdd(out, x, rows: indices, weights: weights) }
  }
  package func gather(_ out: Tensor, _ x: Tensor, rows indices: [Int32], weights: RowNumbers) {
    run { $0.gather(out, x, rows: indices, weights: weights) }
  }
  package func addRowProducts(
    _ sums: RowNumbers, _ x: Tensor, rows indices: [Int32], _ y: Tensor
  ) {
    run { $0.addRowProducts(sums, x, rows: indices, y) }
  }
  package func embeddingBackward(_ dTable: Tensor, _ dout: Tensor, ids: [Int32]) {
    run { $0.embeddingBackward(dTable, dout, ids: ids) }
  }

  package func rmsNorm(
    _ y: Tensor, inverseRMS: Tensor, _ x: Tensor, weight: Tensor, offset: Float, epsilon: Float
  ) {
    run {
      $0.rmsNorm(
        y, inverseRMS: inverseRMS, x, weight: weight, offset: offset, epsilon: epsilon)
    }
  }
  package func rmsNormBackward(
    _ dx: Tensor, dWeight: Tensor?, _ dy: Tensor, _ x: Tensor, weight: Tensor, offset: Float,
    inverseRMS: Tensor
  ) {
    run {
      $0.rmsNormBackward(
        dx, dWeight: dWeight, dy, x, weight: weight, offset: offset, inverseRMS: inverseRMS)
    }
  }
  package func layerNorm(
    _ y: Tensor, mean: Tensor, inverse: Tensor, _ x: Tensor, weight: Tensor, offset: Float,
    bias: Tensor?, epsilon: Float
  ) {
    run {
      $0.layerNorm(
        y, mean: mean, inverse: inverse, x, weight: weight, offset: offset, bias: bias,
        epsilon: epsilon)
    }
  }
  package func layerNormBackward(
    _ dx: Tensor, dWeight: Tensor?, dBias: Tensor?, _ dy: Tensor, _ x: Tensor, weight: Tensor,
    offset: Float, mean: Tensor, inverse: Tensor
  ) {
    run {
      $0.layerNormBackward(
        dx, dWeight: dWeight, dBias: dBias, dy, x, weight: weight, offset: offset, mean: mean,
        inverse: inverse)
    }
  }
}

extension GuardedDevice {
  package func rotaryTable(cosine: Tensor, sine: Tensor, inverseFrequencies: [Double]) {
    run { $0.rotaryTable(cosine: cosine, sine: sine, inverseFrequencies: inverseFrequencies) }
  }
  package func rotate(
    _ x: Tensor, positions: [Int32], cosine: Tensor, sine: Tensor, isInverse: Bool,
    isInterleaved: Bool, headCount: Int, headWidth: Int
  ) {
    run {
      $0.rotate(
        x, positions: positions, cosine: cosine, sine: sine, isInverse: isInverse,
        isInterleaved: isInterleaved, headCount: headCount, headWidth: headWidth)
    }
  }
  package func attention(
    _ out: Tensor, logSum: Tensor, query: Tensor, key: Tensor, value: Tensor, keyScores: Tensor?,
    bias: DistanceBias?, _ stretches: [AttentionStretch], _ shape: AttentionShape,
    _ options: AttentionOptions
  ) {
    run {
      $0.attention(
        out, logSum: logSum, query: query, key: key, value: value, keyScores: keyScores, bias: bias,
        stretches, shape, options)
    }
  }
  package func attentionBackward(
    dQuery: Tensor, dKey: Tensor, dValue: Tensor, dBias: Tensor?, _ dout: Tensor, out: Tensor,
    logSum: Tensor, query: Tensor, key: Tensor, value: Tensor, keyScores: Tensor?,
    bias: DistanceBias?, _ stretches: [AttentionStretch], _ shape: AttentionShape,
    _ options: AttentionOptions
  ) {
    run {
      $0.attentionBackward(
        dQuery: dQuery, dKey: dKey, dValue: dValue, dBias: dBias, dout, out: out, logSum: logSum,
        query: query, key: key, value: value, keyScores: keyScores, bias: bias, stretches, shape,
        options)
    }
  }
  package func attention(
    _ out: Tensor, logSum: Tensor, query: Tensor, cached: CachedKeys, keyScores: Tensor?,
    bias: DistanceBias?, _ stretches: [AttentionStretch], _ shape: AttentionShape,
    _ options: AttentionOptions
  ) {
    run {
      $0.attention(
        out, logSum: logSum, query: query, cached: cached, keyScores: keyScores, bias: bias,
        stretches, shape, options)
    }
  }
  package func addSinks(_ out: Tensor, logSum: Tensor, sinks: Tensor) {
    run { $0.addSinks(out, logSum: logSum, sinks: sinks) }
  }
  package func sinksBackward(
    _ dSinks: Tensor, _ dout: Tensor, out: Tensor, logSum: Tensor, sinks: Tensor
  ) {
    run { $0.sinksBackward(dSinks, dout, out: out, logSum: logSum, sinks: sinks) }
  }
  package func store(keys: Tensor, values: Tensor, rows: Range<Int>, at place: CachedPlace) {
    run { $0.store(keys: keys, values: values, rows: rows, at: place) }
  }

  package func multiply(_ out: Tensor, _ a: Tensor, _ b: Tensor) {
    run { $0.multiply(out, a, b) }
  }
  package func convolve(
    _ out: Tensor, _ x: Tensor, weight: Tensor, bias: Tensor?, _ stretches: [AttentionStretch]
  ) {
    run { $0.convolve(out, x, weight: weight, bias: bias, stretches) }
  }
  package func convolveBackward(
    dx: Tensor, dWeight: Tensor?, _ dout: Tensor, _ x: Tensor, weight: Tensor,
    _ stretches: [AttentionStretch]
  ) {
    run { $0.convolveBackward(dx: dx, dWeight: dWeight, dout, x, weight: weight, stretches) }
  }

  package func applyDeltaRule(
    _ out: Tensor, _ input: DeltaRuleInput, _ shape: DeltaRuleShape,
    _ stretches: [AttentionStretch], _ states: DeltaRuleStates?
  ) {
    run { $0.applyDeltaRule(out, input, shape, stretches, states) }
  }
  package func deltaRuleBackward(
    _ gradients: DeltaRuleInput, _ dout: Tensor, _ input: DeltaRuleInput, _ shape: DeltaRuleShape,
    _ stretches: [AttentionStretch]
  ) {
    run { $0.deltaRuleBackward(gradients, dout, input, shape, stretches) }
  }
  package func decay(_ out: Tensor, _ x: Tensor, rate: Tensor, bias: Tensor) {
    run { $0.decay(out, x, rate: rate, bias: bias) }
  }
  package func decayBackward(
    dx: Tensor, dRate: Tensor?, dBias: Tensor?, _ dout: Tensor, _ x: Tensor, rate: Tensor,
    bias: Tensor
  ) {
    run { $0.decayBackward(dx: dx, dRate: dRate, dBias: dBias, dout, x, rate: rate, bias: bias) }
  }

  package func crossEntropy(
    _ logits: Tensor, labels: [Int32], gradientFactor: Float?
  ) -> RowLosses {
    run { $0.crossEntropy(logits, labels: labels, gradientFactor: gradientFactor) }
  }
  package func divergence(
    _ logits: Tensor, from targets: Tensor, labels: [Int32], gradientFactor: Float?
  ) -> RowLosses {
    run { $0.divergence(logits, from: targets, labels: labels, gradientFactor: gradientFactor) }
  }
  package func largestPlaces(_ x: Tensor) -> [Int32] { run { $0.largestPlaces(x) } }
  package func likelihoods(
    _ out: inout [Float], _ x: Tensor, row: Int, largest: Int, temperature: Float
  ) {
    run {
      $0.likelihoods(&out, x, row: row, largest: largest, temperature: temperature)
    }
  }

  package func adamW(
    _ weight: Tensor, first: Tensor, second: Tensor, _ gradient: Tensor, _ step: AdamWStep
  ) {
    run { $0.adamW(weight, first: first, second: second, gradient, step) }
  }
  package func gradientDescent(
    _ weight: Tensor, velocity: Tensor?, _ gradient: Tensor, _ step: GradientDescentStep
  ) {
    run { $0.gradientDescent(weight, velocity: velocity, gradient, step) }
  }
  package func lion(_ weight: Tensor, momentum: Tensor, _ gradient: Tensor, _ step: LionStep) {
    run { $0.lion(weight, momentum: momentum, gradient, step) }
  }
  package func adafactor(
    _ weight: Tensor, row: Tensor, column: Tensor, _ gradient: Tensor, _ step: AdafactorStep
  ) {
    run { $0.adafactor(weight, row: row, column: column, gradient, step) }
  }
  package func adafactor(
    _ weight: Tensor, square: Tensor, _ gradient: Tensor, _ step: AdafactorStep
  ) {
    run { $0.adafactor(weight, square: square, gradient, step) }
  }
}
