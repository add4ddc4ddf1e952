import Foundation
import Messaging
import Serialization
import Testing

@Suite("Kernel") struct KernelTests {
  @Test func publishesInOrderAndThenReplies() async throws {
    let client = try await TestKernel()
    let request = try client.send("execute_request", ["code": "print \"a\"\nprint \"b\"\n1 + 2"])
    let messages = try await client.publications(for: request)
    #expect(messages.map(\.type) == ["execute_input", "stream", "execute_result"])
    #expect(messages[0].content["code"] == "print \"a\"\nprint \"b\"\n1 + 2")
    #expect(messages[1].content == ["name": "stdout", "text": "a\nb\n"])
    #expect(messages[2].content["data"]?["text/plain"] == "3")
    #expect(messages.dropFirst(2).allSatisfy { $0.content["execution_count"] == 1 })
    let reply = try await client.reply(to: request)
    #expect(reply["status"] == "ok" && reply["execution_count"] == 1)
    #expect(try await client.run("Out[1] + 1").outputs.first?.content["data"]?["text/plain"] == "4")
  }

  @Test func aFailureIsOneMessageWithTheLineToType() async throws {
    let client = try await TestKernel()
    for code in ["prnt 1", "1 / 0", "print 1 2 3", "load model \"nowhere\"", ":save a.ft"] {
      let run = try await client.run(code)
      #expect(run.outputs.map(\.type) == ["error"], "\(code)")
      let fields = try #require(run.outputs.first?.content)
      #expect(run.status == "error" && run.reply["ename"] == fields["ename"])
      #expect(fields["ename"]?.string?.count == 4, "\(code)")
      let text = fields["traceback"]?.array?.compactMap(\.string).joined() ?? ""
      if !["1 / 0", "print 1 2 3"].contains(code) {
        #expect(text.contains("try: ") || text.contains("help: "), "\(code)")
      }
    }
  }

  @Test func silentCellsPublishNothingAndDoNotCount() async throws {
    let client = try await TestKernel()
    let request = try client.send("execute_request", ["code": "print 1", "silent": true])
    #expect(try await client.reply(to: request)["status"] == "ok")
    #expect(try await client.publications(for: request).isEmpty)
    let unkept = try client.send("execute_request", ["code": "1", "store_history": false])
    #expect(try await client.reply(to: unkept)["execution_count"] == 1)
    #expect(try await client.run("2").reply["execution_count"] == 1)
    #expect(try await client.run("3").reply["execution_count"] == 2)
  }

  @Test func expressionsAreWorkedOutBesideTheCell() async throws {
    let client = try await TestKernel()
    let reply = try await client.ask(
      "execute_request",
      ["code": "let a = 2", "user_expressions": ["twice": "a * 2", "bad": "nothing"]])
    #expect(reply["user_expressions"]?["twice"]?["data"]?["text/plain"] == "4")
    #expect(reply["user_expressions"]?["bad"]?["status"] == "error")
  }

  @Test func strangersAndNonsenseAreNobody() async throws {
    let client = try await TestKernel()
    let wrong = MessageSigner(key: Array("wrong".utf8))
    let message = client.maker.message("execute_request", ["code": "print 1"])
    let good = message.frames(signedBy: client.signer)
    for socket in [client.shell, client.control] {
      try socket.send(message.frames(signedBy: wrong))
      for cut in 0..<(good.count - 1) { try socket.send(Array(good[0...cut]) + [[]]) }
      try socket.send([[0xFF, 0xFE], [], [1]])
      for bytes in [[], [0x7B], Array(repeating: UInt8(ascii: "["), count: 100_000)] {
        let parts = [bytes, bytes, bytes, bytes]
        try socket.send(
          [Array("<IDS|MSG>".utf8), client.signer.signature(of: parts)] + parts)
      }
      for type in ["", "no_such_request", "execute_reply", "comm_msg"] {
        try client.send(type, on: socket)
      }
    }
    #expect(try await client.ask("kernel_info_request")["status"] == "ok")
  }

  @Test(
    "contents of any shape are answered",
    arguments: [
      "execute", "complete", "inspect", "is_complete", "history", "comm_info", "kernel_info",
      "connect",
    ])
  func contentsOfAnyShape(type: String) async throws {
    let client = try await TestKernel()
    let values: [JSONValue] = [
      nil, 1, -1, 1e300, "x", "é", [], [:], true, .integer(.max), .integer(.min),
    ]
    let names = [
      "code", "cursor_pos", "n", "session", "start", "stop", "hist_access_type", "pattern",
      "user_expressions", "silent",
    ]
    for value in values {
      for other in [JSONValue.null, "search", "range"] {
        var content = JSONObject(names.map { ($0, value) })
        if other != .null { content["hist_access_type"] = other }
        if value == true { content["code"] = "load model é" }
        let reply = try await client.ask("\(type)_request", content)
        #expect(reply["status"]?.string != nil)
      }
    }
  }

  @Test func theHeartbeatEchoes() async throws {
    let client = try await TestKernel()
    for bytes in [[1, 2, 3], [UInt8](repeating: 7, count: 300)] {
      try client.heartbeat.send([bytes])
      #expect(try await client.frames(of: client.heartbeat) == [bytes])
    }
  }

  @Test func endsWhenItIsToldTo() async throws {
    let client = try await TestKernel()
    let request = try client.send("shutdown_request", ["restart": true], on: client.control)
    let reply = try await client.reply(to: request, on: client.control)
    #expect(reply == ["status": "ok", "restart": true])
    #expect(try await client.publications(for: request).map(\.type) == ["shutdown_reply"])
    #expect(await client.hasEnded())
  }

  @Test func quitAsksTheFrontEndToLeave() async throws {
    let client = try await TestKernel()
    let reply = try await client.run("quit").reply
    #expect(reply["payload"] == [["source": "ask_exit", "keepkernel": false]])
  }

  @Test func whatFrontEndsOpenIsClosedAgain() async throws {
    let client = try await TestKernel()
    let request = try client.send("comm_open", ["comm_id": "7", "target_name": "widget"])
    let closed = try await client.publications(for: request)
    #expect(closed.map(\.type) == ["comm_close"] && closed[0].content["comm_id"] == "7")
    #expect(try await client.ask("comm_info_request")["comms"] == [:])
  }
}
