package import Reporting

/// What help says of a module: the text at its head, and the procedures with `##` lines.
package struct ModuleHelp: Sendable {
  /// The name after `use`.
  package let name: String
  /// The comment that the file begins with, a line each.
  let introduction: [String]
  let procedures: [ProcedureHelp]

  /// Reads a module without running it; nil when it does not parse.
  package init?(_ name: String, _ file: SourceFile, commands: CommandTable) {
    let (script, problems) = Script.parse(file, commands: commands)
    guard problems.isEmpty else { return nil }
    self.name = name
    let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
    introduction = lines.prefix { $0.hasPrefix("#") && !$0.hasPrefix("##") }
      .map { String($0.dropFirst().drop { $0 == " " }) }
    procedures = script.statements.compactMap { statement in
      guard case .procedure(let procedure) = statement.kind, !procedure.documentation.isEmpty else {
        return nil
      }
      return ProcedureHelp(
        procedure.name.text, procedure.parameters, procedure.documentation, file)
    }
  }

  /// The examples of a procedure, as lines that run after `use`.
  package func examples(of procedure: String) -> [String] {
    procedures.first { $0.name == procedure }?.examples ?? []
  }

  /// The fields of the record that a procedure gives, or of each record of its table; empty for one
  /// that gives something else.
  package func fields(of procedure: String) -> [String] {
    procedures.first { $0.name == procedure }?.fields.map(\.name) ?? []
  }

  /// The names of what it offers.
  package var procedureNames: [String] { procedures.map(\.name) }

  /// The page of the module, or of one of its procedures; nil when it has none of that name.
  package func page(of procedure: String? = nil) -> String? {
    guard let procedure else { return page }
    return procedures.first { $0.name == procedure }?.page(named: "\(name).\(procedure)")
  }

  private var page: String {
    let title = introduction.first ?? "A module."
    let rest = introduction.dropFirst().joined(separator: "\n")
    let usages = procedures.map { "\(name).\($0.usage)" }
    let summaries = zip(usages, procedures).flatMap { ["  " + $0, "      " + $1.summary] }
    return ["\(name): \(title)", "  use \(name)", rest.trimmed, summaries.joined(separator: "\n")]
      .filter { !$0.isEmpty }.joined(separator: "\n\n")
      + "\n\n`help \(name).\(procedures.first?.name ?? "")` has its examples.\n"
  }
}

/// What help says of one procedure: its parameters and its `##` lines.
struct ProcedureHelp: Sendable {
  private static let exampleMark = "Example: "
  private static let fieldMark = "Field "

  let name: String
  private let parameters: [String]
  private let documentation: [String]

  init(
    _ name: String, _ parameters: [ProcedureSyntax.Parameter], _ documentation: [String],
    _ file: SourceFile
  ) {
    self.name = name
    self.documentation = documentation
    self.parameters = parameters.map { parameter in
      let kind = parameter.kind.map { ": " + $0.text } ?? ""
      let fallback = parameter.fallback.map { " = " + file.text(of: $0.span) } ?? ""
      return parameter.name.text + kind + fallback
    }
  }

  /// How it is called: `grid(space, body: block = null)`.
  var usage: String { "\(name)(\(parameters.joined(separator: ", ")))" }

  var summary: String { prose.first ?? "A procedure of this session." }

  var examples: [String] {
    documentation.filter { $0.hasPrefix(Self.exampleMark) }
      .map { String($0.dropFirst(Self.exampleMark.count)) }
  }

  /// What lines such as `Field loss: on dev` declare.
  var fields: [(name: String, about: String)] {
    documentation.filter { $0.hasPrefix(Self.fieldMark) }.map { line in
      let parts = line.dropFirst(Self.fieldMark.count).split(separator: ": ", maxSplits: 1)
      return (String(parts.first ?? ""), String(parts.dropFirst().first ?? ""))
    }
  }

  private var prose: [String] {
    documentation.filter { !$0.hasPrefix(Self.exampleMark) && !$0.hasPrefix(Self.fieldMark) }
  }

  /// Its page, under the name it is called by.
  func page(named full: String) -> String {
    let owner = full.dropLast(name.count)
    let sections = [
      "\(full): \(summary)", Help.block(nil, [owner + usage]),
      prose.dropFirst().joined(separator: "\n"),
      Help.block("Gives", Help.aligned(fields.map { ($0.name, $0.about) })),
      Help.block("Examples", examples),
    ]
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }
}

extension String {
  /// The text without line ends at both ends.
  fileprivate var trimmed: String {
    var rest = Substring(self).drop { $0 == "\n" }
    while rest.last == "\n" { rest.removeLast() }
    return String(rest)
  }
}
