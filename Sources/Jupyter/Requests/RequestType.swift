import Messaging

/// What front ends ask of a kernel.
enum RequestType: String, Sendable {
  case kernelInfo = "kernel_info_request"
  case execute = "execute_request"
  case complete = "complete_request"
  case inspect = "inspect_request"
  case isComplete = "is_complete_request"
  case history = "history_request"
  case commInfo = "comm_info_request"
  case commOpen = "comm_open"
  case connect = "connect_request"
  case interrupt = "interrupt_request"
  case shutdown = "shutdown_request"

  /// The type of the answer.
  var reply: String { rawValue.replacing("_request", with: "_reply") }

  /// Whether it would come too late after the cell that is running, whichever way it came.
  var isWish: Bool { self == .interrupt || self == .shutdown }

  /// Whether it waits for the session, which a cell that is running has.
  var needsSession: Bool {
    switch self {
    case .execute, .complete, .inspect: true
    default: false
    }
  }
}

/// A request, and the way that its answer goes.
struct KernelCall: Sendable {
  let type: RequestType
  let request: Message
  let channel: Channel
}
