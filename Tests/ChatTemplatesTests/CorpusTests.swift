import ChatTemplates
import Foundation
import Serialization
import Testing

/// Holds templates of other people against what transformers wrote of them: scripts/dev/chat-templates
/// makes the file that the variable names, and runs this.
@Suite(
  "Chat templates of others",
  .enabled(if: ProcessInfo.processInfo.environment["FT_CHAT_TEMPLATES"] != nil))
struct ChatTemplateCorpusTests {
  @Test("are written as by transformers, or refused") func corpus() throws {
    let path = try #require(ProcessInfo.processInfo.environment["FT_CHAT_TEMPLATES"])
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    var count = 0
    var refused = 0
    for line in lines {
      let golden = try JSONValue(parsing: Array(line.utf8))
      let name = golden["name"]?.string ?? ""
      count += 1
      let written = Result { () throws(ChatTemplateError) in
        try ChatTemplate(source: golden["source"]?.string ?? "").render(
          golden["messages"]?.array?.compactMap(\.object) ?? [],
          addingGenerationPrompt: golden["prompt"]?.bool ?? false,
          variables: ["bos_token": "<s>", "eos_token": "</s>"],
          fields: golden["fields"]?.object ?? [:],
          now: ChatTemplateTime(year: 2025, month: 3, day: 9, hour: 15, minute: 4))
      }
      switch written {
      case .success(let chat):
        #expect(chat.text == golden["text"]?.string, "\(name)")
        let spans = chat.generated.map { [$0.lowerBound, $0.upperBound] }
        #expect(
          spans == golden["generated"]?.array?.map { $0.array?.compactMap(\.int) ?? [] }, "\(name)")
      case .failure(let error):
        guard golden["text"]?.string != nil else { continue }
        refused += 1
        print("\(name): \(error.message)")
      }
    }
    #expect(refused * 50 <= count, "\(refused) of \(count) refused")
  }
}
