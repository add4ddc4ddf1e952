import CKernels
import Testing

extension Kernels {
  /// Pointers that no vector is aligned to give the bits of aligned ones.
  @Suite struct AlignmentTests {
    /// `body` on a copy of `x` that begins `shift` bytes into its memory.
    static func shifted<Result>(
      _ x: [Float], by shift: Int, _ body: (UnsafeMutablePointer<Float>) -> Result
    ) -> Result {
      let memory = UnsafeMutableRawPointer.allocate(
        byteCount: x.count * 4 + 128, alignment: 64)
      defer { memory.deallocate() }
      let start = (memory + shift).bindMemory(to: Float.self, capacity: x.count)
      start.initialize(from: x, count: x.count)
      return body(start)
    }

    @Test("elementwise, norm and softmax", arguments: [4, 12, 36], machinePaths.map(\.rawValue))
    func rows(shift: Int, path: UInt32) {
      let x = numbers(3 * 37, seed: 1)
      let weight = numbers(37, seed: 2)
      let results = [0, shift].map { shift in
        onPath(ft_isa(rawValue: path), threads: 1) {
          Self.shifted(x, by: shift) { x in
            Self.shifted(weight, by: shift) { weight in
              let memory = onMemory(unwritten(111), unwritten(3), unwritten(3)) {
                let (y, mean, inverse) = ($0[0], $0[1], $0[2])
                var norm = ft_rms_norm_job(
                  y: y, inverse_rms: inverse, x: x, weight: weight, offset: 0, epsilon: 1e-5,
                  rows: 3, channels: 37)
                ft_rms_norm_forward(&norm)
                var gate = ft_activation_job(
                  out: x, dgate: nil, dup: nil, dout: nil, gate: y, up: x, kind: FT_GELU, n: 111)
                ft_activation_forward(&gate)
                ft_soft_cap_forward(x, x, 5, 111)
                var layerNorm = ft_layer_norm_job(
                  y: y, mean: mean, inverse: inverse, x: x, weight: weight, bias: weight,
                  offset: 0, epsilon: 1e-5, rows: 3, channels: 37)
                ft_layer_norm_forward(&layerNorm)
                ft_tanh(x, x, 111)
                ft_add(x, x, y, 111)
                ft_softmax(x, x, 3, 37)
                ft_exp(y, x, 111)
              }
              return (memory[0] + memory[2] + UnsafeBufferPointer(start: x, count: 111))
                .map(\.bitPattern)
            }
          }
        }
      }
      #expect(results[0] == results[1])
    }

    @Test("storage formats, at odd addresses", arguments: [1, 3, 17])
    func formats(shift: Int) {
      let bytes = (0..<200).map { UInt8($0) }
      var (aligned, moved) = ([Float](repeating: 0, count: 50), [Float](repeating: 1, count: 50))
      ft_bf16_to_f32(&aligned, Array(bytes[shift..<shift + 100]), 50)
      bytes.withUnsafeBytes { ft_bf16_to_f32(&moved, $0.baseAddress.map { $0 + shift }, 50) }
      #expect(aligned.map(\.bitPattern) == moved.map(\.bitPattern))
      ft_f16_to_f32(&aligned, Array(bytes[shift..<shift + 100]), 50)
      bytes.withUnsafeBytes { ft_f16_to_f32(&moved, $0.baseAddress.map { $0 + shift }, 50) }
      #expect(aligned.map(\.bitPattern) == moved.map(\.bitPattern))
    }
  }
}
