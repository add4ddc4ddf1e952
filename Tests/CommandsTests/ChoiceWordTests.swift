import Commands
import Language
import Reporting
import Testing

/// A setting takes each of its choices wherever settings are given, whatever else the word means.
@Suite("Words of settings") struct ChoiceWordTests {
  static let choices = CommandList.table.settings.flatMap { setting in
    // Whether a card is there is the machine's to say.
    setting.choices.filter { $0 != "cuda" }.map { (setting.name, $0) }
  }

  /// Every place where the value of a setting can stand, with what it is in the end shown as.
  static func places(_ name: String, _ word: String) -> [String] {
    [
      "set \(name) \(word)\nprint settings.\(name)",
      "set \(name) = \(word)\nprint settings.\(name)",
      "set \(name) (\(word))\nprint settings.\(name)",
      "set \(name) \"\(word)\"\nprint settings.\(name)",
      "set \(name) \(word), rank 8\nprint settings.\(name)",
      "set rank 8, \(name) \(word); print settings.\(name)",
      "with \(name) \(word) { print settings.\(name) }",
      "with rank 8, \(name) \(word), alpha 16 { print settings.\(name) }",
      "with \(name) (\(word)) { print settings.\(name) }",
      "with ({\(name): \(word)}) { print settings.\(name) }",
      "with ({\(name): \"\(word)\", rank: 8}) { print settings.\(name) }",
      "let point = {rank: 8, \(name): \(word)}\nwith (point) { print settings.\(name) }",
      "proc p() { set \(name) \(word) }\np()\nprint settings.\(name)",
      "if true { set \(name) \(word) }\nprint settings.\(name)",
    ]
  }

  @Test("each choice of each setting, in each place", arguments: choices)
  func everyPlace(name: String, word: String) async throws {
    for script in Self.places(name, word) {
      let bench = try Workbench()
      #expect(await bench.errorText(script) == "no error", "\(script)")
      #expect(bench.screen.split(separator: "\n").last == Substring(word), "\(script)")
    }
  }

  /// Commands and words of the language as choices: whatever word a setting may get one day.
  @Test("a choice may be a command's word, the language's or a function's")
  func reservedWords() {
    let words = CommandList.table.verbs + Keyword.all.sorted() + Builtin.all.map(\.name)
    let knob = SettingSignature("knob", .choice, choices: words, about: "any word")
    let table = CommandTable(
      CommandList.table.signatures, settings: CommandList.table.settings + [knob])
    for word in words {
      for script in Self.places("knob", word) {
        let (parsed, problems) = Script.parse(SourceFile(.cell(1), script), commands: table)
        let found = problems + Checker(commands: table).check(parsed)
        #expect(found.filter { !$0.message.contains("`settings`") }.isEmpty, "\(script)")
      }
    }
  }

  @Test("a variable of a choice's name is still a variable") func variables() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      """
      let cut = "drop"
      set long (cut)
      print settings.long
      with ({long: cut}) { print settings.long }
      set long cut
      print settings.long
      """)
    #expect(bench.screen == "drop\ndrop\ncut\n")
  }

  @Test("what is no choice is refused with the choices and a line that works")
  func refused() async throws {
    let text = await (try Workbench()).errorText("set long sample")
    #expect(text.contains("S301") || text.contains("L1"), "\(text)")
    let page = try await pageOf("long")
    for word in ["auto", "refuse", "cut", "drop", "split"] { #expect(page.contains(word)) }
  }

  private func pageOf(_ topic: String) async throws -> String {
    let bench = try Workbench()
    _ = try await bench.run("help \(topic)")
    return bench.screen
  }
}
