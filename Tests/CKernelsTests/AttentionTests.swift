import CKernels
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One sequence's shapes, with as many keys before the first query as `cached`.
struct AttentionShape: Sendable, CustomTestStringConvertible {
  var queries: Int
  var cached = 0
  var heads: Int
  var keyHeads: Int
  var width: Int
  var isCausal = true
  /// 0 for none, as for the kernel.
  var window = 0
  var softCap: Float = 0
  /// Whether each key adds to the scores of each head.
  var hasKeyScores = false
  /// Whether each distance does.
  var hasBias = false

  var keys: Int { cached + queries }
  var options: ft_attention_options {
    ft_attention_options(
      scale: 1 / Float(width).squareRoot(), soft_cap: softCap, causal: isCausal, window: window)
  }

  /// A job without keys and values, of rows that lie together.
  func job(
    _ out: UnsafeMutablePointer<Float>, _ logSum: UnsafeMutablePointer<Float>,
    _ q: UnsafePointer<Float>, _ sequences: UnsafeBufferPointer<ft_sequence>
  ) -> ft_attention_job {
    ft_attention_job(
      out: out, log_sum: logSum, q: q, k: nil, v: nil, q_stride: heads * width,
      k_stride: keyHeads * width, v_stride: keyHeads * width, cache: nil,
      sequences: sequences.baseAddress, sequence_count: sequences.count, heads: heads,
      key_heads: keyHeads, head_width: width, options: options, key_scores: nil,
      key_scores_stride: 0, bias: ft_distance_bias(numbers: nil, stride: 0, origin: 0))
  }

  /// Floats of a row of what keys add: whole blocks.
  var keyScoresStride: Int { (keys + 63) / 64 * 64 }

  /// What the keys add to the scores, head after head; NaN where there is no key.
  var keyScores: [Float] {
    guard hasKeyScores else { return [] }
    return (0..<heads * keyScoresStride).map { i in
      let key = i % keyScoresStride
      return key < keys ? Float((i / keyScoresStride * 7 + key * 5) % 11) / 4 - 1 : .nan
    }
  }

  /// Gives a job what the keys add.
  func addKeyScores(_ scores: UnsafePointer<Float>, to job: inout ft_attention_job) {
    guard hasKeyScores else { return }
    (job.key_scores, job.key_scores_stride) = (scores, keyScoresStride)
  }

  /// The place of distance 0 in a row of the bias.
  var biasOrigin: Int { keys + 16 }
  var biasCount: Int { hasBias ? heads * 2 * biasOrigin : 0 }

  /// Gives a job what distances add.
  func addBias(_ numbers: UnsafePointer<Float>, to job: inout ft_attention_job) {
    guard hasBias else { return }
    job.bias = ft_distance_bias(numbers: numbers, stride: 2 * biasOrigin, origin: biasOrigin)
  }

  var testDescription: String {
    "T \(queries) after \(cached), H \(heads), G \(keyHeads), D \(width)"
      + (isCausal ? "" : ", full") + (window > 0 ? ", window \(window)" : "")
      + (softCap > 0 ? ", cap \(softCap)" : "") + (hasKeyScores ? ", scores of keys" : "")
      + (hasBias ? ", bias" : "")
  }

  /// By the definition: whether the query at a position sees a key.
  func sees(_ position: Int, _ key: Int) -> Bool {
    (!isCausal || key <= position) && (window == 0 || abs(position - key) < window)
  }
}

/// Queries [T, H, D], keys and values [M, G, D], and a number a head and distance where there is a
/// bias.
struct AttentionInputs {
  let shape: AttentionShape
  var q: [Float]
  var k: [Float]
  var v: [Float]
  var bias: [Float]

  /// All that has a gradient.
  var operands: [Float] { q + k + v + bias }

  init(_ shape: AttentionShape, seed: UInt32 = 0) {
    self.shape = shape
    q = numbers(shape.queries * shape.heads * shape.width, seed: seed + 1)
    k = numbers(shape.keys * shape.keyHeads * shape.width, seed: seed + 2)
    v = numbers(shape.keys * shape.keyHeads * shape.width, seed: seed + 3)
    bias = numbers(shape.biasCount, seed: seed + 4)
  }

