import Foundation
import Tensors
import TestSupport
import Testing

@testable import Checkpoints

/// Blocks of GGUF files, against gguf-py's.
@Suite("Rounding to blocks of GGUF files") struct BlockQuantizerTests {
  private static let fixture = URL(filePath: GoldenModel.tied.path).deletingLastPathComponent()
    .appending(path: "gguf-blocks.safetensors").path

  private func bytes(_ type: GGUFTensorType, of tensor: Tensor) -> [UInt8] {
    type.encoded(0..<tensor.count, of: tensor)
  }

  @Test("has the bytes of gguf-py", arguments: [GGUFTensorType.q80, .q40, .q50])
  func golden(type: GGUFTensorType) throws {
    let file = try Safetensors(path: Self.fixture)
    let values = try file.tensor(named: "values")
    let entry = try #require(file.entry(named: type.name))
    let expected = try file.bytes(of: entry)
    #expect(expected.count == values.count / type.blockCount * type.blockBytes)
    #expect(bytes(type, of: values) == expected)
  }

  /// Bounds: of each row, the share of its size that 4 bits of normal numbers lose.
  @Test("4 bits with scales and minima lose little") func superBlocks() throws {
    let values = try Safetensors(path: Self.fixture).tensor(named: "values")
    let bytes = bytes(.q4K, of: values)
    #expect(bytes.count == values.count / 256 * 144)
    var read = [Float](repeating: 0, count: values.count)
    bytes.withUnsafeBytes { bytes in
      read.withUnsafeMutableBufferPointer { GGUFTensorType.q4K.widen(bytes, into: $0) }
    }
    for row in 0..<values.rows {
      let range = row * 256..<(row + 1) * 256
      let own = values.rows(row..<row + 1).values
      let size = own.reduce(0) { $0 + $1 * $1 }
      let lost = zip(own, read[range]).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      #expect(lost <= 0.02 * size, "row \(row): \((lost / max(size, 1e-30)).squareRoot())")
    }
  }

  @Test("rows that blocks do not fit go to smaller blocks, then to float16")
  func fitting() {
    #expect(GGUFTensorType.q4K.fitting(rowLength: 512) == .q4K)
    #expect(GGUFTensorType.q4K.fitting(rowLength: 96) == .q50)
    #expect(GGUFTensorType.q4K.fitting(rowLength: 40) == .f16)
    #expect(GGUFTensorType.q80.fitting(rowLength: 40) == .f16)
    #expect(GGUFTensorType.q40.fitting(rowLength: 64) == .q40)
    #expect(GGUFTensorType.f32.fitting(rowLength: 7) == .f32)
  }
}
