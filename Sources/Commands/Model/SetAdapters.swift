import Adapters
package import Language
import Reporting
package import Session

/// The command `set adapters a 0.7, b 0.3`.
package struct SetAdapters: Command {
  package static let signature = Signature(
    "set adapters", "Put adapters in force, each with a weight; alone, list them.",
    details: [
      "The weights of the model become W + Σ weight · (Wᵢ - W), where Wᵢ are those with one adapter "
        + "alone. A weight that is left out is 1, and adapters that are not named go out of force.",
      "Several at once are used, measured and worked in by `save model`; trained and saved is one "
        + "alone.",
    ],
    patterns: ["", "<weights:weights>"],
    slots: ["weights": .about("names, as `load adapter … as` gave them, and what each counts")],
    needs: ["model"], effects: ["model"],
    examples: ["set adapters a 0.7, b 0.3", "set adapters a", "set adapters"],
    seeAlso: ["load adapter", "show", "reset"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    guard let weights = call.weights("weights") else {
      let shelf = try session.loadedModel().shelf
      session.show(.report(shelf.entries.isEmpty ? .text("no adapters") : .table(table(shelf))))
      return .null
    }
    if let name = weights.first(where: { weight in
      weights.filter { $0.name == weight.name }.count > 1
    })?.name {
      throw Diagnostic(
        code: .adapterNamedTwice, "`\(name)` is there twice.", at: call.label("weights"),
        hints: [.type("set adapters \(name) 1")])
    }
    let shelf = try session.useAdapters(weights.map { .init(name: $0.name, weight: $0.value) })
    session.show(.report(.table(table(shelf))))
    return .null
  }

  private static func table(_ shelf: AdapterShelf) -> Table {
    var table = Table(columns: [.init("adapter"), .init("in force"), .init("what it is")])
    for entry in shelf.entries {
      table.append([
        .text(entry.name), .text(Wording.force(of: entry.name, shelf)),
        .text(Wording.adapter(entry.adapter)),
      ])
    }
    return table
  }
}

extension Wording {
  /// What an adapter is, in a few words.
  static func adapter(_ adapter: LowRankAdapter) -> String {
    var parts = [
      adapter.kindName + (adapter.linears.isEmpty ? "" : " rank \(adapter.settings.rank)")
    ]
    if !adapter.linears.isEmpty { parts.append("\(adapter.linears.count) layers") }
    if adapter.changesWeights { parts.append(count(adapter.changeCount, "changed tensor")) }
    if adapter.isTrainable {
      parts.append("\(Quantity(Double(adapter.parameterCount), .magnitude).text) parameters")
    }
    return parts.joined(separator: ", ")
  }

  /// Whether an adapter is in force, and how much of it.
  static func force(of name: String, _ shelf: AdapterShelf) -> String {
    guard let share = shelf.shares.first(where: { $0.name == name }) else { return "not in force" }
    return "weight \(digits(share.weight))"
  }
}

extension DiagnosticCode {
  static let adapterNamedTwice = DiagnosticCode(
    "T402", "an adapter is named twice",
    "`set adapters` takes each adapter once, with one weight: `set adapters a 0.7, b 0.3`.")
}
