import Foundation
import Messaging
import Serialization
import Terminal
import TestSupport
import Testing

@Suite("Requests") struct RequestTests {
  @Test func saysWhatItIs() async throws {
    let info = try await TestKernel().ask("kernel_info_request")
    #expect(info["language_info"]?["name"] == "tunebook")
    #expect(info["language_info"]?["file_extension"] == ".ft")
    #expect(info["protocol_version"]?.string?.hasPrefix("5.") == true)
  }

  @Test func completesAsThePromptDoes() async throws {
    let client = try await TestKernel()
    _ = try await client.run("let greeting = 3")
    for (text, cursor, matches, start, end) in [
      ("train 3 ep", 10, ["epoch", "epochs"], 8, 10), ("load mo", 7, ["model"], 5, 7),
      ("load mo data", 7, ["model"], 5, 7), ("print \"é\" + gre", 15, ["greeting"], 12, 15),
      ("zebra", 5, [], 5, 5), (":c", 2, [":clear"], 0, 2), (":save", 5, [], 5, 5),
    ] as [(String, Int, [JSONValue], Int, Int)] {
      let reply = try await client.ask(
        "complete_request", ["code": .string(text), "cursor_pos": .integer(cursor)])
      #expect(reply["matches"] == .array(matches), "\(text)")
      if !matches.isEmpty {
        #expect(reply["cursor_start"] == .integer(start) && reply["cursor_end"] == .integer(end))
      }
    }
  }

  @Test func completesTheNamesOfFiles() async throws {
    let client = try await TestKernel()
    try client.folder.put("rows.jsonl", [])
    let text = "load data \"\(client.folder.path)/ro"
    let reply = try await client.ask(
      "complete_request",
      ["code": .string(text), "cursor_pos": .integer(text.unicodeScalars.count)])
    #expect(reply["matches"] == ["rows.jsonl\""])
    #expect(reply["cursor_start"] == .integer(text.unicodeScalars.count - 2))
  }

  @Test(
    "tells of the word at the cursor",
    arguments: [
      ("train 3 epochs", 2, "train: "), ("train 3 epochs", 9, "epochs: "),
      ("load model finch", 7, "load model: "), ("load model finch", 0, "load model: "),
      ("set lr 2e-4", 5, "lr: "), ("print 1\nset batch 4", 13, "batch: "),
      ("print length([1])", 9, "length: "), ("zzz", 1, nil),
      ("", 0, nil),
      ("answers", 3, "answers = 42"),
    ] as [(String, Int, String?)])
  func inspects(text: String, cursor: Int, beginning: String?) async throws {
    let client = try await TestKernel()
    _ = try await client.run("let answers = 42")
    let reply = try await client.ask(
      "inspect_request", ["code": .string(text), "cursor_pos": .integer(cursor)])
    #expect(reply["found"] == .bool(beginning != nil))
    let page = reply["data"]?["text/plain"]?.string ?? ""
    #expect(page.hasPrefix(beginning ?? ""), "\(page.prefix(40))")
  }

  @Test(
    "knows whether an entry goes on",
    arguments: [
      ("print 1", "complete", nil), ("if true {", "incomplete", "  "),
      ("if true {\n  for i in [1,", "incomplete", "    "), ("print 1 +", "incomplete", ""),
      ("let = 2", "invalid", nil), ("?train", "complete", nil), (":clear", "complete", nil),
      ("", "complete", nil),
    ] as [(String, String, String?)])
  func isComplete(entry: String, status: String, indent: String?) async throws {
    let reply = try await TestKernel().ask("is_complete_request", ["code": .string(entry)])
    #expect(reply["status"]?.string == status && reply["indent"]?.string == indent)
  }

  @Test func remembersWhatWasEntered() async throws {
    let client = try await TestKernel(history: "history")
    for code in ["1 + 1", "let a = 2", "a", "1 + 1", "# words"] { _ = try await client.run(code) }
    func history(_ asked: JSONObject) async throws -> [JSONValue] {
      try await client.ask("history_request", asked)["history"]?.array ?? []
    }
    #expect(
      try await history(["hist_access_type": "tail", "n": 2]) == [
        [2, 4, "1 + 1"], [2, 5, "# words"],
      ])
    #expect(
      try await history(["hist_access_type": "tail", "n": 3, "output": true]).first
        == [2, 3, ["a", "2"]])
    #expect(
      try await history(["hist_access_type": "range", "session": 0, "start": 2, "stop": 4])
        == [[2, 2, "let a = 2"], [2, 3, "a"]])
    #expect(try await history(["hist_access_type": "search", "pattern": "1*"]).count == 2)
    #expect(
      try await history(["hist_access_type": "search", "pattern": "1*", "unique": true])
        == [[2, 4, "1 + 1"]])
    #expect(
      try await history(["hist_access_type": "search", "pattern": "?", "n": 1]) == [[2, 3, "a"]])
    let file = HistoryFile(path: client.folder.path + "/history")
    #expect(try file.load().map(\.text) == ["let a = 2", "a", "1 + 1", "# words"])
  }

  @Test func helpIsAPageBesideTheNotebook() async throws {
    let client = try await TestKernel()
    for code in ["?train", "train?"] {
      let run = try await client.run(code)
      #expect(run.outputs.isEmpty)
      let page = run.reply["payload"]?.array?.first
      #expect(page?["source"] == "page")
      #expect(page?["data"]?["text/plain"]?.string?.hasPrefix("train: ") == true)
    }
    #expect(try await client.run("help train").outputs.map(\.type) == ["display_data"])
    #expect(try await client.run("?zzzz").status == "error")
    #expect(try await client.run(":clear").outputs.map(\.type) == ["clear_output"])
  }
}
