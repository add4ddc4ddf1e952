/// What the program calls itself everywhere.
package enum Version {
  /// As `ft --version` prints it.
  package static let current = "1.0.0"
}
