import Foundation
import Serialization
import Testing
import Tokenizers

/// Holds tokenizers against what the reference made of texts: scripts/dev/compat makes the file that the
/// variable names, runs this, and makes a table of what it prints.
@Suite(
  "Tokenizers beside the reference",
  .enabled(if: ProcessInfo.processInfo.environment["FT_TOKENIZERS"] != nil))
struct TokenizerCorpusTests {
  @Test("give its ids and texts, as far as they are read") func corpus() throws {
    let path = try #require(ProcessInfo.processInfo.environment["FT_TOKENIZERS"])
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    for line in lines {
      let golden = try JSONValue(parsing: Array(line.utf8))
      let name = try #require(golden["name"]?.string)
      let file = try Data(contentsOf: URL(filePath: try #require(golden["file"]?.string)))
      let tokenizer: Tokenizer
      do throws(TokenizerError) { tokenizer = try Tokenizer(fileContents: Array(file)) } catch {
        print("compared \(name)\trefused\t\(error)")
        continue
      }
      var (same, decoded, count) = (0, 0, 0)
      for text in golden["texts"]?.array ?? [] {
        let ids = text["ids"]?.array?.compactMap(\.int).map { Int32($0) } ?? []
        count += 1
        if tokenizer.encode(text["text"]?.string ?? "") == ids { same += 1 }
        let own = tokenizer.decode(ids, skippingSpecialTokens: false)
        if own == text["decoded"]?.string { decoded += 1 }
      }
      print("compared \(name)\t\(count)\t\(same)\t\(decoded)")
    }
  }
}