  var sequence: ft_sequence {
    ft_sequence(
      query_start: 0, query_count: shape.queries, key_start: 0, key_count: shape.keys)
  }

  /// out, then the log-sums, of the given sequences of rows.
  func forward(_ sequences: [ft_sequence]) -> [Float] {
    let memory = onMemory(
      unwritten(q.count), unwritten(q.count / shape.width), q, k, v, shape.keyScores, bias
    ) {
      let pointers = $0
      sequences.withUnsafeBufferPointer {
        var job = shape.job(pointers[0], pointers[1], pointers[2], $0)
        shape.addKeyScores(pointers[5], to: &job)
        shape.addBias(pointers[6], to: &job)
        (job.k, job.v) = (UnsafePointer(pointers[3]), UnsafePointer(pointers[4]))
        ft_attention_forward(&job)
      }
    }
    return memory[0] + memory[1]
  }

  /// dq, dk, dv, added to zeros, and dbias of each sequence where there is a bias.
  func backward(_ dout: [Float], _ forward: [Float], _ sequences: [ft_sequence]) -> [Float] {
    backward(
      dout, forward, sequences,
      addedTo: [q, k, v].map { [Float](repeating: 0, count: $0.count) })
  }

  func backward(
    _ dout: [Float], _ forward: [Float], _ sequences: [ft_sequence], addedTo before: [[Float]]
  ) -> [Float] {
    let zeros = [Float](repeating: 0, count: sequences.count * bias.count)
    let memory = onMemory(
      before[0], before[1], before[2], dout, forward, q, k, v, shape.keyScores, bias, zeros
    ) {
      let pointers = $0
      sequences.withUnsafeBufferPointer {
        var job = ft_attention_backward_job(
          dq: pointers[0], dk: pointers[1], dv: pointers[2],
          dbias: shape.hasBias ? pointers[10] : nil, dout: pointers[3],
          forward: shape.job(pointers[4], pointers[4] + q.count, pointers[5], $0))
        shape.addKeyScores(pointers[8], to: &job.forward)
        shape.addBias(pointers[9], to: &job.forward)
        (job.forward.k, job.forward.v) = (UnsafePointer(pointers[6]), UnsafePointer(pointers[7]))
        ft_attention_backward(&job)
      }
    }
    return memory[0] + memory[1] + memory[2] + memory[10]
  }

  /// out by the definition, in double, of operands in one array.
  func reference(_ operands: [Double]) -> [Double] {
    let (heads, keyHeads, width) = (shape.heads, shape.keyHeads, shape.width)
    var out: [Double] = []
    for row in 0..<shape.queries * heads {
      let (query, keyHead) = (row / heads, row % heads / (heads / keyHeads))
      let first = { (key: Int) in q.count + (key * keyHeads + keyHead) * width }
      let seen = (0..<shape.keys).filter { shape.sees(shape.cached + query, $0) }
      let scores = seen.map { key in
        let product = (0..<width).reduce(0) {
          $0 + operands[row * width + $1] * operands[first(key) + $1]
        }
        let distance = key - shape.cached - query
        let place =
          q.count + k.count + v.count + row % heads * 2 * shape.biasOrigin + shape.biasOrigin
          + distance
        let score = Double(shape.options.scale) * product + (shape.hasBias ? operands[place] : 0)
        let cap = Double(shape.softCap)
        let capped = cap > 0 ? cap * tanh(score / cap) : score
        let own = row % heads * shape.keyScoresStride + key
        return shape.hasKeyScores ? capped + Double(shape.keyScores[own]) : capped
      }
      let weights = Kernels.SoftmaxTests.reference(scores)
      out += (0..<width).map { d in
        zip(seen, weights).reduce(0) { $0 + $1.1 * operands[k.count + first($1.0) + d] }
      }
    }
    return out
  }
}

