import Checkpoints
import Foundation
import Notebook
package import Reporting
import Serialization

/// What Jupyter knows a kernel by: a folder with a file `kernel.json` and a picture.
package struct KernelSpec: Sendable {
  /// The language's name, and that of the kernel's folder unless another is wanted.
  package static let language = NotebookKey.language

  /// The program that is started, by its full path.
  private let program: String
  /// What its environment gets.
  private let environment: [String: String]
  private let displayName: String

  /// - Parameters:
  ///   - program: the full path of `ft`.
  ///   - environment: what it needs to know of where it is.
  ///   - displayName: what people choose it by.
  package init(program: String, environment: [String: String], displayName: String) {
    self.program = program
    self.environment = environment
    self.displayName = displayName
  }

  /// The file `kernel.json`.
  package var json: String {
    let variables = environment.sorted { $0.key < $1.key }.map {
      ($0.key, JSONValue.string($0.value))
    }
    let spec: JSONValue = [
      "argv": [.string(program), "jupyter", "kernel", "{connection_file}"],
      "display_name": .string(displayName), "language": .string(Self.language),
      "interrupt_mode": "message", "env": .object(JSONObject(variables)),
      "metadata": ["debugger": false],
    ]
    return spec.prettyText + "\n"
  }

  /// Puts the kernel into a folder, whose other files stay; `kernel.json` comes last, as Jupyter goes
  /// by it.
  ///
  /// - Throws: `R293`.
  package func install(in folder: String) throws(Diagnostic) {
    do throws(CheckpointError) {
      try makeFolder(folder)
      try AtomicFile.write(Array(Self.logo.utf8), to: folder + "/" + Self.logoName)
      try AtomicFile.write(Array(json.utf8), to: folder + "/" + Self.fileName)
    } catch {
      throw Diagnostic(
        code: .unwrittenKernelSpec, error.message,
        hints: [.help("`ft jupyter install --prefix FOLDER` puts it into another place")])
    }
  }

  /// Takes a kernel out of a folder, and the folder when nothing else is in it.
  ///
  /// - Returns: false when there is none.
  /// - Throws: `R293`; a folder with another program's kernel is left as it is.
  package static func uninstall(from folder: String) throws(Diagnostic) -> Bool {
    let path = folder + "/" + fileName
    guard let bytes = FileManager.default.contents(atPath: path) else { return false }
    let language = (try? JSONValue(parsing: Array(bytes)))?["language"]?.string
    guard language == Self.language else {
      throw Diagnostic(
        code: .unwrittenKernelSpec, "\(path) is not the kernel of ft, and stays.",
        hints: [.help("`jupyter kernelspec list` shows what is installed")])
    }
    for name in [fileName, logoName] where unlink(folder + "/" + name) != 0 && errno != ENOENT {
      throw Diagnostic(
        code: .unwrittenKernelSpec,
        "cannot remove \(folder)/\(name): \(String(cString: strerror(errno)).lowercased()).")
    }
    rmdir(folder)
    return true
  }

  private static let fileName = "kernel.json"
  private static let logoName = "logo-svg.svg"

  /// A curve of losses that goes down.
  private static let logo = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">
    <rect width="64" height="64" rx="12" fill="#1d2b45"/>
    <path d="M12 12v40h40" fill="none" stroke="#8fa3c4" stroke-width="3" stroke-linecap="round"/>
    <path d="M16 16c4 22 12 28 34 30" fill="none" stroke="#ffb454" stroke-width="5"
    stroke-linecap="round"/>
    </svg>

    """
}

/// Where Jupyter looks for kernels.
package enum KernelFolder {
  /// The user's own, by the variables and customs of Jupyter; nil when none of them names one.
  package static func ofUser(_ environment: [String: String]) -> String? {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let folder = value("JUPYTER_DATA_DIR") { return folder + "/kernels" }
    if let folder = value("XDG_DATA_HOME") { return folder + "/jupyter/kernels" }
    return value("HOME").map { $0 + "/.local/share/jupyter/kernels" }
  }

  /// That of the environment of Python that is active; nil when none is.
  package static func ofActiveEnvironment(_ environment: [String: String]) -> String? {
    let folder = ["VIRTUAL_ENV", "CONDA_PREFIX"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    return folder.map(inPrefix)
  }

  /// That of an installation, such as `/usr/local`.
  package static func inPrefix(_ prefix: String) -> String { prefix + "/share/jupyter/kernels" }

  /// Whether Jupyter takes a name for a kernel's.
  package static func isName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        let character = Character(UnicodeScalar(byte))
        return byte < 0x80
          && (character.isLetter || character.isNumber || "._-".contains(character))
      }
  }
}

extension DiagnosticCode {
  /// Every code of installing.
  package static let ofKernelSpecs: [DiagnosticCode] = [.unwrittenKernelSpec]

  static let unwrittenKernelSpec = DiagnosticCode(
    "R293", "kernel that cannot be installed or removed",
    "Jupyter looks for kernels in a few folders, such as ~/.local/share/jupyter/kernels. The one named "
      + "may not be written to, or holds another program's kernel. What stood there is unchanged.")
}
