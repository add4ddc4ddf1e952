import Foundation
import Reporting
import Serialization
import Session
import Tensors
import Terminal

/// What was found on this machine, for the banner and `ft doctor`.
struct Machine {
  private let resources: Resources

  init(_ resources: Resources) { self.resources = resources }

  /// One line: version, bundled models, threads and vector path.
  func banner(version: String, theme: Theme) -> String {
    let short = version.split(separator: ".").prefix(2).joined(separator: ".")
    let models = resources.modelNames.map { "\(describe($0)) bundled" }
    let count = Parallelism.threadCount
    let parts =
      ["ft \(short)"] + (models.isEmpty ? ["no bundled model found"] : models) + [
        "\(count) \(count == 1 ? "thread" : "threads"), \(Self.name(VectorPath.current))",
        "type `help`",
      ]
    return parts.joined(separator: theme.allowsUnicode ? " · " : " | ") + "\n"
  }

  /// The table of `ft doctor`.
  func report(version: String, editsLines: Bool) -> Report {
    let models = resources.modelNames.map(describe).joined(separator: ", ")
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return .fields([
      .init("version", .text(version)),
      .init("vector path", .text(Self.name(VectorPath.current))),
      .init("threads", .text("\(Parallelism.threadCount) (of \(cores) cores)")),
      .init("memory", .text(memory)),
      .init("stdlib", .text(resources.home.map { $0 + "/stdlib" } ?? "not found: set FT_HOME")),
      .init("bundled models", .text(models.isEmpty ? "none" : models)),
      .init("line editing", .text(editsLines ? "libedit" : "libedit, off: this is no terminal")),
    ])
  }

  /// A bundled model with its size, as `finch 3.4M`.
  private func describe(_ name: String) -> String {
    guard let count = parameterCount(name) else { return name }
    let size = Quantity(Double(count), .magnitude).text.filter { $0 != " " }
    return "\(name) \(size)"
  }

  /// Sums the sizes in the header of the weights; nil when it cannot be read.
  private func parameterCount(_ name: String) -> Int? {
    guard let folder = resources.model(named: name),
      let file = FileHandle(forReadingAtPath: folder + "/model.safetensors"),
      let lengthBytes = try? file.read(upToCount: 8), lengthBytes.count == 8
    else { return nil }
    let length = lengthBytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length < 1 << 20, let bytes = try? file.read(upToCount: Int(length)),
      let header = try? JSONValue(parsing: Array(bytes))
    else { return nil }
    let shapes = header.object?.entries.compactMap { $0.value["shape"]?.array } ?? []
    return shapes.reduce(0) { total, shape in
      let size = shape.reduce(1.0) { $0 * ($1.double ?? 0) }
      return total + (Int(exactly: size) ?? 0)
    }
  }

  /// What is free and what there is, by the kernel.
  private var memory: String {
    let total = Quantity(Double(ProcessInfo.processInfo.physicalMemory), .bytes).text
    let lines = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
    let words = lines.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }?
      .split(separator: " ")
    guard let words, words.count > 1, let free = Double(words[1]) else { return total }
    return "\(Quantity(free * 1024, .bytes).text) free of \(total)"
  }

  private static func name(_ path: VectorPath) -> String {
    switch path {
    case .portable: "portable"
    case .avx2: "AVX2"
    case .avx512: "AVX-512"
    case .neon: "NEON"
    }
  }
}
