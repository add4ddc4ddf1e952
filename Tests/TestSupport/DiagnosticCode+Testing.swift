package import Reporting

/// Tests name codes as the user sees them, and make up codes that no module has.
extension DiagnosticCode: ExpressibleByStringLiteral {
  /// A code that is equal to the declared one of this name; it has no page.
  package init(stringLiteral id: String) { self.init(id, "", "") }
}
