import Autograd
import CPU
import Foundation
import Tensors
import TestSupport
import Testing

/// Tables of angles that grow with the sequences that ask for them.
@Suite("A table of rotary angles") struct RotaryTableTests {
  private static let positionCount = 1000

  private func table(isLong: Bool) -> RotaryTable {
    let frequencies = RotaryTable.frequencies(theta: 100, width: 6)
    return RotaryTable(
      inverseFrequencies: frequencies, positionCount: Self.positionCount, magnitude: 1.25,
      long: isLong ? .init(inverseFrequencies: frequencies.map { $0 / 2 }, beyond: 300) : nil,
      on: CPUDevice())
  }

  /// The rows of a sequence, turned by a table.
  private func turned(_ length: Int, by table: RotaryTable) -> Tensor {
    let tape = Tape(arena: Arena(), isRecording: false)
    let x = Variable(sampleTensor([length, 12]).copy(), needsGradient: false)
    return tape.rotary(
      x, layout: SequenceLayout(lengths: [length]), table: table, headCount: 2, headWidth: 6
    ).value.copy()
  }

  @Test("turns rows alike however it grew", arguments: [false, true])
  func growth(isLong: Bool) {
    let grown = table(isLong: isLong)
    for length in [1, 256, 257, 300, 301, 3, 513, 1000, 5] {
      let found = turned(length, by: grown)
      #expect(found.bits == turned(length, by: table(isLong: isLong)).bits, "\(length)")
    }
  }

  @Test("turns the last position of all as the angle says") func lastPosition() {
    let table = table(isLong: false)
    let frequencies = RotaryTable.frequencies(theta: 100, width: 6)
    let input = sampleTensor([1000, 12])
    let found = turned(1000, by: table)
    for pair in 0..<3 {
      let angle = 999 * frequencies[pair]
      let (x, y) = (Double(input[999 * 12 + pair]), Double(input[999 * 12 + pair + 3]))
      let expected = 1.25 * (x * cos(angle) - y * sin(angle))
      #expect(abs(Double(found[999 * 12 + pair]) - expected) < 1e-5)
    }
  }
}
