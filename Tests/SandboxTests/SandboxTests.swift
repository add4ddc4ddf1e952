import CSandboxTrial
import Foundation
import Testing

/// What the kernel lets a process do that is held to its folders: tried by a child, with none of our
/// own checks in the way.
@Suite("A process held by the kernel") final class SandboxTests {
  private let root = NSTemporaryDirectory() + "tunebook-" + UUID().uuidString

  init() throws {
    for folder in ["in", "out", "else"] {
      try FileManager.default.createDirectory(
        atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
      try Data("text".utf8).write(to: URL(filePath: "\(root)/\(folder)/file"))
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  private func attempt(_ trial: sandbox_trial, _ path: String) -> Int32 {
    ft_sandbox_trial(root + "/in", root + "/out", trial, path)
  }

  private static let changes = [trial_write, trial_truncate, trial_rename]

  @Test("reads its two folders and writes to one") func allows() {
    #expect(attempt(trial_read, root + "/in/file") == 0)
    #expect(attempt(trial_read, root + "/out/file") == 0)
    #expect(attempt(trial_write, root + "/out/new") == 0)
    for trial in Self.changes { #expect(attempt(trial, root + "/out/file") == 0, "\(trial)") }
    #expect(attempt(trial_remove, root + "/out/new") == 0)
  }

  @Test("changes nothing elsewhere, reads nothing elsewhere") func refuses() throws {
    for path in ["/else/file", "/in/file"] {
      for trial in Self.changes {
        #expect(attempt(trial, root + path) == EACCES, "\(path) \(trial)")
      }
      #expect(try String(contentsOfFile: root + path, encoding: .utf8) == "text")
    }
    #expect(attempt(trial_write, root + "/in/new") == EACCES)
    #expect(attempt(trial_remove, root + "/in/file") == EACCES)
    #expect(attempt(trial_read, root + "/else/file") == EACCES)
    #expect(attempt(trial_environment, "") == ENODATA)
    try FileManager.default.createSymbolicLink(
      atPath: root + "/out/link", withDestinationPath: root + "/else/file")
    #expect(attempt(trial_write, root + "/out/link") == EACCES)
  }

  @Test("opens no socket and starts no process") func isolated() {
    #expect(attempt(trial_socket, "") == EPERM)
    #expect(attempt(trial_socketpair, "") == EPERM)
    #expect(attempt(trial_fork, "") == EPERM)
    #expect(attempt(trial_execute, "/bin/true") == EPERM)
  }
}
