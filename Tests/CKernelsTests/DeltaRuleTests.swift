import CKernels
import Testing

extension Kernels {
  @Suite struct DeltaRuleTests {
    /// Heads of keys and of values, and their widths.
    struct Shape: Sendable, CustomStringConvertible {
      let keyHeads, valueHeads, keyWidth, valueWidth: Int
      var keys: Int { keyHeads * keyWidth }
      var values: Int { valueHeads * valueWidth }
      var state: Int { valueHeads * keyWidth * valueWidth }
      var description: String { "\(keyHeads)/\(valueHeads) of \(keyWidth) x \(valueWidth)" }
    }

    static let shapes = [
      Shape(keyHeads: 1, valueHeads: 1, keyWidth: 1, valueWidth: 1),
      Shape(keyHeads: 2, valueHeads: 6, keyWidth: 7, valueWidth: 5),
      Shape(keyHeads: 3, valueHeads: 3, keyWidth: 16, valueWidth: 33),
      Shape(keyHeads: 1, valueHeads: 2, keyWidth: 130, valueWidth: 16),
    ]

    /// Rows of a layer, and what they read.
    struct Rows {
      let shape: Shape
      let count: Int
      let q, k, v, decay, beta: [Float]

      init(_ shape: Shape, _ count: Int) {
        self.shape = shape
        self.count = count
        // Keys and queries of about length one, as models have them.
        let size = 1.7 / Float(shape.keyWidth).squareRoot()
        q = numbers(count * shape.keys, seed: 1, size: size)
        k = numbers(count * shape.keys, seed: 2, size: size)
        v = numbers(count * shape.values, seed: 3)
        decay = numbers(count * shape.valueHeads, seed: 4, size: 0.2).map { 0.8 + $0 }
        beta = numbers(count * shape.valueHeads, seed: 5, size: 0.5).map { 0.5 + $0 }
      }

      fileprivate var parts: [[Float]] { [q, k, v, decay, beta] }

      fileprivate func job(_ memory: ArraySlice<UnsafeMutablePointer<Float>>) -> ft_delta_rule_job {
        let inputs = memory.map { UnsafePointer($0) }
        var job = ft_delta_rule_job()
        (job.q, job.k, job.v) = (inputs[0], inputs[1], inputs[2])
        (job.decay, job.beta) = (inputs[3], inputs[4])
        (job.key_heads, job.value_heads) = (shape.keyHeads, shape.valueHeads)
        (job.key_width, job.value_width) = (shape.keyWidth, shape.valueWidth)
        return job
      }
    }

    static func sequences(_ lengths: [Int]) -> [ft_sequence] {
      var start = 0
      return lengths.map { count in
        defer { start += count }
        return ft_sequence(
          query_start: start, query_count: count, key_start: start, key_count: count)
      }
    }

    /// The results, and the states after the sequences, which begin with `before`.
    static func forward(_ rows: Rows, _ lengths: [Int], before: [Float]) -> [Float] {
      let sequences = sequences(lengths)
      let size = rows.shape.state
      let memory = onMemory(
        unwritten(rows.count * rows.shape.values), unwritten(size * lengths.count), before,
        rows.q, rows.k, rows.v, rows.decay, rows.beta
      ) { memory in
        var job = rows.job(memory[3...])
        job.out = memory[0]
        let after = lengths.indices.map { Optional(memory[1] + $0 * size) }
        let states = lengths.indices.map { index -> UnsafePointer<Float>? in
          before.isEmpty ? nil : UnsafePointer(memory[2] + index * size)
        }
        sequences.withUnsafeBufferPointer { sequences in
          after.withUnsafeBufferPointer { after in
            states.withUnsafeBufferPointer { states in
              (job.sequences, job.sequence_count) = (sequences.baseAddress, sequences.count)
              (job.before, job.after) = (states.baseAddress, after.baseAddress)
              ft_delta_rule_forward(&job)
            }
          }
        }
      }
      return memory[0] + memory[1]
    }

