package import Reporting

extension DiagnosticCode {
  /// Every code of the language.
  package static let ofLanguage: [DiagnosticCode] = ofWriting + ofNames + ofRunning
}
