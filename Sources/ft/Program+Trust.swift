import ArgumentParser
import Commands
import Fetching
import Foundation
import Notebook
import REPL
import Reporting
import Sandbox
import Session
import Workers

/// Running a script that nobody here vouches for.
extension Program {
  /// The folder that such a script may write to.
  static let runFolder = "out"

  /// The project's folder and what comes with the program to read, `out` and `folders` to write.
  static func limits(
    _ resources: Resources, script: String?, writable folders: [String]
  ) -> FileLimits {
    FileLimits(
      readable: [".", script].compactMap { $0 } + bundledFolders(resources),
      writable: [runFolder] + folders)
  }

  /// What comes with the program, and the models that were fetched.
  static func bundledFolders(_ resources: Resources) -> [String] {
    let bundled = resources.home.map { ["\($0)/stdlib", "\($0)/tutorials", "\($0)/scripts"] } ?? []
    return bundled
      + [resources.fetching.modelsFolder, resources.fetching.hubCache].compactMap { $0 }
  }

  /// Has the kernel hold this process to its limits, when it has any.
  ///
  /// - Throws: the program's exit code when that cannot be: nothing of the script has run then.
  func enterSandbox() throws {
    guard let limits else { return }
    guard Launch(ProcessInfo.processInfo.environment) == .alone else {
      throw ValidationError("--untrusted runs a script by one process: workers talk by sockets")
    }
    for folder in limits.writableNames {
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    do throws(Sandbox.Problem) { try Sandbox.enter(limits) } catch {
      let reason =
        switch error {
        case .unsupported: "this kernel has no Landlock"
        case .tooLate: "other threads run already"
        case .refused(let number): String(cString: strerror(number))
        }
      renderer.show(
        Diagnostic(
          code: .untrusted, "the script cannot be held to its project: \(reason).",
          hints: [
            .help(
              guest == nil
                ? "read it, and run it without --untrusted, or in a container"
                : "read it, and take it with --trusted, or in a container")
          ]))
      try finish(.scriptError)
    }
  }
}
