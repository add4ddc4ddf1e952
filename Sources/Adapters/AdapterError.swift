package import Checkpoints
package import Reporting

/// Why an adapter could not be attached, read or saved.
package enum AdapterError: Error, Sendable {
  case noSuchModule(pattern: String, known: [String])
  case rankTooLarge(rank: Int, limit: Int, module: String)
  case alreadyAttached
  /// The adapter has tensors that no layer of the model takes.
  case unusedTensors(names: [String])
  /// The adapter replaces tensors whole (`modules_to_save`), which is not supported.
  case wholeTensors(names: [String])
  case file(CheckpointError)
}

extension AdapterError: Explained {
  package var diagnostic: Diagnostic {
    switch self {
    case .noSuchModule(let pattern, let known):
      Diagnostic(
        code: .unfitAdapterSettings,
        "the model has no layer `\(pattern)`; its layers are \(known.joined(separator: ", "))",
        hints: [.type("set targets all, rank 8")])
    case .rankTooLarge(let rank, let limit, let module):
      Diagnostic(
        code: .unfitAdapterSettings,
        "rank \(rank) is larger than \(module) allows: at most \(limit)",
        hints: [.type("set targets all, rank 8")])
    case .alreadyAttached:
      Diagnostic(
        code: .adapterIsAttached, "the model has an adapter of another shape already",
        hints: [.type("reset", remark: "back to base; then train again")])
    case .unusedTensors(let names):
      Diagnostic(
        code: .unfitAdapter,
        "the adapter changes layers this model does not have: "
          + names.prefix(3).joined(separator: ", "))
    case .wholeTensors(let names):
      Diagnostic(
        code: .unfitAdapter,
        "the adapter replaces \(names.joined(separator: ", ")) whole (modules_to_save): "
          + "not supported")
    case .file(let error): error.diagnostic
    }
  }
}

extension DiagnosticCode {
  /// Every code of adapters.
  package static let ofAdapters: [DiagnosticCode] = [
    .unfitAdapter, .unfitAdapterSettings, .adapterIsAttached,
  ]

  static let unfitAdapter = DiagnosticCode(
    "M130", "the adapter does not fit the model",
    "It was trained on another model, or changes more than low-rank matrices.")

  static let unfitAdapterSettings = DiagnosticCode(
    "S302", "the adapter's settings do not fit the model",
    "Its targets name layers of the model, and its rank is at most the width of the narrowest.")

  /// A second adapter, where a model carries one.
  package static let adapterIsAttached = DiagnosticCode(
    "T401", "an adapter is attached already",
    "A model carries one adapter at a time. `save adapter` keeps the one there is, `reset` takes "
      + "it off.")
}
