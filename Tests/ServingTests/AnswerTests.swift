import CUDA
import CUDAEmulation
import Foundation
import Serialization
import Testing

@testable import Serving

@Suite("Answers by the API", .serialized) struct AnswerTests {
  private static func asked(_ more: JSONObject) -> JSONValue {
    var fields: JSONObject = [
      "model": "finch", "max_completion_tokens": 16, "seed": 4,
      "messages": [["role": "user", "content": "Do you sell tea?"]],
    ]
    for (key, value) in more.entries { fields[key] = value }
    return .object(fields)
  }

  @Test("pieces make the whole, alone and among others") func streams() async throws {
    let desk = try await Desk()
    let whole = try await desk.ask("POST", "/v1/chat/completions", Self.asked([:]))
    let text = try #require(JobTests.text(whole))
    let streams = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<12 {
        group.addTask {
          try await desk.events("POST", "/v1/chat/completions", Self.asked(["stream": true]))
            .compactMap { $0["choices"]?.array?.first?["delta"]?["content"]?.string }.joined()
        }
      }
      var texts: [String] = []
      for try await text in group { texts.append(text) }
      return texts
    }
    #expect(streams == Array(repeating: text, count: 12))
    let several = try await desk.ask("POST", "/v1/chat/completions", Self.asked(["n": 3]))
    let texts = (several["choices"]?.array ?? []).compactMap { $0["message"]?["content"]?.string }
    #expect(texts.count == 3 && texts.first == text && Set(texts).count > 1)
    let usage = several["usage"]
    #expect(
      usage?["total_tokens"]?.int == (usage?["prompt_tokens"]?.int ?? 0)
        + (usage?["completion_tokens"]?.int ?? 0))
    await desk.close()
  }

  @Test("a card answers as the processor does", .enabled(if: ft_emulation_runs_here()))
  func card() async throws {
    let card = CUDADevice(
      try Card(number: 0, findingFunctionsBy: { ft_emulated_function($0) }))
    var texts: [String?] = []
    for desk in [try await Desk(), try await Desk(device: card)] {
      let reply = try await desk.ask(
        "POST", "/v1/chat/completions", Self.asked(["max_completion_tokens": 3]))
      texts.append(JobTests.text(reply))
      await desk.close()
    }
    #expect(texts[0]?.isEmpty == false && texts[0] == texts[1])
  }

  @Test("answers are held to a schema, alone and among others") func forms() async throws {
    let desk = try await Desk()
    let schema: JSONValue = [
      "type": "object", "additionalProperties": false, "required": ["kind", "count"],
      "properties": ["kind": ["enum": ["tea", "lamp"]], "count": ["type": "integer"]],
    ]
    let format: JSONObject = [
      "max_completion_tokens": 60,
      "response_format": [
        "type": "json_schema", "json_schema": ["name": "order", "strict": true, "schema": schema],
      ],
    ]
    let texts = try await withThrowingTaskGroup(of: String?.self) { group in
      for _ in 0..<4 {
        group.addTask {
          JobTests.text(
            try await desk.ask("POST", "/v1/chat/completions", Self.asked(format)))
        }
        group.addTask {
          _ = try await desk.ask("POST", "/v1/chat/completions", Self.asked([:]))
          return nil
        }
      }
      return try await group.reduce(into: []) { texts, text in texts += text.map { [$0] } ?? [] }
    }
    let value = try JSONValue(parsing: Array(try #require(texts.first).utf8))
    #expect(["tea", "lamp"].contains(value["kind"]?.string) && value["count"]?.int != nil)
    #expect(Set(texts).count == 1 && texts.count == 4)
    let bad = try await desk.refusal(
      "POST", "/v1/chat/completions",
      Self.asked([
        "response_format": [
          "type": "json_schema", "json_schema": ["name": "x", "schema": ["not": ["type": "null"]]],
        ]
      ]))
    #expect(bad.code == "invalid_json_schema", "\(bad)")
    await desk.close()
  }

  @Test("likelihoods and biases of tokens") func likelihoods() async throws {
    let desk = try await Desk()
    let told = try await desk.ask(
      "POST", "/v1/chat/completions",
      Self.asked(["temperature": 0, "logprobs": true, "top_logprobs": 2]))
    let choice = told["choices"]?.array?.first
    let content = try #require(choice?["logprobs"]?["content"]?.array)
    #expect(content.count == told["usage"]?["completion_tokens"]?.int)
    for token in content {
      let top = token["top_logprobs"]?.array ?? []
      #expect(top.count == 2 && top.first?["token"] == token["token"])
      #expect((token["logprob"]?.double ?? 1) <= 0)
    }
    let bytes = content.flatMap { ($0["bytes"]?.array ?? []).compactMap(\.int) }
    #expect(
      String(decoding: bytes.map { UInt8($0) }, as: UTF8.self).hasSuffix(JobTests.text(told) ?? "?")
    )
    // The token that was written first, forbidden.
    let plain = try await desk.ask(
      "POST", "/v1/completions",
      ["model": "finch", "prompt": "Do you", "max_tokens": 1, "temperature": 0, "logprobs": 5])
    let first = plain["choices"]?.array?.first
    #expect(first?["logprobs"]?["top_logprobs"]?.array?.first?.object?.count == 5)
    let forced = try await desk.ask(
      "POST", "/v1/completions",
      [
        "model": "finch", "prompt": "Do you", "max_tokens": 1, "temperature": 0,
        "logit_bias": ["300": 100],
      ])
    #expect(forced["choices"]?.array?.first?["text"] != first?["text"])
    await desk.close()
  }

  @Test("what is wrong is refused by its field") func refusals() async throws {
    let desk = try await Desk()
    let cases: [(JSONObject, Int, String?)] = [
      (["temperature": 3], 400, "temperature"), (["messages": []], 400, "messages"),
      (["messages": [["role": "robot", "content": "x"]]], 400, "messages[0]"),
      (["model": "none"], 404, "model"), (["n": 0], 400, "n"), (["stop": 4], 400, "stop"),
      (["max_completion_tokens": "many"], 400, "max_completion_tokens"),
      (["presence_penalty": 1], 400, "presence_penalty"),
      (
        [
          "messages": [
            ["role": "user", "content": .string(String(repeating: "word ", count: 3000))]
          ]
        ], 400, "messages"
      ),
    ]
    for (fields, status, param) in cases {
      let error = try await desk.refusal("POST", "/v1/chat/completions", Self.asked(fields))
      #expect(error.status == status && error.param == param, "\(fields): \(error)")
    }
    #expect(try await desk.refusal("GET", "/v1/nothing").status == 404)
    #expect(try await desk.refusal("DELETE", "/v1/chat/completions").status == 405)
    await desk.close()
  }

  @Test("calls of tools are found in each form") func toolCalls() {
    let call = ToolCalls.Call(name: "weather", arguments: ["city": "Oslo"])
    let forms = [
      "Let me look. <tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>",
      "Let me look. [TOOL_CALLS][{\"name\": \"weather\", \"arguments\": {\"city\": \"Oslo\"}}]",
    ]
    for form in forms {
      let found = ToolCalls(in: form)
      #expect(found.calls == [call] && found.text == "Let me look.")
    }
    #expect(
      ToolCalls(in: "<|python_tag|>{\"name\":\"weather\",\"parameters\":{\"city\":\"Oslo\"}}").calls
        == [call])
    for text in ["no call", "{\"name\": 3}", "<tool_call>{\"name\": \"a\"", "[TOOL_CALLS][{}]"] {
      #expect(ToolCalls(in: text).calls.isEmpty && ToolCalls(in: text).text == text)
    }
  }

  @Test("forms are taken apart, and cut ones refused") func multipart() throws {
    let body =
      "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".jsonl\"\r\n\r\n{}\r\n--\r\n--x--\r\n"
    let type = "multipart/form-data; boundary=x"
    let form = try MultipartForm(Array(body.utf8), contentType: type)
    #expect(form.text("purpose") == "fine-tune")
    #expect(form.file("file")?.fileName == "a \"b\".jsonl")
    #expect(form.file("file").map { String(decoding: $0.bytes, as: UTF8.self) } == "{}\r\n--")
    for end in 0..<(body.utf8.count - 4) {
      #expect(throws: APIError.self) {
        try MultipartForm(Array(body.utf8.prefix(end)), contentType: type)
      }
    }
  }

  @Test("weights come as files") func weights() async throws {
    let desk = try await Desk()
    let reply = try await desk.service.answer(
      APIRequest(method: "GET", target: "/v1/models/finch/weights?format=gguf&type=q8_0"))
    guard case .file(let path, _, let name, true) = reply else {
      return #expect(Bool(false), "\(reply)")
    }
    #expect(name == "finch.gguf")
    #expect(FileManager.default.contents(atPath: path)?.prefix(4) == Data("GGUF".utf8))
    let error = try await desk.refusal("GET", "/v1/models/finch/weights?format=peft")
    #expect(error.status == 400)
    await desk.close()
  }
}
