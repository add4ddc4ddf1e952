/// A stream beside the card's own, for kernels that leave most of the card idle.
///
/// Two events say when each of the streams may go on; the host waits for neither.
final class SideStream {
  private(set) var stream: UnsafeMutableRawPointer?
  private var (begins, ends): (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) = (nil, nil)
  private unowned let card: Card
  private let driver: DriverFunctions

  init(_ card: Card) {
    (self.card, driver) = (card, card.driver)
    let (isNonBlocking, hasNoTiming): (CUnsignedInt, CUnsignedInt) = (1, 2)
    card.check(driver.createStream(&stream, isNonBlocking), "cuStreamCreate")
    card.check(driver.createEvent(&begins, hasNoTiming), "cuEventCreate")
    card.check(driver.createEvent(&ends, hasNoTiming), "cuEventCreate")
  }

  /// Lets what comes next here run after all that `other` was asked for.
  func follow(_ other: UnsafeMutableRawPointer?) { order(other, begins, before: stream) }

  /// Lets what comes next in `other` run after all that was asked for here.
  func lead(_ other: UnsafeMutableRawPointer?) { order(stream, ends, before: other) }

  private func order(
    _ first: UnsafeMutableRawPointer?, _ event: UnsafeMutableRawPointer?,
    before second: UnsafeMutableRawPointer?
  ) {
    card.check(driver.recordEvent(event, first), "cuEventRecord")
    card.check(driver.waitForEvent(second, event, 0), "cuStreamWaitEvent")
  }
}
