/// Small arrays that operations are given on their way to the card, one after the other, round and round.
///
/// The card's side may be written again at once, as copies and kernels follow each other in one
/// stream; the host's only after the copies from it are done, for which each round is waited.
final class Staging {
  private static let byteCount = 16 << 20

  private unowned let card: Card
  private let memory: PairedMemory
  private var host: UnsafeMutableRawPointer { memory.host }
  private var address: UInt { memory.address }
  private var place = 0

  init(_ card: Card) {
    (self.card, memory) = (card, PairedMemory(card, byteCount: Self.byteCount))
  }

  /// Takes room on both sides, waiting for a round to end where it must.
  private func take(_ byteCount: Int) -> Int {
    let size = (byteCount + 255) / 256 * 256
    if place + size > Self.byteCount {
      card.wait()
      place = 0
    }
    defer { place += size }
    return place
  }

  /// Where the card finds `bytes` until much more has been sent: kernels that are asked for next may
  /// read them.
  func send(_ bytes: UnsafeRawBufferPointer) -> UInt {
    precondition(bytes.count <= Self.byteCount, "\(bytes.count) bytes at once")
    precondition(!card.isOnSide, "an array that is sent for work beside")
    guard let source = bytes.baseAddress, bytes.count > 0 else { return address }
    if card.gathering.isOpen, let place = card.gathering.send(bytes) { return place }
    let offset = take(bytes.count)
    host.advanced(by: offset).copyMemory(from: source, byteCount: bytes.count)
    card.enter()
    card.check(
      card.driver.copyIn(address + UInt(offset), host + offset, bytes.count, card.stream),
      "cuMemcpyHtoDAsync")
    return address + UInt(offset)
  }

  /// Copies the card's bytes to the host, in pieces, and waits for them.
  func fetch(_ source: UInt, into bytes: UnsafeMutableRawBufferPointer) {
    transfer(bytes.count) { start, count, offset in
      card.check(
        card.driver.copyOut(host + offset, source + UInt(start), count, card.stream),
        "cuMemcpyDtoHAsync")
      card.wait()
      guard let target = bytes.baseAddress else { return }
      (target + start).copyMemory(from: host + offset, byteCount: count)
    }
  }

  /// Copies the host's bytes to the card, in pieces.
  func put(_ bytes: UnsafeRawBufferPointer, at target: UInt) {
    transfer(bytes.count) { start, count, offset in
      guard let source = bytes.baseAddress else { return }
      (host + offset).copyMemory(from: source + start, byteCount: count)
      card.check(
        card.driver.copyIn(target + UInt(start), host + offset, count, card.stream),
        "cuMemcpyHtoDAsync")
    }
  }

  /// Bytes that are copied at a time.
  private static let pieceByteCount = 4 << 20

  private func transfer(
    _ byteCount: Int, _ copy: (_ start: Int, _ count: Int, _ offset: Int) -> Void
  ) {
    card.gathering.handOver()
    card.enter()
    for start in stride(from: 0, to: byteCount, by: Self.pieceByteCount) {
      let count = min(Self.pieceByteCount, byteCount - start)
      copy(start, count, take(count))
    }
  }
}
