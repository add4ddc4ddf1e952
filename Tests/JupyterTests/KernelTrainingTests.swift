import Foundation
import Jupyter
import Messaging
import Notebook
import Reporting
import Serialization
import Session
import Testing

@Suite("Kernel and trainings") struct KernelTrainingTests {
  /// Waits until a training that would take for ever shows how far it is.
  private func startTraining(_ client: TestKernel) async throws -> Message {
    let request = try client.send("execute_request", ["code": "train 1000000 steps"])
    while true {
      let message = try await client.publishedMessage()
      guard message.parent == request.header, message.type == "display_data" else { continue }
      let own = message.content["metadata"]?["tunebook"]
      if own?["progress"] == true { return request }
    }
  }

  @Test(
    "an interrupt stops a training, which stays usable", arguments: ["shell", "control", "signal"])
  func interrupt(way: String) async throws {
    let client = try await TestKernel()
    try await client.prepare()
    let training = try await startTraining(client)
    let waiting = try client.send("execute_request", ["code": "print 1"])
    switch way {
    case "signal": client.kernel.interrupt()
    case "control":
      let wish = try client.send("interrupt_request", on: client.control)
      #expect(try await client.reply(to: wish, on: client.control) == ["status": "ok"])
    default:
      let wish = try client.send("interrupt_request")
      #expect(try await client.reply(to: wish) == ["status": "ok"])
    }
    let reply = try await client.reply(to: training)
    #expect(reply["status"] == "error" && reply["ename"] == "stopped")
    // What was asked for after it built on it, and is not run.
    #expect(try await client.reply(to: waiting)["status"] == "aborted")
    #expect(try await client.run("eval dev").status == "ok")
    #expect(try await client.run("train 1 step").status == "ok")
  }

  @Test func cellsThatDoNotDependOnItRunAfterAFailure() async throws {
    let client = try await TestKernel()
    try await client.prepare()
    let training = try client.send(
      "execute_request", ["code": "train 2 steps\n1 / 0", "stop_on_error": false])
    let waiting = try client.send("execute_request", ["code": "print 1"])
    #expect(try await client.reply(to: training)["status"] == "error")
    #expect(try await client.reply(to: waiting)["status"] == "ok")
  }

  @Test func progressIsOneDisplayThatChanges() async throws {
    let client = try await TestKernel()
    try await client.prepare()
    let training = try await startTraining(client)
    var updates: [Message] = []
    var rest: [Message] = []
    while rest.last?.content["execution_state"] != "idle" {
      let message = try await client.publishedMessage()
      guard message.parent == training.header else { continue }
      if message.type == "update_display_data" { updates.append(message) }
      if updates.count == 3 { client.kernel.interrupt() }
      rest.append(message)
    }
    #expect(rest.allSatisfy { $0.type != "stream" })
    let ids = Set(updates.map { $0.content["transient"]?["display_id"]?.string })
    #expect(ids.count == 1 && ids.first != Optional.none)
    #expect(updates[0].content["data"]?["text/html"]?.string?.contains("<progress") == true)
    #expect(updates[1].content["data"]?["text/html"]?.string?.contains("<svg") == true)
    #expect(updates.last?.content["data"]?["text/html"] == nil, "a summary stays")
    #expect(rest.contains { $0.content["data"]?["image/svg+xml"] != nil }, "and the curve")
  }

  @Test func endsDuringATraining() async throws {
    let client = try await TestKernel()
    try await client.prepare()
    let training = try await startTraining(client)
    try client.send("shutdown_request", ["restart": false], on: client.control)
    #expect(try await client.reply(to: training)["status"] == "error")
    #expect(await client.hasEnded())
  }

  @Test func showsWhatARunShows() async throws {
    let client = try await TestKernel()
    try await client.prepare()
    let cells = [
      "print \"a\\nb\"", "print \"x\"; sample \"number\"; print \"y\"", "show settings",
      "let r = {a: [1, 2.5], b: \"c\"}; r", "eval dev", "help train", "\"= 3\"", "print \"| no\"",
    ]
    var code: [JSONValue] = []
    for (place, cell) in cells.enumerated() {
      let run = try await client.run(cell)
      let outputs = run.outputs.map { message -> JSONValue in
        var output = message.content
        output["output_type"] = .string(message.type)
        return .object(output)
      }
      code.append([
        "cell_type": "code", "source": .string(cell), "execution_count": .integer(place + 2),
        "outputs": .array(outputs),
      ])
    }
    let file: JSONValue = ["cells": .array(code), "nbformat": 4]
    let notebook = try JupyterNotebook(SourceFile(.file("a"), file.text), path: "a.ipynb")
    let shown = notebook.markdown(for: "a.ft.md").notebook.cells.map {
      ($0.output?.lines ?? []).map { OutputLine($0) }
    }
    let runner = client.kernel.runner
    #expect(shown == runner.transcript.cells.dropFirst().map(\.outputLines))
  }
}
