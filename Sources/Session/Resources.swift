package import Fetching
import Foundation
package import Reporting

/// What comes with the program: models, data and modules of `stdlib/`, lessons, and the pages that
/// `help` has for errors.
package struct Resources: Sendable {
  /// The folder that has `stdlib` in it; nil when none was found.
  package let home: String?
  /// Every code of the program.
  package let codes: [DiagnosticCode]
  /// Where models are fetched from, and lie then.
  package let fetching: FetchEnvironment

  /// The program of the service, beside this one; nil when it is not built.
  package let serviceProgram: String?

  /// Looks beside the executable, in the folder that `FT_HOME` names, and above the working folder.
  package init(
    executable: String, home: String?, codes: [DiagnosticCode] = [],
    fetching: FetchEnvironment = FetchEnvironment()
  ) {
    self.codes = codes
    self.fetching = fetching
    let program = (executable as NSString).resolvingSymlinksInPath as NSString
    let service = (program.deletingLastPathComponent as NSString).appendingPathComponent("ft-serve")
    serviceProgram = FileManager.default.isExecutableFile(atPath: service) ? service : nil
    let beside = (program.deletingLastPathComponent as NSString).appendingPathComponent(
      "../share/tunebook")
    let candidates = [home, beside].compactMap { $0 } + Resources.parents(of: program as String)
    self.home = candidates.first { candidate in
      FileManager.default.fileExists(atPath: candidate + "/stdlib/models")
    }
  }

  /// The folder of a bundled model; nil when there is none of that name.
  package func model(named name: String) -> String? {
    existing("models/\(name)/config.json").map { ($0 as NSString).deletingLastPathComponent }
  }

  /// The file of bundled data, such as `support.jsonl`; nil when there is none.
  package func data(named name: String) -> String? { existing("data/\(name)") }

  /// The source of a module of the standard library; nil when there is none.
  package func module(named name: String) -> String? { existing("\(name).ft") }

  /// The folder of the lessons, which stands beside `stdlib`; nil when it is not there.
  package var lessons: String? {
    home.map { $0 + "/tutorials" }.flatMap {
      FileManager.default.fileExists(atPath: $0) ? $0 : nil
    }
  }

  /// The names of bundled models.
  package var modelNames: [String] { names(in: "models") }

  /// The names of bundled data files.
  package var dataNames: [String] { names(in: "data").filter { !$0.hasSuffix(".md") } }

  private func names(in folder: String) -> [String] {
    guard let home else { return [] }
    let found = try? FileManager.default.contentsOfDirectory(atPath: "\(home)/stdlib/\(folder)")
    return (found ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }

  private func existing(_ name: String) -> String? {
    guard let home, !name.contains("\0"), !name.split(separator: "/").contains("..") else {
      return nil
    }
    let path = home + "/stdlib/" + name
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  private static func parents(of path: String) -> [String] {
    var parents: [String] = []
    var folder = (path as NSString).deletingLastPathComponent
    while folder.count > 1 {
      parents.append(folder)
      folder = (folder as NSString).deletingLastPathComponent
    }
    return parents
  }
}
