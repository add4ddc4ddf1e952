import CPU
import Fetching
import Foundation
import Reporting
import Session
import Terminal
import Workers

/// What was found on this machine, for the banner and `ft doctor`.
struct Machine {
  private let resources: Resources

  init(_ resources: Resources) { self.resources = resources }

  /// One line: version, bundled models, threads and vector path.
  func banner(version: String, theme: Theme) -> String {
    let short = version.split(separator: ".").prefix(2).joined(separator: ".")
    let names = resources.modelNames.map(describe).joined(separator: ", ")
    let count = Parallelism.threadCount
    let parts =
      ["ft \(short)", names.isEmpty ? "no bundled model found" : "bundled: \(names)"] + [
        "\(count) \(count == 1 ? "thread" : "threads"), \(Self.name(VectorPath.current))",
        resources.lessons == nil ? "type `help`" : "type `lesson 1` or `help`",
      ]
    return parts.joined(separator: theme.allowsUnicode ? " · " : " | ") + "\n"
  }

  /// The table of `ft doctor`.
  func report(version: String, editsLines: Bool) -> Report {
    let models = resources.modelNames.map(describe).joined(separator: ", ")
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let weights = resources.fetching.weightsFolder ?? "off"
    return .fields(
      [
        .init("version", .text(version)),
        .init(
          "vector path",
          .text(Self.name(.current) + (VectorPath.current == .avx512VNNI ? " with VNNI" : ""))),
        .init("threads", .text("\(Parallelism.threadCount) (of \(cores) cores)")),
        .init("memory", .text(memory)),
      ] + CardInventory.lines().map { .init($0.name, .text($0.text)) } + [
        .init("workers", .text(workers)),
        .init("stdlib", .text(resources.home.map { $0 + "/stdlib" } ?? "not found: set FT_HOME")),
        .init("weight cache", .text(weights)),
        .init("bundled models", .text(models.isEmpty ? "none" : models)),
        .init("line editing", .text(editsLines ? "libedit" : "libedit, off: this is no terminal")),
      ])
  }

  /// A bundled model with its size, as `finch 3.4M`.
  private func describe(_ name: String) -> String {
    guard let count = resources.parameterCount(ofModel: name) else { return name }
    let size = Quantity(Double(count), .magnitude).text.filter { $0 != " " }
    return "\(name) \(size)"
  }

  /// What is free and what there is.
  private var memory: String {
    let total = Quantity(Double(ProcessInfo.processInfo.physicalMemory), .bytes).text
    return "\(Quantity(Double(AvailableMemory.byteCount), .bytes).text) free of \(total)"
  }

  /// Whether several processes could train together.
  private var workers: String {
    Launch.isLibraryFound
      ? "Open MPI found: mpirun -n 2 ft run FILE"
      : "Open MPI not found: apt-get install openmpi-bin"
  }

  private static func name(_ path: VectorPath) -> String {
    switch path {
    case .portable: "portable"
    case .avx2: "AVX2"
    case .avx512, .avx512VNNI: "AVX-512"
    case .neon: "NEON"
    }
  }
}
