import Checkpoints
import Serialization
import TestSupport
import Testing
import Tokenizers

/// Tokenizers in GGUF files, against the ids of the tokenizers that these were made of.
@Suite("A tokenizer of a GGUF file") struct GGUFTokenizerTests {
  private static let folder = GoldenModel.fixtures + "/gguf"

  private func tokenizer(_ name: String) throws -> (tokenizer: Tokenizer, file: GGUFTokenizer) {
    let parts = try GGUFParts(path: "\(Self.folder)/tokenizer-\(name).gguf")
    let file = try GGUFTokenizer(parts.settings, path: parts.path)
    return (try Tokenizer(fileContents: file.description), file)
  }

  @Test(
    "gives the ids of the one it was made of",
    arguments: [
      "gpt-2", "smollm", "llama-bpe", "qwen2", "llama", "gemma", "bert", "bert-cased",
    ])
  func ids(name: String) throws {
    let path = "\(Self.folder)/tokenizer-\(name).json"
    let golden = try JSONValue(parsing: OpenFile.contents(of: path, limit: 1 << 20))
    let cases = try #require(golden["cases"]?.array)
    #expect(cases.count >= 10)
    let (tokenizer, _) = try tokenizer(name)
    for one in cases {
      let text = try #require(one["text"]?.string)
      guard let ids = one["ids"]?.array else { continue }
      #expect(tokenizer.encode(text).map(Int.init) == ids.compactMap(\.int), "\(text)")
      // Words lose their capitals, accents and spaces.
      guard !name.hasPrefix("bert") else { continue }
      let back = tokenizer.decode(tokenizer.encode(text), skippingSpecialTokens: false)
      #expect(back == text, "\(name)")
    }
  }

  @Test("begins texts as the file says, and knows its special tokens") func special() throws {
    let (tokenizer, file) = try tokenizer("llama")
    #expect(file.beginID == 1 && file.stopIDs == [2])
    #expect(tokenizer.encode("a", addingSpecialTokens: true).first == 1)
    #expect(tokenizer.isSpecial(2) && file.config["eos_token"]?.string == "</s>")
    let plain = try self.tokenizer("gpt-2")
    #expect(plain.tokenizer.encode("", addingSpecialTokens: true) == [])
  }
}
