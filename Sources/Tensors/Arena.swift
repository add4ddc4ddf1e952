/// Memory reused from one micro-batch to the next, whatever their lengths.
///
/// A few large regions of address space, in which each block takes the first gap that it fits.
/// Blocks are not kept by size: batches of many lengths share the same memory, and the arena grows
/// only when more is in use at once than ever before. A region's pages are taken from the system
/// when they are first used, so ``highWater`` is the arena's share of the process's memory.
///
/// `@unchecked Sendable`: used by the engine's thread alone, as ``Storage``.
package final class Arena: @unchecked Sendable {
  /// Where its memory is.
  package let device: any Device
  private var regions: [Region] = []

  /// A stretch of address space and the gaps in it, counted in floats, in ascending order; no two
  /// gaps touch.
  private struct Region {
    let memory: DeviceBlock
    let count: Int
    var gaps: [Range<Int>]
    /// The end of the last block there ever was.
    var highWater = 0
  }

  /// Floats in use.
  package private(set) var liveCount = 0
  /// The most floats that were ever in use at once.
  package private(set) var peakCount = 0

  package init(_ device: any Device) { self.device = device }

  deinit {
    for region in regions { device.release(region.memory) }
  }

  /// Floats of memory touched so far: ``peakCount``, and what was lost to gaps.
  package var highWater: Int { regions.reduce(0) { $0 + $1.highWater } }

  /// How often the system was asked for address space.
  package var regionCount: Int { regions.count }

  /// Asks for address space now, so that `count` floats find room in one region later.
  package func reserve(_ count: Int) {
    if !regions.contains(where: { $0.count >= count }) { addRegion(count) }
  }

  /// Gives all memory back to the system, unless some of it is in use.
  package func giveBack() {
    guard liveCount == 0 else { return }
    for region in regions { device.release(region.memory) }
    regions = []
  }

  /// Returns room for `count` floats, whose values are not defined.
  package func storage(_ count: Int) -> Storage {
    // Whole lines of 64 bytes, so that every block is aligned; an empty block takes one too.
    let size = (max(1, count) + 15) / 16 * 16
    let place = takeGap(size) ?? takeGap(size, in: addRegion(size))
    liveCount += size
    peakCount = max(peakCount, liveCount)
    return Storage(address: place, capacity: size, arena: self)
  }

  private func takeGap(_ size: Int) -> DeviceAddress? {
    for index in regions.indices where regions[index].gaps.contains(where: { $0.count >= size }) {
      return takeGap(size, in: index)
    }
    return nil
  }

  /// Takes the first gap of a region that `size` floats fit; the region has one.
  private func takeGap(_ size: Int, in index: Int) -> DeviceAddress {
    guard let place = regions[index].gaps.firstIndex(where: { $0.count >= size }) else {
      preconditionFailure("no gap of \(size) floats in a region")
    }
    let gap = regions[index].gaps[place]
    if gap.count == size {
      regions[index].gaps.remove(at: place)
    } else {
      regions[index].gaps[place] = gap.lowerBound + size..<gap.upperBound
    }
    regions[index].highWater = max(regions[index].highWater, gap.lowerBound + size)
    return regions[index].memory.address.advanced(by: 4 * gap.lowerBound)
  }

  /// Address space costs nothing until it is used, so regions are large and few: 256 MB.
  private static let regionSize = 64 << 20

  @discardableResult
  private func addRegion(_ size: Int) -> Int {
    // Where address space itself is limited (`ulimit -v`), no more than is needed.
    for count in [max(size, Self.regionSize), size] {
      guard let memory = device.allocate(count * 4, isStreamed: false) else { continue }
      regions.append(Region(memory: memory, count: count, gaps: [0..<count]))
      return regions.count - 1
    }
    endForLackOfMemory(byteCount: size * 4)
  }

  /// The region that an address lies in, and how many floats from its beginning.
  private func place(of address: DeviceAddress) -> (region: Int, start: Int)? {
    for (index, region) in regions.enumerated() {
      let bytes = address.bits &- region.memory.address.bits
      if bytes < UInt(4 * region.count) { return (index, Int(bytes) / 4) }
    }
    return nil
  }

  /// Makes a block a gap again, joined with the gaps beside it.
  func takeBack(_ address: DeviceAddress, _ size: Int) {
    liveCount -= size
    guard let (index, lower) = place(of: address) else {
      preconditionFailure("a block of another arena")
    }
    var block = lower..<lower + size
    var place = regions[index].gaps.partitioningIndex { $0.lowerBound > lower }
    if place < regions[index].gaps.count,
      regions[index].gaps[place].lowerBound == block.upperBound
    {
      block = block.lowerBound..<regions[index].gaps.remove(at: place).upperBound
    }
    if place > 0, regions[index].gaps[place - 1].upperBound == block.lowerBound {
      place -= 1
      block = regions[index].gaps.remove(at: place).lowerBound..<block.upperBound
    }
    regions[index].gaps.insert(block, at: place)
  }
}

extension [Range<Int>] {
  /// The first index whose range meets `belongs`, by halving: ranges that do come last.
  fileprivate func partitioningIndex(_ belongs: (Range<Int>) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
