import Foundation
import Serialization
import Testing
import Tokenizers

/// Folders whose tokenizer is no tokenizer.json; made by scripts/dev/fixtures/tokenizer_folders.py.
@Suite("TokenizerFiles") struct TokenizerFilesTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/folders")

  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).sorted()

  private static func bytes(_ name: String, _ file: String) -> [UInt8]? {
    (try? Data(contentsOf: root.appending(path: "\(name)/\(file)"))).map(Array.init)
  }

  private static func object(_ name: String, _ file: String) throws -> JSONObject {
    try JSONValue(parsing: bytes(name, file) ?? []).object ?? [:]
  }

  private static func files(_ name: String) throws -> TokenizerFiles {
    var files: [String: [UInt8]] = [:]
    for file in TokenizerFiles.names + TokenizerFiles.additions { files[file] = bytes(name, file) }
    let kind = try object(name, "config.json")["model_type"]?.string
    return TokenizerFiles(files, config: try object(name, "tokenizer_config.json"), modelType: kind)
  }

  @Test("give the ids of the reference", arguments: names)
  func goldens(name: String) throws {
    let tokenizer = try Tokenizer(Self.files(name))
    let goldens = try JSONValue(parsing: Self.bytes(name, "goldens.json") ?? []).array ?? []
    #expect(goldens.count == 12)
    // What is saved is a tokenizer.json that says the same.
    let saved = try Tokenizer(fileContents: tokenizer.fileContents)
    for golden in goldens {
      let text = golden["text"]?.string ?? ""
      let ids = (golden["ids"]?.array ?? []).compactMap { $0.int.map(Int32.init) }
      let all = (golden["idsWithSpecialTokens"]?.array ?? []).compactMap { $0.int.map(Int32.init) }
      for tokenizer in [tokenizer, saved] {
        #expect(tokenizer.encode(text) == ids, "\(text)")
        #expect(tokenizer.encode(text, addingSpecialTokens: true) == all, "\(text)")
      }
    }
  }

  @Test("are of fifteen kinds")
  func kinds() { #expect(Self.names.count == 15) }

  @Test("know the special tokens that go without saying")
  func specialNames() throws {
    #expect(try Tokenizer(Self.files("llama")).specialNames["eos_token"] == "</s>")
    #expect(try Tokenizer(Self.files("gpt2")).specialNames["eos_token"] == "<|endoftext|>")
  }

  @Test("keep a tokenizer.json that lacks nothing as it is, and complete one that does")
  func completing() throws {
    let bytes = file(parts: #""added_tokens": [{"id": 4, "content": "<s>", "special": true}]"#)
    let whole = try Tokenizer(
      TokenizerFiles(["tokenizer.json": bytes], config: ["bos_token": "<s>"]))
    #expect(whole.fileContents == bytes)
    let config: JSONObject = [
      "eos_token": ["content": "</s>", "lstrip": true],
      "added_tokens_decoder": ["5": ["content": "<x>", "special": true]],
    ]
    let completed = try Tokenizer(TokenizerFiles(["tokenizer.json": bytes], config: config))
    #expect(completed.id(of: "<x>") == 5)
    #expect(completed.id(of: "</s>") == 6)
    #expect(completed.encode("a </s>b<x>") == [0, 6, 1, 5])
    #expect(completed.isSpecial(6))
  }

  @Test(
    "refuse what they cannot read",
    arguments: [
      ([:], TokenizerError.noTokenizerFile(names: TokenizerFiles.names)),
      (["tokenizer.model": "\u{FF}"], .notSentencePiece(offset: 2)),
      (["tokenizer.model": "YQ== 0\nYg== x\n"], malformedRank),
      (["qwen.tiktoken": "YQ== 0\nYQ== 1\n"], .duplicateToken(token: "a", ids: [0, 1])),
      (["vocab.json": "{}", "merges.txt": "a b c\n"], malformedMerge),
    ])
  func refusals(files: [String: String], error: TokenizerError) {
    #expect(throws: error) { try Tokenizer(TokenizerFiles(files.mapValues { Array($0.utf8) })) }
    #expect(!error.message.isEmpty)
  }

  private static let malformedRank = TokenizerError.malformedLine(
    file: "tokenizer.model", line: 2, expected: "a token in Base64 and its rank")
  private static let malformedMerge = TokenizerError.malformedLine(
    file: "merges.txt", line: 1, expected: "two tokens")

  @Test("name a class that reads its file in a way of its own")
  func unknownClass() throws {
    let bytes = try #require(Self.bytes("llama", "tokenizer.model"))
    let files = TokenizerFiles(
      ["tokenizer.model": bytes], config: ["tokenizer_class": "CamembertTokenizer"])
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(files) }
    #expect(error?.message.contains("CamembertTokenizer") == true)
  }

  @Test("never trap on a model that is cut short or has a byte changed")
  func damaged() throws {
    let whole = try #require(Self.bytes("pieces-weighed", "tokenizer.model"))
    for end in stride(from: 0, to: whole.count, by: 211) {
      _ = try? Tokenizer(TokenizerFiles(["tokenizer.model": Array(whole[..<end])]))
    }
    for place in stride(from: 0, to: whole.count, by: 101) {
      var damaged = whole
      damaged[place] ^= 0x11
      if let tokenizer = try? Tokenizer(TokenizerFiles(["tokenizer.model": damaged])) {
        #expect(tokenizer.encode("the tune").count < 100)
      }
    }
  }
}
