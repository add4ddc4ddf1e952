import CPU
import CUDA
import CUDAEmulation
import Mathematics
import Tensors
import Testing

/// The suite of all tests on the emulated card, which does one thing at a time.
@Suite(.serialized, .enabled(if: ft_emulation_runs_here())) struct EmulatedCard {
  /// The card that is not there, opened once.
  static let device: CUDADevice = {
    guard let card = try? Card(number: 0, findingFunctionsBy: { ft_emulated_function($0) }) else {
      preconditionFailure("the emulated driver lacks a function")
    }
    return CUDADevice(card)
  }()
}

/// Runs an operation on the processor and on the emulated card, with the same numbers, and expects
/// the same bits of every tensor that it makes, reads or changes.
func expectSameBits(
  _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ operation: (inout Numbers) -> Void
) {
  var processor = Numbers(CPUDevice())
  var card = Numbers(EmulatedCard.device)
  operation(&processor)
  operation(&card)
  let (ours, theirs) = (processor.bits, card.bits)
  #expect(ours.count == theirs.count, "\(what)", sourceLocation: sourceLocation)
  for (index, (mine, other)) in zip(ours, theirs).enumerated() where mine != other {
    let place = zip(mine, other).enumerated().first { $0.element.0 != $0.element.1 }
    let texts = place.map {
      "\(Float(bitPattern: $0.element.0)), \(Float(bitPattern: $0.element.1))"
    }
    let differing = zip(mine, other).filter { $0 != $1 }.count
    Issue.record(
      "\(what): tensor \(index) at \(place?.offset ?? -1): \(texts ?? ""); \(differing) differ",
      sourceLocation: sourceLocation)
  }
}

/// Tensors of one device with numbers that depend on their order alone.
struct Numbers {
  let device: any Device
  private var tensors: [Tensor] = []
  private var results: [[UInt32]] = []
  private var step: UInt32 = 0

  init(_ device: any Device) { self.device = device }

  /// Normal numbers, with a few zeros of both signs among them.
  mutating func normal(_ shape: Int..., deviation: Float = 1) -> Tensor {
    made(shape) { index, x in index % 29 == 7 ? 0 : index % 31 == 11 ? -0.0 : x * deviation }
  }

  /// Numbers above 0.
  mutating func positive(_ shape: Int...) -> Tensor { made(shape) { abs($1) + 0.01 } }

  /// A tensor that is written before it is read.
  mutating func empty(_ shape: Int...) -> Tensor {
    let tensor = Tensor(uninitialized: shape, on: device)
    tensors.append(tensor)
    return tensor
  }

  mutating func keep(_ tensor: Tensor) { tensors.append(tensor) }

  private mutating func made(_ shape: [Int], _ body: (Int, Float) -> Float) -> Tensor {
    step += 1
    let source = Tensor(uninitialized: shape, on: CPUDevice())
    CPUDevice().fillNormal(
      source, deviation: 1, RandomStream(seed: 7, purpose: .initialization, step: step), offset: 0)
    let values = source.values.enumerated().map { body($0.offset, $0.element) }
    let tensor = Tensor(values, shape: shape, on: device)
    tensors.append(tensor)
    return tensor
  }

  /// Numbers that the operation returned.
  mutating func returned(_ values: [Float]) { results.append(values.map(\.bitPattern)) }
  mutating func returned(_ values: [Int32]) {
    results.append(values.map { UInt32(bitPattern: $0) })
  }
  mutating func returned(_ value: Double) {
    results.append([UInt32(truncatingIfNeeded: value.bitPattern), UInt32(value.bitPattern >> 32)])
  }

  /// Everything, a NaN as the one NaN.
  var bits: [[UInt32]] {
    tensors.map { $0.values.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern } } + results
  }
}