    @Test("each row changes the state and reads it, sums in order", arguments: shapes)
    func results(shape: Shape) {
      let lengths = [5, 1, 9]
      let rows = Rows(shape, 15)
      let before = numbers(3 * shape.state, seed: 6)
      let found = sameOnEveryPath { Self.forward(rows, lengths, before: before) }
      var (expected, states) = ([Float](repeating: 0, count: 15 * shape.values), before)
      let group = shape.valueHeads / shape.keyHeads
      for (index, sequence) in Self.sequences(lengths).enumerated() {
        for row in sequence.query_start..<sequence.query_start + sequence.query_count {
          for head in 0..<shape.valueHeads {
            let gate = row * shape.valueHeads + head
            let keys = row * shape.keys + head / group * shape.keyWidth
            for column in 0..<shape.valueWidth {
              func place(_ i: Int) -> Int {
                ((index * shape.valueHeads + head) * shape.keyWidth + i) * shape.valueWidth + column
              }
              func joined(_ of: [Float], _ start: Int) -> Float {
                var sums = [Float](repeating: 0, count: 4)
                for i in 0..<shape.keyWidth {
                  sums[i % 4].addProduct(states[place(i)], of[start + i])
                }
                return (sums[0] + sums[1]) + (sums[2] + sums[3])
              }
              for i in 0..<shape.keyWidth { states[place(i)] *= rows.decay[gate] }
              let value = row * shape.values + head * shape.valueWidth + column
              let delta = (rows.v[value] - joined(rows.k, keys)) * rows.beta[gate]
              for i in 0..<shape.keyWidth { states[place(i)].addProduct(rows.k[keys + i], delta) }
              expected[value] = joined(rows.q, keys)
            }
          }
        }
      }
      #expect(found == expected + states)
    }

    @Test("a sequence in pieces has the bits of the whole", arguments: shapes)
    func pieces(shape: Shape) {
      let rows = Rows(shape, 8)
      let whole = Self.forward(rows, [8], before: [])
      var (found, state) = ([Float](), [Float]())
      for range in [0..<1, 1..<6, 6..<8] {
        let piece = Rows(rows, range)
        let both = Self.forward(piece, [range.count], before: state)
        found += both.dropLast(shape.state)
        state = Array(both.suffix(shape.state))
      }
      #expect(found + state == whole)
    }

    /// A sequence longer than a thread's scratch memory holds states of, among short ones.
    @Test(
      "gradients are those of double",
      arguments: shapes.map { ($0, [5, 1, 9]) }
        + [(Shape(keyHeads: 1, valueHeads: 2, keyWidth: 512, valueWidth: 2), [3, 500])])
    func gradients(shape: Shape, lengths: [Int]) {
      let rows = Rows(shape, lengths.reduce(0, +))
      let dout = numbers(rows.count * shape.values, seed: 7)
      let found = sameOnEveryPath {
        let memory = onMemory(
          unwritten(rows.q.count), unwritten(rows.k.count), unwritten(rows.v.count),
          unwritten(rows.decay.count), unwritten(rows.beta.count), dout,
          rows.q, rows.k, rows.v, rows.decay, rows.beta
        ) { memory in
          var job = rows.job(memory[6...])
          (job.dq, job.dk, job.dv) = (memory[0], memory[1], memory[2])
          (job.ddecay, job.dbeta, job.dout) = (memory[3], memory[4], UnsafePointer(memory[5]))
          Self.sequences(lengths).withUnsafeBufferPointer { sequences in
            (job.sequences, job.sequence_count) = (sequences.baseAddress, sequences.count)
            ft_delta_rule_backward(&job)
          }
        }
        return Array(memory[0..<5].joined())
      }
      var expected = rows.parts.map { [Double](repeating: 0, count: $0.count) }
      for sequence in Self.sequences(lengths) {
        for head in 0..<shape.valueHeads {
          DoubleDeltaRule(rows, sequence, head).addGradients(dout, to: &expected)
        }
      }
      expectClose(found, Array(expected.joined()), within: 2e-4)
    }
  }
}