extension Kernels {
  @Suite struct AttentionTests {
    static let shapes = [
      AttentionShape(queries: 1, heads: 1, keyHeads: 1, width: 2),
      AttentionShape(queries: 17, heads: 2, keyHeads: 1, width: 6),
      AttentionShape(queries: 70, heads: 2, keyHeads: 1, width: 32),
      AttentionShape(queries: 33, cached: 40, heads: 2, keyHeads: 2, width: 24),
      AttentionShape(queries: 2, cached: 70, heads: 70, keyHeads: 1, width: 16),
      AttentionShape(queries: 130, heads: 1, keyHeads: 1, width: 16),
      AttentionShape(queries: 3, cached: 63, heads: 2, keyHeads: 1, width: 256),
      AttentionShape(queries: 9, heads: 2, keyHeads: 1, width: 6, window: 1),
      AttentionShape(queries: 150, heads: 3, keyHeads: 1, width: 16, window: 7),
      AttentionShape(queries: 200, heads: 1, keyHeads: 1, width: 16, window: 70),
      AttentionShape(queries: 70, cached: 90, heads: 4, keyHeads: 2, width: 24, window: 65),
      AttentionShape(queries: 130, heads: 2, keyHeads: 1, width: 16, isCausal: false),
      AttentionShape(queries: 100, heads: 1, keyHeads: 1, width: 16, isCausal: false, window: 20),
      // More queries than keys, which all of them see.
      AttentionShape(queries: 90, cached: -20, heads: 2, keyHeads: 1, width: 16, isCausal: false),
      AttentionShape(
        queries: 130, heads: 4, keyHeads: 2, width: 16, isCausal: false, hasBias: true),
      AttentionShape(queries: 33, cached: 70, heads: 2, keyHeads: 2, width: 8, hasBias: true),
      AttentionShape(
        queries: 90, heads: 3, keyHeads: 1, width: 6, window: 20, softCap: 1, hasKeyScores: true,
        hasBias: true),
      AttentionShape(queries: 80, heads: 2, keyHeads: 1, width: 32, softCap: 1.5),
      AttentionShape(
        queries: 90, cached: 10, heads: 2, keyHeads: 1, width: 10, window: 33, softCap: 0.5),
      AttentionShape(
        queries: 90, cached: 10, heads: 6, keyHeads: 2, width: 10, hasKeyScores: true),
    ]

    /// Scores of up to a few units, rounded in a chain over D, shift the exponentials by 1e-6.
    @Test("is that of double", arguments: shapes)
    func forward(shape: AttentionShape) {
      let inputs = AttentionInputs(shape)
      let both = sameOnEveryPath { inputs.forward([inputs.sequence]) }
      expectClose(
        Array(both.prefix(inputs.q.count)), inputs.reference(wide(inputs.operands)),
        within: 3e-6)
    }

    @Test(
      "gradients are those of central differences",
      arguments: [
        AttentionShape(queries: 6, heads: 2, keyHeads: 1, width: 6),
        AttentionShape(queries: 3, cached: 2, heads: 2, keyHeads: 2, width: 16),
        AttentionShape(queries: 7, heads: 2, keyHeads: 1, width: 6, window: 3),
        AttentionShape(queries: 6, heads: 1, keyHeads: 1, width: 6, isCausal: false, softCap: 0.7),
        AttentionShape(queries: 6, heads: 1, keyHeads: 1, width: 2, isCausal: false, window: 2),
        AttentionShape(queries: 6, cached: -2, heads: 2, keyHeads: 1, width: 2, isCausal: false),
        AttentionShape(queries: 5, heads: 2, keyHeads: 1, width: 2, isCausal: false, hasBias: true),
        AttentionShape(queries: 3, cached: 2, heads: 2, keyHeads: 2, width: 2, hasBias: true),
        AttentionShape(
          queries: 6, heads: 2, keyHeads: 1, width: 4, softCap: 0.7, hasKeyScores: true),
      ])
    func differences(shape: AttentionShape) {
      let inputs = AttentionInputs(shape)
      let dout = numbers(inputs.q.count, seed: 9)
      let both = inputs.forward([inputs.sequence])
      let gradients = inputs.backward(dout, both, [inputs.sequence])
      let expected = slopes(
        of: { zip(inputs.reference($0), dout).reduce(0) { $0 + $1.0 * Double($1.1) } },
        at: wide(inputs.operands))
      expectClose(gradients, expected, within: 1e-5)
    }

