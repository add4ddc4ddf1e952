import Foundation

/// What the program calls itself everywhere.
package enum Version {
  /// As `ft --version` prints it.
  package static let current = "1.0.0"

  /// What tells this program from every other build of it.
  package static var build: String {
    let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
    return current + "\n" + InputFile(kind: "program", name: "ft", path: program).identity
  }
}
