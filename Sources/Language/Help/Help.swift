package import Reporting

/// Help pages printed from declarations: of commands, procedures, functions and codes.
package struct Help {
  let commands: CommandTable
  private let codes: [DiagnosticCode]

  /// Makes the help on what is declared.
  package init(_ commands: CommandTable, codes: [DiagnosticCode] = []) {
    self.commands = commands
    self.codes = codes
  }

  /// The page of a topic: a verb or a command's name, a function, or a code such as `L102`.
  ///
  /// - Parameters:
  ///   - topic: what was typed after `help`.
  ///   - procedures: the session's procedures, which have pages like the commands.
  /// - Returns: nil when there is no such topic; see ``nearest(to:procedures:)``.
  package func page(_ topic: String, procedures: [Closure] = []) -> String? {
    let named = commands.signatures.filter { $0.name == topic }
    let found = named.isEmpty ? commands.signatures.filter { $0.verb == topic } : named
    if !found.isEmpty { return found.map(page(of:)).joined(separator: "\n") }
    if topic == "functions" { return functions }
    if let closure = procedures.first(where: { $0.name == topic }) { return page(of: closure) }
    if let builtin = Builtin.named(topic) { return page(of: builtin) }
    guard let code = codes.first(where: { $0.id == topic.uppercased() }) else { return nil }
    return "\(code.id): \(code.title)\n\n\(code.explanation)\n"
  }

  /// The topic a user most likely meant.
  package func nearest(to topic: String, procedures: [Closure] = []) -> String? {
    let names = commands.signatures.map(\.name) + commands.verbs + procedures.map(\.name)
    return Suggestion.nearest(
      to: topic, among: names + Builtin.all.map(\.name), synonyms: commands.synonyms)
  }

  /// All commands with their sentences.
  package var overview: Table {
    let ordered = commands.signatures.sorted { $0.name < $1.name }
    return Table(
      columns: [.init("command"), .init("what it does")],
      rows: ordered.map { [.text($0.name), .text($0.summary)] })
  }

  /// The forms of a command, as users read them.
  package static func forms(of signature: Signature) -> [String] {
    signature.patterns.map { pattern in
      let rest = text(of: pattern.parts)
      return rest.isEmpty ? signature.verb : signature.verb + " " + rest
    }
  }

  // MARK: Pages

  private func page(of signature: Signature) -> String {
    var sections = ["\(signature.name): \(signature.summary)"]
    sections.append(Self.block(nil, Self.forms(of: signature)))
    sections += signature.details
    sections.append(slotLines(signature))
    if !signature.needs.isEmpty {
      sections.append("Needs: " + signature.needs.map(\.name).joined(separator: ", ") + ".")
    }
    sections.append(
      Self.block("Gives", Self.aligned(signature.result.map { ($0.name, $0.about) })))
    sections.append(Self.block("Examples", signature.examples))
    sections.append(Self.references(signature))
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private func slotLines(_ signature: Signature) -> String {
    var seen: Set<String> = []
    let lines = signature.patterns.flatMap(\.slots).compactMap { slot -> (String, String)? in
      guard seen.insert(slot.name).inserted else { return nil }
      return ("<\(slot.name)>", Self.describe(slot.kind, signature.rules[slot.name]))
    }
    return Self.block(nil, Self.aligned(lines))
  }

  private static func describe(_ kind: SlotKind, _ rule: SlotRule?) -> String {
    var parts = [kind.description]
    if let rule {
      if !rule.choices.isEmpty {
        parts = [Suggestion.list(rule.choices.map { "`\($0)`" })]
      }
      if !rule.about.isEmpty { parts.insert(rule.about, at: 0) }
      if let range = rule.range {
        let bounds = [range.lowerBound, range.upperBound].map(NumberText.shortest)
        parts.append("\(bounds[0]) to \(bounds[1])")
      }
      if let fallback = rule.fallback { parts.append("default: \(fallback)") }
    }
    return parts.joined(separator: "; ")
  }

  private static func references(_ signature: Signature) -> String {
    var lines: [String] = []
    if !signature.synonyms.isEmpty {
      lines.append("Others call it: " + signature.synonyms.joined(separator: ", ") + ".")
    }
    if !signature.seeAlso.isEmpty {
      lines.append("See also: " + signature.seeAlso.joined(separator: ", ") + ".")
    }
    return lines.joined(separator: "\n")
  }

  private func page(of closure: Closure) -> String {
    let signature = ProcedureHelp(
      closure.name, closure.parameters, closure.documentation, closure.file)
    return signature.page(named: closure.name)
  }

  private func page(of builtin: Builtin) -> String {
    let sections = [
      "\(builtin.name): \(builtin.summary)", Self.block(nil, [builtin.usage]),
      Self.block("Examples", [builtin.example]),
    ]
    return sections.joined(separator: "\n\n") + "\n"
  }

  private var functions: String {
    Self.block("Functions", Self.aligned(Builtin.all.map { ($0.usage, $0.summary) })) + "\n"
  }

  static func block(_ title: String?, _ lines: [String]) -> String {
    guard !lines.isEmpty else { return "" }
    return ((title.map { [$0 + ":"] } ?? []) + lines.map { "  " + $0 }).joined(separator: "\n")
  }

  static func aligned(_ pairs: [(String, String)]) -> [String] {
    let width = pairs.map(\.0.utf8.count).max() ?? 0
    return pairs.map { name, text in
      name + String(repeating: " ", count: width - name.utf8.count + 2) + text
    }
  }

  // MARK: Patterns

  private static func text(of parts: [Pattern.Part]) -> String {
    parts.map(text(of:)).joined(separator: " ")
  }

  /// A part as users read it: options in any order become one bracket each.
  private static func text(of part: Pattern.Part) -> String {
    switch part {
    case .word(let word): word
    case .slot(let name, _): "<\(name)>"
    case .choice(let branches): "(" + branches.map(text(of:)).joined(separator: "|") + ")"
    case .optional(let inner): "[" + text(of: inner) + "]"
    case .options(let branches): branches.map { "[" + text(of: $0) + "]" }.joined(separator: " ")
    }
  }
}
