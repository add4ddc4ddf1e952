import Foundation

/// The program in which the user likes to edit texts.
package struct ExternalEditor: Sendable {
  /// What the shell runs, such as `vim` or `code --wait`.
  private let command: String

  package init(command: String) { self.command = command }

  /// Lets the user edit a text, and waits.
  ///
  /// The program has the terminal meanwhile, and its keys, Ctrl-C among them.
  ///
  /// - Returns: the text as it was left; nil when the program could not be run or failed.
  package func edit(_ text: String) -> String? {
    let folder = FileManager.default.temporaryDirectory.path + "/ft-" + UUID().uuidString
    let path = folder + "/cell.ft"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try (text + "\n").write(toFile: path, atomically: false, encoding: .utf8)
      guard ShellCommand(command: command).run([path]) == 0 else { return nil }
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      return nil
    }
  }
}
