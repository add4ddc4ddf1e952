/// Memory of the host that the card copies from by itself, and as much of the card's.
final class PairedMemory {
  let host: UnsafeMutableRawPointer
  let address: UInt
  /// The card's, which is gone when this goes.
  private let driver: DriverFunctions

  init(_ card: Card, byteCount: Int) {
    driver = card.driver
    card.enter()
    var host: UnsafeMutableRawPointer?
    var address: UInt = 0
    card.check(card.driver.allocateHost(&host, byteCount, 0), "cuMemHostAlloc")
    card.check(card.driver.allocate(&address, byteCount), "cuMemAlloc")
    guard let host else { endForFailure("no memory of the host") }
    (self.host, self.address) = (host, address)
  }

  deinit {
    _ = driver.freeHost(host)
    _ = driver.free(address)
  }
}
