/// A stretch of a device's memory with one owner; given back to its arena, or to the device, at the
/// end.
///
/// `@unchecked Sendable`: the engine is one thread, and kernels' threads run only inside its calls.
package final class Storage: @unchecked Sendable {
  /// Whose memory it is.
  package let device: any Device
  /// The first float; aligned to 64 bytes.
  package let address: DeviceAddress
  /// How many floats there is room for.
  package let capacity: Int
  private let owner: Owner

  /// Where the memory came from, and goes back to.
  private enum Owner {
    case device(DeviceBlock)
    case arena(Arena)
  }

  /// Allocates room for `capacity` floats; their values are not defined.
  package init(capacity: Int, on device: any Device) {
    precondition(capacity >= 0, "a negative capacity, \(capacity)")
    guard let block = device.allocate(capacity * 4, isStreamed: false) else {
      endForLackOfMemory(byteCount: capacity * 4)
    }
    self.device = device
    address = block.address
    self.capacity = capacity
    owner = .device(block)
  }

  init(address: DeviceAddress, capacity: Int, arena: Arena) {
    device = arena.device
    self.address = address
    self.capacity = capacity
    owner = .arena(arena)
  }

  /// Whether the memory is fresh, and so holds zeros only.
  var isFreshlyZero: Bool {
    if case .device(let block) = owner { block.isZeroed } else { false }
  }

  deinit {
    switch owner {
    case .device(let block): device.release(block)
    case .arena(let arena): arena.takeBack(address, capacity)
    }
  }
}
