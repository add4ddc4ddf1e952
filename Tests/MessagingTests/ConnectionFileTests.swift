import Messaging
import Reporting
import Serialization
import Testing

@Suite("Connection files") struct ConnectionFileTests {
  private static let good: JSONObject = [
    "transport": "tcp", "ip": "127.0.0.1", "key": "k-e-y", "signature_scheme": "hmac-sha256",
    "shell_port": 1, "control_port": 2, "stdin_port": 3, "iopub_port": 4, "hb_port": 65535,
    "kernel_name": "tunebook",
  ]

  private func read(_ json: JSONObject) throws -> ConnectionFile {
    try ConnectionFile(Array(JSONValue.object(json).text.utf8), path: "c.json")
  }

  @Test func saysWhereToListen() throws {
    let file = try read(Self.good)
    #expect(file.address(of: .shell) == "tcp://127.0.0.1:1")
    #expect(file.address(of: .heartbeat) == "tcp://127.0.0.1:65535")
    #expect(file.key == Array("k-e-y".utf8))
    #expect(file.portNumbers["stdin_port"] == 3)
  }

  @Test(
    "addresses of this machine",
    arguments: [
      ("tcp", "localhost", "tcp://localhost:1"), ("tcp", "::1", "tcp://[::1]:1"),
      ("tcp", "127.3.2.1", "tcp://127.3.2.1:1"), ("ipc", "/tmp/k", "ipc:///tmp/k-1"),
    ])
  func addresses(transport: String, ip: String, address: String) throws {
    var json = Self.good
    json["transport"] = .string(transport)
    json["ip"] = .string(ip)
    #expect(try read(json).address(of: .shell) == address)
  }

  @Test(
    "refuses what cannot be done",
    arguments: [
      ("ip", "0.0.0.0", "this machine alone"), ("ip", "*", "this machine alone"),
      ("ip", "192.168.0.1", "this machine alone"), ("ip", 3, "`ip` is missing"),
      ("ip", "127.0.0.1.example.org", "this machine alone"),
      ("transport", "udp", "neither tcp nor ipc"), ("shell_port", 0, "`shell_port` is no number"),
      ("hb_port", 65536, "`hb_port` is no number"),
      ("iopub_port", "4", "`iopub_port` is no number"),
      ("signature_scheme", "hmac-md5", "only hmac-sha256"), ("key", nil, "`key` is missing"),
    ] as [(String, JSONValue, String)])
  func refuses(name: String, value: JSONValue, part: String) {
    var json = Self.good
    json[name] = value.isNull ? Optional.none : value
    let error = #expect(throws: MessagingError.self) { try read(json) }
    #expect(error?.diagnostic.message.contains(part) == true)
    #expect(error?.diagnostic.hints.isEmpty == false)
  }

  @Test func refusesWhatIsNoJSON() {
    for text in ["", "{", "[]", "3"] {
      #expect(throws: MessagingError.self) {
        try ConnectionFile(Array(text.utf8), path: "c.json")
      }
    }
    #expect(throws: MessagingError.self) { try ConnectionFile(path: "/nowhere/c.json") }
    #expect(throws: MessagingError.self) { try ConnectionFile(path: "/") }
  }
}