    /// Along a random direction the slope sums thousands of gradients.
    @Test("gradients of large shapes agree along a direction", arguments: shapes)
    func direction(shape: AttentionShape) {
      let inputs = AttentionInputs(shape)
      let dout = numbers(inputs.q.count, seed: 9)
      let both = inputs.forward([inputs.sequence])
      let gradients = sameOnEveryPath { inputs.backward(dout, both, [inputs.sequence]) }
      let operands = wide(inputs.operands)
      let direction = wide(numbers(operands.count, seed: 10, size: 1))
      let slope = slopes(
        of: { step in
          let moved = zip(operands, direction).map { $0 + step[0] * $1 }
          return zip(inputs.reference(moved), dout).reduce(0) { $0 + $1.0 * Double($1.1) }
        }, at: [0])[0]
      let products = zip(gradients, direction).map { Double($0) * $1 }
      let size = products.reduce(0) { $0 + abs($1) }
      #expect(abs(products.reduce(0, +) - slope) <= 1e-5 * max(size, 1))
    }

    @Test(
      "one query with a cache gives the bits of the whole sequence", arguments: [24, 64],
      [0, 1, 30, 64, 90])
    func cache(width: Int, window: Int) {
      let inputs = AttentionInputs(
        AttentionShape(
          queries: 140, heads: 6, keyHeads: 2, width: width, window: window,
          softCap: window == 30 ? 2 : 0, hasKeyScores: window % 30 == 0))
      let whole = inputs.forward([inputs.sequence])
      let row = 6 * width
      for position in [0, 1, 15, 16, 62, 63, 64, 65, 127, 128, 139] {
        let one = ft_sequence(
          query_start: position, query_count: 1, key_start: 0, key_count: position + 1)
        for path in machinePaths {
          let alone = onPath(path, threads: 1) { inputs.forward([one]) }
          let outputs = position * row..<(position + 1) * row
          let sums = inputs.q.count + position * 6..<inputs.q.count + (position + 1) * 6
          #expect(alone[outputs].map(\.bitPattern) == whole[outputs].map(\.bitPattern))
          #expect(alone[sums].map(\.bitPattern) == whole[sums].map(\.bitPattern))
        }
      }
    }

    @Test(
      "a cache in scattered blocks gives the bits of rows that lie together",
      arguments: [
        AttentionShape(queries: 3, cached: 137, heads: 6, keyHeads: 2, width: 24),
        AttentionShape(queries: 1, cached: 63, heads: 2, keyHeads: 1, width: 64),
        AttentionShape(queries: 140, heads: 4, keyHeads: 4, width: 8),
        AttentionShape(queries: 1, cached: 75, heads: 4, keyHeads: 4, width: 8, hasBias: true),
        AttentionShape(queries: 2, cached: 150, heads: 2, keyHeads: 1, width: 40, window: 70),
        AttentionShape(queries: 9, cached: 60, heads: 2, keyHeads: 2, width: 16, softCap: 3),
        AttentionShape(queries: 1, cached: 90, heads: 4, keyHeads: 1, width: 8, hasKeyScores: true),
      ], [false, true])
    func scatteredBlocks(shape: AttentionShape, isBfloat16: Bool) {
      var inputs = AttentionInputs(shape)
      if isBfloat16 { (inputs.k, inputs.v) = (rounded(inputs.k), rounded(inputs.v)) }
      let whole = inputs.forward([inputs.sequence])
      let row = shape.keyHeads * shape.width
      let found = sameOnEveryPath { scattered(inputs, row: row, isBfloat16: isBfloat16) }
      #expect(found.map(\.bitPattern) == whole.map(\.bitPattern))
    }

