import Language
import Serialization
import Session
import SettingDeclarations
import TestSupport
import Testing

/// Every setting, by its declaration: typed, shown, kept, and compared by a training's checkpoint.
@Suite("Every setting") struct SettingTests {
  static let names = Settings.all.map(\.name)

  private func setting(_ name: String) throws -> Setting<Settings> {
    try #require(Settings.named(name))
  }

  /// A value as it is typed, in quotes where it is no word of the setting's.
  private func typed(_ value: SettingValue, for setting: Setting<Settings>) -> String {
    if case .text(let text) = value, !setting.choices.contains(text) { return "\"\(text)\"" }
    return value.text
  }

  @Test("names and other words for them mean one thing each") func unambiguous() {
    let words = Settings.all.flatMap { [$0.name] + $0.synonyms }
    #expect(Set(words).count == words.count)
  }

  @Test("is set by what it may be, listed as set, and goes back", arguments: names)
  func typed(name: String) async throws {
    let setting = try setting(name)
    let first = setting.value(in: Settings())
    let other = try #require(setting.otherValue(than: Settings()))
    let bench = try Workbench()
    let value = try await bench.run(
      "set \(name) \(typed(other, for: setting))\nlet found = settings.\(name)\nset\nfound")
    #expect(value.shown == (try await bench.run("settings.\(name)")).shown)
    #expect(value.shown != (try await Workbench().run("settings.\(name)")).shown)
    let row = bench.screen.split(separator: "\n").first { $0.hasPrefix(name + " ") }
    #expect(row?.contains(" set ") == true, "\(row ?? "no row")")
    _ = try await bench.run("set \(name) \(typed(first, for: setting))")
    #expect(
      try await bench.run("settings.\(name)").shown
        == (try await Workbench().run("settings.\(name)")).shown)
  }

  @Test("refuses what it may not be, telling what it may (T01)", arguments: names)
  func refused(name: String) async throws {
    let setting = try setting(name)
    let text = await (try Workbench()).errorText("set \(name) -1")
    #expect(text.hasPrefix("error[S301]: \(name) -1 is outside \(setting.range)."), "\(text)")
  }

  @Test("is kept with a training's request, when it was set", arguments: names)
  func kept(name: String) throws {
    let setting = try setting(name)
    var settings = Settings()
    #expect(settings.json.entries.isEmpty)
    let other = try #require(setting.otherValue(than: settings))
    let isTaken = settings.set(setting, to: other)
    #expect(isTaken)
    let read = try #require(Settings(settings.json))
    #expect(read.isChosen(setting) && setting.value(in: read) == other)
    #expect(settings.json.entries.count == 1 && settings.lines() == ["\(name) \(other.text)"])
  }

  @Test("requests with what is no setting, or no value of one, are none")
  func unreadable() {
    #expect(Settings(["lrr": .number(1)]) == nil)
    #expect(Settings(["lr": .number(2)]) == nil)
    #expect(Settings(["lr": .bool(true)]) == nil)
  }

  /// Values by which these rows, of which some are too long, become other tokens.
  private static let telling = [
    "template": "plain", "waive": "[\"leaks\", \"truncation\"]", "long": "drop", "context": "50",
    "objective": "orpo", "teacher": "\"out/other\"",
  ]

  /// What is taught where a setting counts, and so pairs of answers are the rows.
  private static let teaching = [
    "objective": "dpo", "beta": "dpo", "smoothing": "dpo", "gamma": "simpo", "good_weight": "kto",
    "bad_weight": "kto", "label_kind": "classify", "label_weights": "classify",
    "scale": "retrieve", "widths": "retrieve", "teacher": "distil",
    "distil_temperature": "distil",
  ]

  private static let pairs = (0..<12).map {
    #"{"prompt":"number \#($0)","chosen":"it is so","rejected":"\#($0)"}"#
  }.joined(separator: "\n")

  private static let labels = (0..<12).map {
    #"{"text":"number \#($0)","label":"\#($0 % 3 == 0 ? "yes" : "no")"}"#
  }.joined(separator: "\n")

  /// Questions with answers, or only the answers: the end of a turn is the template's.
  private static func rows(asTexts isText: Bool) -> String {
    (0..<12).map { number in
      let answer = String(repeating: "it is so ", count: number % 2 == 0 ? 1 : 20)
      return isText
        ? #"{"text":"number \#(number) \#(answer)"}"#
        : #"{"prompt":"number \#(number)","completion":"\#(answer)"}"#
    }.joined(separator: "\n")
  }

  @Test("a precision that no processor has is refused, with what to type") func precision()
    async throws
  {
    let bench = try Workbench()
    try bench.write("rows.jsonl", Self.rows(asTexts: false))
    let rows = "set context 60, long cut, waive truncation, precision bf16\n"
    for line in ["plan 1 epoch", "train 2 steps"] {
      let text = await bench.errorText(Workbench.preparation + rows + line)
      #expect(text.hasPrefix("error[R408]: the model is on cpu"), "\(text)")
      #expect(text.contains("set precision exact"), "\(text)")
    }
  }

  /// No processor trains at the other precision: see ``precision()``.
  private static let trainable = names.filter { $0 != "precision" }

  @Test(
    "another value is another training just when its declaration says so", arguments: trainable)
  func checkpoint(name: String) async throws {
    let setting = try setting(name)
    let bench = try Workbench()
    let objective = Self.teaching[name]
    try bench.write(
      "rows.jsonl",
      objective == nil
        ? Self.rows(asTexts: name == "end") : objective == "classify" ? Self.labels : Self.pairs)
    let isOfEnding = setting.counts.contains(.inEnding)
    let line =
      (isOfEnding ? "train until dev.loss stalls for 1" : "train 2 steps")
      + " checkpoint \"out/run\""
    var taught = objective.map { ", objective \($0)" } ?? ""
    if objective == "distil" {
      taught +=
        "\nsave model \"out/teacher\"\nsave model \"out/other\"\nset teacher \"out/teacher\""
    }
    let rows = "set context 60, long cut, waive truncation"
    _ = try await bench.run(Workbench.preparation + rows + "\(taught)\n" + line)
    let other = try #require(setting.otherValue(than: Settings()))
    let value = Self.telling[name] ?? typed(other, for: setting)
    let text = await bench.errorText("reset\nset \(name) \(value)\n" + line)
    if setting.counts.isSubset(of: .inLoading) {
      #expect(text == "no error")
    } else {
      let named = setting.counts.contains(.inRows) ? "data" : "set \(name)"
      #expect(text.hasPrefix("error[R901]") && text.contains(named), "\(text)")
    }
  }
}
