/// Memory of the card that kernels of one operation leave numbers in for each other, or for the host.
///
/// The next operation's kernels come after these in the stream, so it begins at the beginning again.
final class Scratch {
  private unowned let card: Card
  /// The card's, which is gone when this goes.
  private let driver: DriverFunctions
  private var address: UInt = 0
  private var byteCount = 0
  private var place = 0

  init(_ card: Card) { (self.card, driver) = (card, card.driver) }

  deinit {
    if byteCount > 0 { _ = driver.free(address) }
  }

  /// Begins an operation that needs `byteCount` bytes in all.
  func begin(_ needed: Int) {
    precondition(!card.isOnSide, "scratch for work beside")
    place = 0
    guard needed > byteCount else { return }
    card.gathering.handOver()
    card.enter()
    if byteCount > 0 { card.check(card.driver.free(address), "cuMemFree") }
    byteCount = (needed + Self.unit - 1) / Self.unit * Self.unit
    card.check(card.driver.allocate(&address, byteCount), "cuMemAlloc")
  }

  private static let unit = 1 << 20

  /// A part of what the operation needs.
  func room(_ count: Int) -> UInt {
    let start = place
    place += (count + 255) / 256 * 256
    precondition(place <= byteCount, "\(count) bytes more than were asked for")
    return address + UInt(start)
  }
}