    @Test("keys beyond a query, even NaN, change nothing")
    func causality() {
      var inputs = AttentionInputs(AttentionShape(queries: 90, heads: 2, keyHeads: 1, width: 32))
      let whole = inputs.forward([inputs.sequence])
      for i in 70 * 32..<90 * 32 { (inputs.k[i], inputs.v[i]) = (.nan, .nan) }
      let poisoned = inputs.forward([inputs.sequence])
      let before = 0..<70 * 2 * 32
      #expect(poisoned[before].map(\.bitPattern) == whole[before].map(\.bitPattern))
      #expect(poisoned[70 * 2 * 32].isNaN)
    }

    /// One unit of the last place in a key that no window shows would tell.
    @Test("keys outside the window, even NaN, change nothing")
    func window() {
      var inputs = AttentionInputs(
        AttentionShape(queries: 190, heads: 2, keyHeads: 1, width: 32, window: 50))
      let whole = inputs.forward([inputs.sequence])
      for i in 0..<100 * 32 { (inputs.k[i], inputs.v[i]) = (.nan, .nan) }
      let poisoned = sameOnEveryPath { inputs.forward([inputs.sequence]).suffix(190 * 2 - 149 * 2) }
      let sums = inputs.q.count + 149 * 2..<inputs.q.count + 190 * 2
      #expect(poisoned.map(\.bitPattern) == whole[sums].map(\.bitPattern))
      let all = inputs.forward([inputs.sequence])
      let after = 149 * 64..<190 * 64
      #expect(all[after].map(\.bitPattern) == whole[after].map(\.bitPattern))
      #expect(all[148 * 64].isNaN)
    }

    @Test("a window of every key, or a cap far above the scores, is none")
    func noneInEffect() {
      var shape = AttentionShape(queries: 100, heads: 2, keyHeads: 1, width: 32)
      let plain = AttentionInputs(shape)
      let dout = numbers(plain.q.count, seed: 9)
      shape.window = 100
      let windowed = AttentionInputs(shape)
      let out = plain.forward([plain.sequence])
      #expect(haveSameBits(windowed.forward([plain.sequence]), out))
      #expect(
        haveSameBits(
          windowed.backward(dout, out, [plain.sequence]),
          plain.backward(dout, out, [plain.sequence])))
      shape.softCap = 1e5
      expectClose(AttentionInputs(shape).forward([plain.sequence]), wide(out), within: 1e-6)
    }

    @Test(
      "packed sequences give the bits of each alone",
      arguments: [
        AttentionShape(queries: 230, heads: 4, keyHeads: 2, width: 40),
        AttentionShape(queries: 230, heads: 4, keyHeads: 2, width: 40, window: 45),
        AttentionShape(
          queries: 230, heads: 4, keyHeads: 2, width: 40, isCausal: false, softCap: 3),
        AttentionShape(queries: 230, heads: 4, keyHeads: 2, width: 40, hasKeyScores: true),
      ])
    func packing(shape: AttentionShape) {
      let inputs = AttentionInputs(shape)
      let lengths = [1, 64, 0, 100, 65]
      var sequences: [ft_sequence] = []
      var start = 0
      for length in lengths {
        sequences.append(
          ft_sequence(
            query_start: start, query_count: length, key_start: start, key_count: length))
        start += length
      }
      let dout = numbers(inputs.q.count, seed: 9)
      let packed = sameOnEveryPath { inputs.forward(sequences) }
      let gradients = sameOnEveryPath { inputs.backward(dout, packed, sequences) }
      for sequence in sequences {
        let rows = sequence.query_start..<sequence.query_start + sequence.query_count
        var part = inputs
        let (wideRow, narrowRow) = (4 * 40, 2 * 40)
        let (q, k) = (
          rows.lowerBound * wideRow..<rows.upperBound * wideRow,
          rows.lowerBound * narrowRow..<rows.upperBound * narrowRow
        )
        (part.q, part.k, part.v) = (Array(inputs.q[q]), Array(inputs.k[k]), Array(inputs.v[k]))
        let alone = ft_sequence(
          query_start: 0, query_count: rows.count, key_start: 0, key_count: rows.count)
        let out = part.forward([alone])
        #expect(out.prefix(q.count).map(\.bitPattern) == packed[q].map(\.bitPattern))
        let own = part.backward(Array(dout[q]), out, [alone])
        let expected =
          gradients[q] + gradients[k.shifted(by: inputs.q.count)]
          + gradients[k.shifted(by: inputs.q.count + inputs.k.count)]
        #expect(own.map(\.bitPattern) == expected.map(\.bitPattern))
      }
    }

