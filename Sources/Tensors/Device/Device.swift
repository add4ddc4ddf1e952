/// Where tensors live and are computed: a processor with its memory.
///
/// Everything that the engine computes goes through these operations, a protocol a kind, so that a
/// new device is one folder and nothing above it knows. Each states its contract: sums are chains
/// `acc = fma(a, b, acc)` in index order, or sixteen lanes joined by a fixed tree, whatever the
/// device, and so every device gives the same bits.
///
/// All tensors of a call lie on the device that is called, and have the shapes that are stated: the
/// caller's duty. Outputs come first and overlap no input unless it is said.
package protocol Device: DeviceMemoryOperations, TransferOperations, ElementwiseOperations,
  MatrixOperations, RowOperations, NormOperations, AttentionOperations,
  ConvolutionOperations, DeltaRuleOperations, LossOperations, OptimizerOperations, RandomOperations
{
  /// What it is called in tables, such as `cpu`.
  var name: String { get }

  /// Bytes that kernels use beside tensors, at most.
  var scratchByteCount: Int { get }

  /// The device with products of activations, whose arena is its, computed so; nil where it cannot.
  func computing(_ precision: Precision) -> (any Device)?

  /// Does what `body` asks for as one piece of work, where that is quicker: many small operations that
  /// are asked for again and again, as when a token is decoded.
  func together<Result>(_ body: () throws -> Result) rethrows -> Result

  /// Does both pieces of work, products of matrices, side by side where it can; neither reads or writes
  /// what the other writes. `few` are those of few outputs, which leave most of a device idle.
  func beside(few: () -> Void, many: () -> Void)

  /// Bytes of memory of its own that are free; nil where it uses the system's.
  var freeByteCount: Int? { get }

  /// How it reads files where the system keeps them; nil where its kernels cannot.
  var fileMapping: (any FileMapping)? { get }
}

extension Device {
  package var freeByteCount: Int? { nil }

  package var fileMapping: (any FileMapping)? { nil }

  package func beside(few: () -> Void, many: () -> Void) {
    few()
    many()
  }

  package func together<Result>(_ body: () throws -> Result) rethrows -> Result { try body() }
}

/// A place in a device's memory, which only the device may follow.
package struct DeviceAddress: Hashable, Sendable {
  /// What the device makes of it: a pointer's bits, or an offset.
  package let bits: UInt

  package init(bits: UInt) { self.bits = bits }

  /// The place `byteCount` bytes further on.
  package func advanced(by byteCount: Int) -> DeviceAddress {
    DeviceAddress(bits: bits &+ UInt(bitPattern: byteCount))
  }
}

/// A stretch of a device's memory as the device gave it.
package struct DeviceBlock: Sendable {
  /// Aligned to 64 bytes.
  package let address: DeviceAddress
  /// At least what was asked for.
  package let byteCount: Int
  /// Whether it holds zeros only.
  package let isZeroed: Bool

  package init(address: DeviceAddress, byteCount: Int, isZeroed: Bool) {
    self.address = address
    self.byteCount = byteCount
    self.isZeroed = isZeroed
  }
}

/// Getting memory and giving it back.
package protocol DeviceMemoryOperations: Sendable {
  /// Gets at least `byteCount` bytes; nil when there are none. `isStreamed` says that kernels will
  /// read the block from end to end again and again, as they do packed weights.
  func allocate(_ byteCount: Int, isStreamed: Bool) -> DeviceBlock?

  /// Gives a block back, once, after its last use.
  func release(_ block: DeviceBlock)
}