extension Kernels.DeltaRuleTests.Rows {
  /// Some of the rows of another.
  fileprivate init(_ other: Self, _ range: Range<Int>) {
    shape = other.shape
    count = range.count
    func part(_ of: [Float], _ width: Int) -> [Float] {
      Array(of[range.lowerBound * width..<range.upperBound * width])
    }
    (q, k) = (part(other.q, shape.keys), part(other.k, shape.keys))
    v = part(other.v, shape.values)
    (decay, beta) = (part(other.decay, shape.valueHeads), part(other.beta, shape.valueHeads))
  }
}

/// One value head of a sequence in double, with the state before each row.
private struct DoubleDeltaRule {
  private let rows: Kernels.DeltaRuleTests.Rows
  private let sequence: ft_sequence
  private let head: Int
  private var states: [[Double]] = []

  init(_ rows: Kernels.DeltaRuleTests.Rows, _ sequence: ft_sequence, _ head: Int) {
    self.rows = rows
    self.sequence = sequence
    self.head = head
    var state = [Double](repeating: 0, count: shape.keyWidth * shape.valueWidth)
    for row in own {
      states.append(state)
      let token = token(row, state)
      state = token.decayed
      for i in 0..<shape.keyWidth {
        for j in 0..<shape.valueWidth {
          state[i * shape.valueWidth + j] += token.k[i] * token.delta[j]
        }
      }
    }
  }

  private var shape: Kernels.DeltaRuleTests.Shape { rows.shape }
  private var own: Range<Int> {
    sequence.query_start..<sequence.query_start + sequence.query_count
  }
  private var keyStart: Int { head / (shape.valueHeads / shape.keyHeads) * shape.keyWidth }

  private func token(_ row: Int, _ state: [Double]) -> (
    q: [Double], k: [Double], decayed: [Double], missing: [Double], delta: [Double]
  ) {
    func part(_ of: [Float], _ start: Int, _ count: Int) -> [Double] {
      of[start..<start + count].map(Double.init)
    }
    let keys = row * shape.keys + keyStart
    let (q, k) = (part(rows.q, keys, shape.keyWidth), part(rows.k, keys, shape.keyWidth))
    let v = part(
      rows.v, row * shape.values + head * shape.valueWidth, shape.valueWidth)
    let gate = row * shape.valueHeads + head
    let decayed = state.map { $0 * Double(rows.decay[gate]) }
    let missing = v.indices.map { j in
      v[j] - (0..<k.count).reduce(0) { $0 + decayed[$1 * v.count + j] * k[$1] }
    }
    return (q, k, decayed, missing, missing.map { $0 * Double(rows.beta[gate]) })
  }

  /// Adds the gradients of queries, keys, values, decays and betas.
  func addGradients(_ dout: [Float], to gradients: inout [[Double]]) {
    let (width, columns) = (shape.keyWidth, shape.valueWidth)
    var gradient = [Double](repeating: 0, count: width * columns)
    for (row, before) in zip(own, states).reversed() {
      let token = token(row, before)
      let (gate, keys) = (row * shape.valueHeads + head, row * shape.keys + keyStart)
      let (decay, beta) = (Double(rows.decay[gate]), Double(rows.beta[gate]))
      let value = row * shape.values + head * columns
      var dDelta = [Double](repeating: 0, count: columns)
      for i in 0..<width {
        for j in 0..<columns {
          let place = i * columns + j
          let given = Double(dout[value + j])
          gradient[place] += token.q[i] * given
          gradients[0][keys + i] += (token.decayed[place] + token.k[i] * token.delta[j]) * given
          dDelta[j] += token.k[i] * gradient[place]
        }
      }
      for j in 0..<columns {
        gradients[2][value + j] += beta * dDelta[j]
        gradients[4][gate] += dDelta[j] * token.missing[j]
      }
      for i in 0..<width {
        for j in 0..<columns {
          let (place, dv) = (i * columns + j, beta * dDelta[j])
          gradients[1][keys + i] += gradient[place] * token.delta[j] - token.decayed[place] * dv
          gradient[place] -= token.k[i] * dv
          gradients[3][gate] += gradient[place] * before[place]
          gradient[place] *= decay
        }
      }
    }
  }
}