    /// A thread's memory holds the queries of ten heads, not those of twenty, which are laid out anew for
    /// each block of keys.
    @Test("twenty wide heads of one key head have the bits of ten and ten")
    func manyHeads() {
      var shape = AttentionShape(queries: 30, heads: 20, keyHeads: 1, width: 256)
      let inputs = AttentionInputs(shape)
      let dout = numbers(inputs.q.count, seed: 9)
      let both = inputs.forward([inputs.sequence])
      let whole = sameOnEveryPath { inputs.backward(dout, both, [inputs.sequence]) }
      shape.heads = 10
      let zeros = [Float](repeating: 0, count: inputs.k.count)
      var (dq, dk, dv) = ([[Float]](), zeros, zeros)
      for half in 0..<2 {
        var part = AttentionInputs(shape)
        (part.q, part.k, part.v) = (alternate(inputs.q, half), inputs.k, inputs.v)
        let none = [Float](repeating: 0, count: part.q.count)
        let gradients = part.backward(
          alternate(dout, half), part.forward([part.sequence]), [part.sequence],
          addedTo: [none, dk, dv])
        dq.append(Array(gradients[..<none.count]))
        dk = Array(gradients[none.count..<none.count + dk.count])
        dv = Array(gradients[(none.count + dk.count)...])
      }
      for half in 0..<2 {
        #expect(haveSameBits(alternate(Array(whole[..<inputs.q.count]), half), dq[half]))
      }
      #expect(haveSameBits(Array(whole[inputs.q.count...]), dk + dv))
    }

    /// Every other stretch of ten heads of 256 numbers, from that of a number on.
    private func alternate(_ rows: [Float], _ first: Int) -> [Float] {
      let stretch = 2560
      return stride(from: first * stretch, to: rows.count, by: 2 * stretch).flatMap {
        rows[$0..<$0 + stretch]
      }
    }

    @Test("reads strided operands, and adds to the gradients")
    func strides() {
      let shape = AttentionShape(queries: 20, heads: 2, keyHeads: 1, width: 16)
      let inputs = AttentionInputs(shape)
      let dout = numbers(inputs.q.count, seed: 9)
      let both = inputs.forward([inputs.sequence])
      let gradients = inputs.backward(dout, both, [inputs.sequence])
      // One fused row holds the queries, the key and the value.
      var fused: [Float] = []
      for row in 0..<20 {
        fused += part(inputs.q, row, 32)
        fused += part(inputs.k, row, 16)
        fused += part(inputs.v, row, 16)
      }
      let memory = onMemory(
        unwritten(20 * 32), unwritten(40), fused, [Float](repeating: 0, count: fused.count), dout
      ) { pointers in
        let (x, dx) = (UnsafePointer(pointers[2]), pointers[3])
        [inputs.sequence].withUnsafeBufferPointer {
          var job = shape.job(pointers[0], pointers[1], x, $0)
          (job.k, job.v) = (x + 32, x + 48)
          (job.q_stride, job.k_stride, job.v_stride) = (64, 64, 64)
          ft_attention_forward(&job)
          var backward = ft_attention_backward_job(
            dq: dx, dk: dx + 32, dv: dx + 48, dbias: nil, dout: pointers[4], forward: job)
          ft_attention_backward(&backward)
        }
      }
      let dfused = memory[3]
      #expect(memory[0] + memory[1] == both)
      let dk = Array(gradients.dropFirst(inputs.q.count))
      for row in 0..<20 {
        let fusedRow = part(dfused, row, 64)
        #expect(part(fusedRow, 0, 32) == part(gradients, row, 32))
        #expect(part(fusedRow, 2, 16) == part(dk, row, 16))
        #expect(part(fusedRow, 3, 16) == part(dk, 20 + row, 16))
      }
      // A second backward pass continues the chains: twice the gradient, but for rounding.
      let (dq, values) = (Array(gradients.prefix(inputs.q.count)), Array(dk.dropFirst(20 * 16)))
      let again = inputs.backward(
        dout, both, [inputs.sequence], addedTo: [dq, Array(dk.prefix(20 * 16)), values])
      expectClose(again, gradients.map { 2 * Double($0) }, within: 1e-6)
    }

