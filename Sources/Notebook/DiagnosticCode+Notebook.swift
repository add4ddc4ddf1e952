package import Reporting

extension DiagnosticCode {
  /// Every code of scripts and notebooks; each stands beside what throws it.
  package static let ofNotebooks: [DiagnosticCode] = [
    .scriptIsNoText, .noCells, .noRecordedValues, .noJupyterNotebook, .noConversion,
    .unreadableScript, .unwrittenNotebook, .noSharedNotebook,
  ]
}
