import Execution

/// The functions of libzmq that sockets call, found by name when the program runs.
///
/// `@unchecked Sendable`: addresses of functions, which stay where they are.
struct ZeroMQFunctions: @unchecked Sendable {
  typealias Handle = UnsafeMutableRawPointer

  /// The name of the library's file, its version of the interface in it.
  static let libraryName = "libzmq.so.5"

  let newContext: @convention(c) () -> Handle?
  let endContext: @convention(c) (Handle) -> CInt
  let newSocket: @convention(c) (Handle, CInt) -> Handle?
  let close: @convention(c) (Handle) -> CInt
  let setOption: @convention(c) (Handle, CInt, UnsafeRawPointer?, Int) -> CInt
  let bind: @convention(c) (Handle, UnsafePointer<CChar>) -> CInt
  let connect: @convention(c) (Handle, UnsafePointer<CChar>) -> CInt
  let send: @convention(c) (Handle, UnsafeRawPointer?, Int, CInt) -> CInt
  let newMessage: @convention(c) (Handle) -> CInt
  let receive: @convention(c) (Handle, Handle, CInt) -> CInt
  let messageBytes: @convention(c) (Handle) -> Handle?
  let messageSize: @convention(c) (Handle) -> Int
  let hasMore: @convention(c) (Handle) -> CInt
  let closeMessage: @convention(c) (Handle) -> CInt
  let poll: @convention(c) (Handle?, CInt, CLong) -> CInt
  let errorNumber: @convention(c) () -> CInt
  let errorText: @convention(c) (CInt) -> UnsafePointer<CChar>?

  /// What is waited for, laid out as `zmq_pollitem_t`.
  struct PollItem {
    var socket: Handle?
    var descriptor: CInt = 0
    var events: Int16 = 1
    var found: Int16 = 0
  }

  /// Looks all of them up.
  private init(_ library: SharedLibrary) throws(MessagingError) {
    func find<Function>(_ name: String) throws(MessagingError) -> Function {
      guard let found: Function = library.function(name) else { throw .otherLibrary(lacks: name) }
      return found
    }
    newContext = try find("zmq_ctx_new")
    endContext = try find("zmq_ctx_term")
    newSocket = try find("zmq_socket")
    close = try find("zmq_close")
    setOption = try find("zmq_setsockopt")
    bind = try find("zmq_bind")
    connect = try find("zmq_connect")
    send = try find("zmq_send")
    newMessage = try find("zmq_msg_init")
    receive = try find("zmq_msg_recv")
    messageBytes = try find("zmq_msg_data")
    messageSize = try find("zmq_msg_size")
    hasMore = try find("zmq_msg_more")
    closeMessage = try find("zmq_msg_close")
    poll = try find("zmq_poll")
    errorNumber = try find("zmq_errno")
    errorText = try find("zmq_strerror")
  }

  /// Those of the machine's library.
  static func ofMachine() throws(MessagingError) -> ZeroMQFunctions {
    guard let library = SharedLibrary(libraryName) else { throw .noLibrary }
    return try ZeroMQFunctions(library)
  }

  /// What went wrong in this thread's last call.
  func failure(_ what: String) -> MessagingError {
    let text = errorText(errorNumber()).map { String(cString: $0) } ?? "an unknown error"
    return .socketFailed(what: what, reason: text)
  }
}
