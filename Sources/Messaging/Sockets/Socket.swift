import Foundation

/// A socket of libzmq, through which messages of several frames go whole or not at all.
///
/// `@unchecked Sendable`: it may be handed to another thread; one at a time uses it, as ``Channel``
/// sees to.
package final class Socket: @unchecked Sendable {
  /// What a socket does, by the numbers of zmq.h.
  package enum Kind: CInt, Sendable {
    case subscriber = 2
    case request = 3
    case reply = 4
    case dealer = 5
    case router = 6
    case pull = 7
    case push = 8
    /// A publisher that is told of its subscribers.
    case publisher = 9
  }

  private static let subscribeOption: CInt = 6
  private static let lingerOption: CInt = 17
  private static let largestMessageOption: CInt = 22
  private static let sendLimitOption: CInt = 23
  private static let receiveLimitOption: CInt = 24
  private static let tellsEverySubscriptionOption: CInt = 40
  private static let more: CInt = 2
  /// How long what was sent may take to leave after the socket was closed, in milliseconds.
  private static let linger: CInt = 1000
  /// A peer that sends a larger frame, in bytes, is disconnected before memory is taken for it.
  private static let largestFrame: Int64 = 64 << 20
  /// More frames than this are no message of anybody.
  private static let mostFrames = 1024
  /// Room for a `zmq_msg_t`, in bytes.
  private static let messageRoom = 64

  private let context: SocketContext
  private let handle: ZeroMQFunctions.Handle
  private var functions: ZeroMQFunctions { context.functions }

  /// Opens a socket that keeps whatever could not be sent yet.
  package init(_ kind: Kind, in context: SocketContext) throws(MessagingError) {
    guard let handle = context.functions.newSocket(context.handle, kind.rawValue) else {
      throw context.functions.failure("zmq_socket")
    }
    self.context = context
    self.handle = handle
    set(Self.lingerOption, Self.linger)
    set(Self.sendLimitOption, CInt(0))
    set(Self.receiveLimitOption, CInt(0))
    set(Self.largestMessageOption, Self.largestFrame)
    if kind == .publisher { set(Self.tellsEverySubscriptionOption, CInt(1)) }
  }

  deinit { _ = functions.close(handle) }

  private func set<Value: BitwiseCopyable>(_ option: CInt, _ value: Value) {
    // The options are of every libzmq since 4.0, and their values are right.
    withUnsafeBytes(of: value) {
      _ = functions.setOption(handle, option, $0.baseAddress, $0.count)
    }
  }

  // MARK: Connecting

  /// Listens at an address such as `tcp://127.0.0.1:5555`.
  package func bind(_ address: String) throws(MessagingError) {
    guard functions.bind(handle, address) == 0 else {
      throw functions.failure("listening at \(address)")
    }
  }

  /// Talks to who listens at an address.
  package func connect(_ address: String) throws(MessagingError) {
    guard functions.connect(handle, address) == 0 else {
      throw functions.failure("connecting to \(address)")
    }
  }

  /// Has a subscriber told all that is published.
  package func subscribeToAll() { _ = functions.setOption(handle, Self.subscribeOption, nil, 0) }

  // MARK: Messages

  /// Sends a message; a peer that is gone gets nothing.
  package func send(_ frames: [[UInt8]]) throws(MessagingError) {
    for (place, frame) in frames.enumerated() {
      let isLast = place == frames.count - 1
      try again("sending") { () -> CInt in
        frame.withUnsafeBytes {
          functions.send(handle, $0.baseAddress, $0.count, isLast ? 0 : Self.more)
        }
      }
    }
  }

  /// Waits for a message.
  package func receive() throws(MessagingError) -> [[UInt8]] {
    // Safety: libzmq initialises the room, which has the size and alignment that zmq.h gives it.
    let message = UnsafeMutableRawPointer.allocate(byteCount: Self.messageRoom, alignment: 16)
    _ = functions.newMessage(message)
    defer {
      _ = functions.closeMessage(message)
      message.deallocate()
    }
    var frames: [[UInt8]] = []
    repeat {
      try again("receiving") { functions.receive(message, handle, 0) }
      guard frames.count < Self.mostFrames else { continue }
      let bytes = UnsafeRawBufferPointer(
        start: functions.messageBytes(message), count: functions.messageSize(message))
      frames.append(Array(bytes))
    } while functions.hasMore(message) != 0
    return frames
  }

  /// Waits until some of the sockets have a message, and says which; all false when none came in time.
  package static func wait(
    for sockets: [Socket], milliseconds: Int = -1
  ) throws(MessagingError) -> [Bool] {
    guard let first = sockets.first else { return [] }
    var items = sockets.map { ZeroMQFunctions.PollItem(socket: $0.handle) }
    try first.again("waiting") {
      first.functions.poll(&items, CInt(items.count), CLong(milliseconds))
    }
    return items.map { $0.found != 0 }
  }

  /// Calls a function until no signal came between.
  private func again(_ what: String, _ call: () -> CInt) throws(MessagingError) {
    while call() < 0 {
      guard functions.errorNumber() == EINTR else { throw functions.failure(what) }
    }
  }
}
