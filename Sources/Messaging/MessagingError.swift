package import Reporting

/// Why messages cannot be exchanged.
package enum MessagingError: Error, Hashable, Sendable {
  /// There is no libzmq.
  case noLibrary
  /// The library has no such function: it is too old.
  case otherLibrary(lacks: String)
  /// A socket could not do something.
  case socketFailed(what: String, reason: String)
  /// The file that says where to listen cannot be read.
  case unreadableConnection(path: String, reason: String)
  /// The file says something else than where to listen, or what cannot be done.
  case badConnection(path: String, reason: String)
}

extension MessagingError: Explained {
  package var diagnostic: Diagnostic {
    switch self {
    case .noLibrary:
      Diagnostic(
        code: .missingZeroMQ,
        "Jupyter's messages need libzmq, and \(ZeroMQFunctions.libraryName) is not found",
        hints: [.help("`apt-get install libzmq5` in a shell")])
    case .otherLibrary(let name):
      Diagnostic(
        code: .missingZeroMQ,
        "\(ZeroMQFunctions.libraryName) is not of libzmq 4: it has no \(name)",
        hints: [.help("`apt-get install libzmq5` in a shell")])
    case .socketFailed(let what, let reason):
      Diagnostic(
        code: .failedSocket, "libzmq failed at \(what): \(reason)",
        hints: [.help("Jupyter gives new addresses when it starts the kernel again")])
    case .unreadableConnection(let path, let reason):
      Diagnostic(
        code: .badConnectionFile, "cannot read \(path): \(reason)",
        hints: [.help("Jupyter writes this file, and starts the kernel with its name")])
    case .badConnection(let path, let reason):
      Diagnostic(
        code: .badConnectionFile, "\(path) does not say where to listen: \(reason)",
        hints: [.help("Jupyter writes this file, and starts the kernel with its name")])
    }
  }
}

extension DiagnosticCode {
  /// Every code of messages.
  package static let ofMessages: [DiagnosticCode] = [
    .missingZeroMQ, .failedSocket, .badConnectionFile,
  ]

  static let missingZeroMQ = DiagnosticCode(
    "R407", "messages without libzmq",
    "Jupyter talks to its kernels through libzmq 4: on Debian the package libzmq5. It is looked for "
      + "when `ft jupyter kernel` starts; all else of ft does without.")

  static let failedSocket = DiagnosticCode(
    "R284", "messages that cannot be exchanged",
    "The kernel could not listen where Jupyter said: another program has the port, most likely. "
      + "Starting the kernel again gives it new ones.")

  static let badConnectionFile = DiagnosticCode(
    "R285", "connection file that cannot be used",
    "Jupyter starts a kernel with the name of a JSON file that says where to listen, on this machine, "
      + "and with which key messages are signed. `ft jupyter install` has it do so; nobody writes such "
      + "a file by hand.")
}