    @Test("NaN and infinity reach the rows that see them")
    func specials() {
      var inputs = AttentionInputs(AttentionShape(queries: 4, heads: 1, keyHeads: 1, width: 16))
      inputs.v[2 * 16] = .infinity
      let out = inputs.forward([inputs.sequence])
      #expect(out[0].isFinite && out[16].isFinite && out[32] == .infinity && out[48] == .infinity)
      inputs.q[16] = .nan
      let nan = inputs.forward([inputs.sequence])
      #expect(nan[0].isFinite && nan[16].isNaN && nan[33].isFinite)
    }
  }
}

/// Floats that bfloat16 holds exactly.
private func rounded(_ x: [Float]) -> [Float] {
  x.map { Float(bitPattern: $0.bitPattern & 0xffff_0000) }
}

/// As `forward`, with the keys in blocks of 64, turned, each with room for other layers and the
/// last first in memory.
private func scattered(_ inputs: AttentionInputs, row: Int, isBfloat16: Bool) -> [Float] {
  let (shape, area) = (inputs.shape, 64 * row)
  let size = isBfloat16 ? 2 : 4
  let count = (shape.keys + 63) / 64
  var memory = [UInt8](repeating: 0xff, count: count * 4 * area * size)
  for key in 0..<shape.keys {
    for (half, x) in [inputs.k, inputs.v].enumerated() {
      for i in 0..<row {
        let bits = x[key * row + i].bitPattern
        let within = half == 0 ? i * 64 + key % 64 : key % 64 * row + i
        let place = ((count - 1 - key / 64) * 4 + 1 + half) * area + within
        for byte in 0..<size {
          memory[place * size + byte] = UInt8(
            truncatingIfNeeded: bits >> UInt32(8 * (byte + 4 - size)))
        }
      }
    }
  }
  let results = onMemory(
    unwritten(inputs.q.count), unwritten(shape.queries * shape.heads), inputs.q, shape.keyScores,
    inputs.bias
  ) { pointers in
    memory.withUnsafeBytes { memory in
      let blocks = (0..<count).map { block in
        memory.baseAddress.map { $0 + (count - 1 - block) * 4 * area * size }
      }
      blocks.withUnsafeBufferPointer { blocks in
        let cache = ft_key_cache(
          blocks: blocks.baseAddress, k_offset: area, v_offset: 2 * area, is_bf16: isBfloat16)
        withUnsafePointer(to: cache) { cache in
          [inputs.sequence].withUnsafeBufferPointer {
            var job = shape.job(pointers[0], pointers[1], pointers[2], $0)
            job.cache = cache
            shape.addKeyScores(pointers[3], to: &job)
            shape.addBias(pointers[4], to: &job)
            ft_attention_forward(&job)
          }
        }
      }
    }
  }
  return results[0] + results[1]
}

/// Row `row` of rows of `width`.
private func part(_ x: [Float], _ row: Int, _ width: Int) -> [Float] {
  Array(x[row * width..<(row + 1) * width])
}

extension Range<Int> {
  fileprivate func shifted(by offset: Int) -> Range<Int> {
    lowerBound + offset..<upperBound + offset
  }
}
