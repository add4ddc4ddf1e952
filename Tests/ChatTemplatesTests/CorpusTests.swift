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
    // Of each template: renderings that are the same, refused by both, and all; masks that are the same,
    // and all.
    var table: [String: [Int]] = [:]
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
      let template = name.split(separator: ",").first.map(String.init) ?? ""
      var counts = table[template] ?? [0, 0, 0, 0, 0]
      counts[2] += 1
      defer { table[template] = counts }
      switch written {
      case .success(let chat):
        if chat.text == golden["text"]?.string { counts[0] += 1 }
        #expect(chat.text == golden["text"]?.string, "\(name)")
        let spans = chat.generated.map { [$0.lowerBound, $0.upperBound] }
        let wanted = golden["generated"]?.array?.map { $0.array?.compactMap(\.int) ?? [] } ?? []
        #expect(spans == wanted, "\(name)")
        if !wanted.isEmpty {
          counts[4] += 1
          if spans == wanted { counts[3] += 1 }
        }
      case .failure(let error):
        guard golden["text"]?.string != nil else {
          counts[1] += 1
          continue
        }
        refused += 1
        print("\(name): \(error.message)")
      }
    }
    #expect(refused * 50 <= count, "\(refused) of \(count) refused")
    // What scripts/dev/compat makes a table of.
    for (name, counts) in table.sorted(by: { $0.key < $1.key }) {
      print("compared \(name)\t" + counts.map(String.init).joined(separator: "\t"))
    }
  }
}
