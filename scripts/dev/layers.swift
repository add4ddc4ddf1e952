// Compares the imports of each target with its dependencies; called by scripts/dev/layers.
//
// usage: swift scripts/dev/layers.swift PACKAGE.json   (of `swift package dump-package`)
import Foundation

/// What `swift package dump-package` says of a target; the rest is left out.
struct Target: Decodable {
  var name: String
  var type: String
  var path: String?
  var dependencies: [[String: Dependency]]

  /// Modules of ours and products of others that the target may import.
  var listed: Set<String> { Set(dependencies.flatMap(\.values).compactMap(\.name)) }
  var folder: String { path ?? (type == "test" ? "Tests/\(name)" : "Sources/\(name)") }
}

/// A dependency is an array of a name, a package, aliases and a condition; only the name counts.
struct Dependency: Decodable {
  var name: String?
  init(from decoder: any Decoder) throws {
    var fields = try decoder.unkeyedContainer()
    name = try fields.decodeIfPresent(String.self)
  }
}

struct Package: Decodable {
  var targets: [Target]
}

/// The modules that a source text imports, such as `Tensors` for `package import Tensors`.
func imports(in source: String) -> Set<String> {
  let declaration =
    #/^(?:@\w+ |public |package |internal |fileprivate |private )*import (?:[a-z]+ )?(\w+)/#
  return Set(source.matches(of: declaration.anchorsMatchLineEndings()).map { String($0.1) })
}

func swiftFiles(below folder: String) -> [String] {
  let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
  return names.filter { $0.hasSuffix(".swift") }.sorted().map { "\(folder)/\($0)" }
}

let data = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
let targets = try JSONDecoder().decode(Package.self, from: data).targets
let ours = Set(targets.map(\.name))
var faults: [String] = []
var fileCount = 0
for target in targets {
  let files = swiftFiles(below: target.folder)
  var imported: Set<String> = []
  for file in files {
    fileCount += 1
    let used = imports(in: try String(contentsOfFile: file, encoding: .utf8))
    for module in used.intersection(ours).subtracting(target.listed).sorted()
    where module != target.name {
      faults.append("\(file): \(target.name) does not list \(module) in Package.swift")
    }
    imported.formUnion(used)
  }
  // A target in C includes headers by their names, which do not say whose they are.
  guard !files.isEmpty else { continue }
  for module in target.listed.subtracting(imported).sorted() {
    faults.append("Package.swift: \(target.name) lists \(module), which none of its files imports")
  }
}
if faults.isEmpty {
  print("\(fileCount) files in \(targets.count) targets import what they list, and all of it")
} else {
  print(faults.joined(separator: "\n"))
  exit(1)
}
