package import Language
package import Reporting
package import Session
import SettingDeclarations

/// The command `help train`.
package struct ShowHelp: Command {
  package static let signature = Signature(
    "help",
    "Explain a command, a setting, a function, a module, the code of an error, or a word of the field.",
    patterns: ["", "<topic:word> [<second:word> [<third:word> [<fourth:word>]]]"],
    slots: [
      "topic": .about("such as train, load data, lr, round, sweep.grid, L102 or early stopping")
    ],
    synonyms: ["man", "?", "info"],
    examples: [
      "help", "help train", "help load data", "help L102", "help sweep.grid", "help early stopping",
    ],
    seeAlso: ["show"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let words = [
      call.text("topic") ?? call.name("topic"), call.name("second"), call.name("third"),
      call.name("fourth"),
    ]
    let topic = words.compactMap { $0 }.joined(separator: " ")
    session.show(.report(.text(try page(topic, session.resources))))
    return .null
  }

  /// The page of a topic, as `help` shows it; the overview when there is none.
  ///
  /// - Throws: a `Diagnostic` when there is no help on it.
  package static func page(_ topic: String, _ resources: Resources) throws(Diagnostic) -> String {
    if let page = try modulePage(topic, resources) { return page }
    return try text(of: topic, resources.codes)
  }

  /// The page of a module, as `sweep`, or of a procedure of it, as `sweep.grid`; nil for other topics.
  static func modulePage(_ topic: String, _ resources: Resources) throws(Diagnostic) -> String? {
    let parts = topic.split(separator: ".").map(String.init)
    guard let name = parts.first, parts.count <= 2, let module = module(named: name, resources)
    else { return nil }
    if let page = module.page(of: parts.dropFirst().first) { return page }
    let near = Suggestion.nearest(to: parts[1], among: module.procedureNames)
    throw Diagnostic(
      code: .noHelp, "`\(name)` has no procedure `\(parts[1])`.",
      hints: [.type("help \(name)" + (near.map { ".\($0)" } ?? ""))])
  }

  /// What help knows of a module of the standard library; nil when there is none of that name.
  package static func module(named name: String, _ resources: Resources) -> ModuleHelp? {
    resources.module(named: name).flatMap(SessionNames.text)
      .flatMap { ModuleHelp(name, $0, commands: CommandList.table) }
  }

  /// The page of a topic; the overview when there is none.
  private static func text(
    of topic: String, _ codes: [DiagnosticCode]
  ) throws(Diagnostic) -> String {
    let help = Help(CommandList.table, codes: codes)
    guard !topic.isEmpty else { return overview(help) }
    if let page = help.page(topic), !LanguageHelp.topics.contains(topic) { return page }
    if let setting = Settings.named(topic) { return page(of: setting) }
    if topic == "settings" { return SetSettings.table(Settings()).plainText }
    if topic == "json" { return JSONHelp.page }
    if topic == "bench" { return BenchHelp.page }
    if LessonWord(rawValue: topic) != nil, let page = help.page("lesson") { return page }
    if LanguageHelp.topics.contains(topic) { return LanguageHelp.page }
    if let concept = Concept.named(topic) { return concept.page }
    if let other = topicAbout(topic), other != topic { return try text(of: other, codes) }
    let names =
      Settings.all.map(\.name) + ["settings", "json", "bench", "language"]
      + Concept.all.flatMap(\.words).filter { $0.count > 4 }
    let near = help.nearest(to: topic) ?? Suggestion.nearest(to: topic, among: names)
    throw Diagnostic(
      code: .noHelp, "there is no help on `\(topic)`.",
      hints: [.type(near.map { "help \($0)" } ?? "help")])
  }

  /// The page that tells of a word which is no topic of its own: `lora`, `epochs`, `learning rate`.
  private static func topicAbout(_ words: String) -> String? {
    let word = words.lowercased().replacing(" ", with: "_")
    let setting = Settings.all.first {
      $0.synonyms.contains(word) || $0.choices.contains(word)
    }
    if let setting { return setting.name }
    let commands = CommandList.table.signatures
    let command =
      commands.first { $0.synonyms.contains(word) }
      ?? commands.first { signature in
        !signature.effects.isEmpty && signature.patterns.contains { $0.words.contains(word) }
      }
      ?? commands.first { $0.summary.lowercased().split { !$0.isLetter }.contains { $0 == word } }
    return command?.name
  }

  /// What there is help on, but for the codes of errors.
  static var topics: [String] {
    CommandList.table.signatures.map(\.name) + Settings.all.map(\.name)
      + ["functions", "json", "language", "settings"] + LessonWord.allCases.map(\.rawValue)
  }

  private static func overview(_ help: Help) -> String {
    """
    A session reads like this:
      load model finch
      load data "support.jsonl" split 90/10
      train 3 epochs
      compare base tuned on dev
      save adapter "out/support"

    \(help.overview.plainText)
    help train      a command's page        help lr        a setting's
    help language   variables, loops, …     help L102      an error's
    help functions  what expressions have   help settings  all settings
    help sweep      a module's (also: curve, kfold, lrfind, report)
    help overfitting  a word of the field's: what there is under it, or in its place
    lesson 1        fine-tuning from the start, in small steps
    :help           saving, running again and editing what was typed
    """
  }

  private static func page(of setting: Setting<Settings>) -> String {
    let fallback = setting.value(in: Settings()).text
    return """
      \(setting.name): \(setting.about)

        set \(setting.name) \(fallback)

      Default \(fallback); may be \(setting.range).

      """
  }
}

extension DiagnosticCode {
  static let noHelp = DiagnosticCode(
    "L136", "no help on that",
    "`help` lists the commands; settings, functions and the codes of errors have pages too.")
}
