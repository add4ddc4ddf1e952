import Foundation
package import Serialization

/// Where a kernel listens, and the key of its messages: what Jupyter writes before it starts one.
package struct ConnectionFile: Hashable, Sendable {
  /// What a kernel listens for, each on a socket of its own, by the names in the file.
  package enum Port: String, CaseIterable, Sendable {
    case shell = "shell_port"
    case control = "control_port"
    case stdin = "stdin_port"
    case iopub = "iopub_port"
    case heartbeat = "hb_port"
  }

  /// How the addresses are reached.
  private enum Transport: String {
    case tcp
    case ipc
  }

  /// The key that signs messages; empty for messages without signatures.
  package let key: [UInt8]
  private let transport: Transport
  private let host: String
  private let ports: [Port: Int]

  /// The most bytes that such a file has.
  private static let largestSize = 1 << 20
  private static let portRange = 1...65_535

  /// The address of a port, as libzmq takes it.
  package func address(of port: Port) -> String {
    let number = ports[port] ?? 0
    switch transport {
    case .tcp: return "tcp://\(host.contains(":") ? "[\(host)]" : host):\(number)"
    case .ipc: return "ipc://\(host)-\(number)"
    }
  }

  /// The ports' numbers by their names, as `connect_reply` has them.
  package var portNumbers: JSONObject {
    JSONObject(Port.allCases.map { ($0.rawValue, .integer(ports[$0] ?? 0)) })
  }

  /// Reads a file.
  ///
  /// - Throws: ``MessagingError/unreadableConnection(path:reason:)``,
  ///   ``MessagingError/badConnection(path:reason:)``.
  package init(path: String) throws(MessagingError) {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw .unreadableConnection(
        path: path, reason: String(cString: strerror(errno)).lowercased())
    }
    guard let data = try? file.read(upToCount: Self.largestSize + 1) else {
      throw .unreadableConnection(path: path, reason: "it is a folder, or cannot be read")
    }
    guard data.count <= Self.largestSize else {
      throw .badConnection(path: path, reason: "it is larger than 1 MB")
    }
    try self.init(Array(data), path: path)
  }

  /// Reads a file's bytes.
  package init(_ bytes: [UInt8], path: String) throws(MessagingError) {
    func bad(_ reason: String) -> MessagingError { .badConnection(path: path, reason: reason) }
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes) } catch {
      throw bad("it is no JSON, \(error.message)")
    }
    func text(_ name: String) throws(MessagingError) -> String {
      guard let text = json[name]?.string else { throw bad("`\(name)` is missing, or is no text") }
      return text
    }
    guard let transport = Transport(rawValue: try text("transport")) else {
      throw bad("`transport` is neither tcp nor ipc")
    }
    let host = try text("ip")
    guard transport == .ipc || Self.isLoopback(host) else {
      throw bad("`ip` is \(host), and a kernel listens to this machine alone, such as 127.0.0.1")
    }
    let scheme = try text("signature_scheme")
    guard scheme == "hmac-sha256" else {
      throw bad("`signature_scheme` is \(scheme), and only hmac-sha256 is known")
    }
    var ports: [Port: Int] = [:]
    for port in Port.allCases {
      guard let number = json[port.rawValue]?.int, Self.portRange.contains(number) else {
        throw bad("`\(port.rawValue)` is no number from 1 to 65535")
      }
      ports[port] = number
    }
    self.transport = transport
    self.host = host
    self.ports = ports
    key = Array(try text("key").utf8)
  }

  private static func isLoopback(_ host: String) -> Bool {
    var (old, new) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, host, &old) == 1 { return UInt32(bigEndian: old.s_addr) >> 24 == 127 }
    return host == "localhost" || (inet_pton(AF_INET6, host, &new) == 1 && host == "::1")
  }
}
