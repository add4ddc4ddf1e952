import Language
package import Reporting
import Sandbox
import Session

/// What a script may not do that nobody here vouches for, said before the kernel would refuse it.
extension Session {
  /// - Throws: a `Diagnostic` for a command that would leave the limits.
  func checkLimits(_ call: Call) throws(Diagnostic) {
    guard let limits else { return }
    if let effect = call.signature.effects.first(where: {
      ["network", "service"].contains($0.name)
    }) {
      throw Diagnostic(
        code: .untrusted,
        "a script that is not trusted may not use the network, which `\(call.signature.name)` does"
          + (effect.name == "service" ? " for a service." : "."),
        at: call.label(), hints: [.help("run the line yourself first, without --untrusted")])
    }
    for slot in call.slots {
      guard case .value(.string(let path)) = slot.value else { continue }
      switch slot.kind {
      case .output: try limits.checkWriting(path, at: call.label(slot.name))
      // A bundled name means a place in the project as well, so that it passes.
      case .path, .model: try limits.checkReading(path, at: call.label(slot.name))
      default: break
      }
    }
  }
}

extension FileLimits {
  /// - Throws: a `Diagnostic` for a file that may not be read.
  func checkReading(_ path: String, at label: Diagnostic.Label? = nil) throws(Diagnostic) {
    guard !mayRead(path) else { return }
    throw Diagnostic(
      code: .untrusted,
      "a script that is not trusted may read the project's folder alone, and \"\(path)\" is not in it.",
      at: label, hints: [.help("copy the file there, or run the script without --untrusted")])
  }

  /// - Throws: a `Diagnostic` for a file that may not be written.
  func checkWriting(_ path: String, at label: Diagnostic.Label? = nil) throws(Diagnostic) {
    guard !mayWrite(path) else { return }
    let folders = writableNames.map { "\"\($0)\"" }.joined(separator: ", ")
    throw Diagnostic(
      code: .untrusted,
      "a script that is not trusted may write to \(folders) alone, and \"\(path)\" is not in it.",
      at: label, hints: [.help("`--allow-write FOLDER` allows another one")])
  }
}

extension DiagnosticCode {
  /// What leaves the limits of a script that is not trusted.
  package static let untrusted = DiagnosticCode(
    "S101", "a script that is not trusted may not do that",
    "`ft run --untrusted` keeps a script to its project: it reads the folder it runs in and what comes with "
      + "ft, writes to `out` there, uses no network and starts no program. The kernel (Landlock, seccomp) "
      + "holds it to that as well. `--allow-write FOLDER` adds a folder; without the flag all is allowed."
  )
}
