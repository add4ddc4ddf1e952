import CKernels
import CUDAKernels
package import Tensors

/// An NVIDIA graphics card: each operation is a kernel, or a few, that the card runs in order.
///
/// Nothing waits for the card but what brings numbers back to the host. The kernels keep the contract
/// of `ft_kernels.h`, most of them from the same source, so the card gives the processor's bits.
package struct CUDADevice: Device {
  /// The card, opened once a process.
  package let card: Card
  /// How products of activations and weights are computed.
  private(set) var precision = Precision.exact

  package init(_ card: Card) { self.card = card }

  package func computing(_ precision: Precision) -> (any Device)? {
    guard precision == .exact || card.hasTensorCores else { return nil }
    var device = self
    device.precision = precision
    return device
  }

  package var name: String { card.number == 0 ? "cuda" : "cuda:\(card.number)" }

  /// Small arrays on their way, what kernels leave for each other, and states of the delta rule.
  package var scratchByteCount: Int { 64 << 20 + Self.deltaStateByteCount }

  package var freeByteCount: Int? { card.freeByteCount }

  package func allocate(_ byteCount: Int, isStreamed: Bool) -> DeviceBlock? {
    guard (0...Int.max / 2).contains(byteCount) else { return nil }
    card.enter()
    var address: UInt = 0
    // An empty block has an address too.
    let size = max(64, byteCount)
    guard card.driver.allocate(&address, size) == 0 else { return nil }
    return DeviceBlock(address: DeviceAddress(bits: address), byteCount: size, isZeroed: false)
  }

  package func release(_ block: DeviceBlock) {
    card.gathering.handOver()
    card.enter()
    card.check(card.driver.free(block.address.bits), "cuMemFree")
  }
}

extension CUDADevice {
  package func together<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard !card.gathering.isOpen else { return try body() }
    card.gathering.begin()
    defer { card.gathering.end() }
    return try body()
  }

  package func beside(few: () -> Void, many: () -> Void) {
    // A pass that is gathered is one piece of work, and has products of few rows alone.
    guard !card.gathering.isOpen else {
      few()
      return many()
    }
    card.onSide(few)
    many()
    card.meetSide()
  }
}

// --- Running kernels -------------------------------------------------------------------------------

extension CUDADevice {
  /// Runs a kernel that takes `job` alone.
  func run<Job>(_ kernel: Kernel, _ grid: LaunchGrid, _ job: Job) {
    var argument = job
    withUnsafeMutableBytes(of: &argument) { card.launch(kernel, grid, job, [$0]) }
  }

  /// Runs a range kernel of CKernels: half a warp for each `grain` of the `count` items.
  func runRange<Job>(_ kernel: Kernel, _ job: Job, count: Int, grain: Int) {
    let grid = LaunchGrid(threadsFor: (count + grain - 1) / grain * Self.lanes)
    var (argument, count, grain) = (job, count, grain)
    withUnsafeMutableBytes(of: &argument) { argument in
      withUnsafeMutableBytes(of: &count) { count in
        withUnsafeMutableBytes(of: &grain) { grain in
          card.launch(kernel, grid, job, [argument, count, grain])
        }
      }
    }
  }

  /// Threads that share a row: those that are lanes to each other.
  private static let lanes = 16

  /// Runs a range kernel of elements or columns: a thread each.
  func runEach<Job>(_ kernel: Kernel, _ job: Job, count: Int) {
    runRange(kernel, job, count: count, grain: Self.lanes)
  }

  /// Runs a range kernel of rows: half a warp each.
  func runRows<Job>(_ kernel: Kernel, _ job: Job, count: Int) {
    runRange(kernel, job, count: count, grain: 1)
  }

  /// Where the card finds an array that an operation was given.
  func sent<Element>(_ array: [Element]) -> UnsafePointer<Element>? {
    UnsafePointer(bitPattern: array.withUnsafeBytes { card.staging.send($0) })
  }

  /// Room on the card for `count` numbers that a kernel leaves.
  func room<Element>(_ count: Int, of _: Element.Type) -> UnsafeMutablePointer<Element>? {
    UnsafeMutablePointer(bitPattern: card.scratch.room(count * MemoryLayout<Element>.stride))
  }

  /// Brings numbers that a kernel left to the host, for which it waits.
  func fetched<Element>(_ place: UnsafeMutablePointer<Element>?, _ count: Int, zero: Element)
    -> [Element]
  {
    var values = [Element](repeating: zero, count: count)
    values.withUnsafeMutableBytes { card.staging.fetch(UInt(bitPattern: place), into: $0) }
    return values
  }

  /// The elements of a tensor, for which it waits.
  func hostElements(_ x: Tensor) -> [Float] { fetched(x.floats, x.count, zero: 0) }
}

extension Tensor {
  /// The first element on the card, for a job.
  var floats: UnsafeMutablePointer<Float>? { UnsafeMutablePointer(bitPattern: address.bits) }
}

extension PackedMatrix {
  /// What kernels take the matrix for.
  var kernelMatrix: ft_packed_matrix {
    ft_packed_matrix(
      data: UnsafeRawPointer(bitPattern: address.bits), format: format.kernelName, outputs: rows,
      channels: columns)
  }
}

extension WeightFormat {
  var kernelName: ft_weight_format {
    switch self {
    case .float32: FT_WEIGHTS_F32
    case .bfloat16: FT_WEIGHTS_BF16
    case .int8: FT_WEIGHTS_INT8
    case .fourBit: FT_WEIGHTS_Q4
    case .q80: FT_WEIGHTS_Q8_0
    case .q40: FT_WEIGHTS_Q4_0
    case .q41: FT_WEIGHTS_Q4_1
    }
  }
}
