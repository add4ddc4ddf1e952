import Foundation

/// A process of a machine, told from a later one that was given the same number.
struct RunProcess: Hashable {
  let host: String
  let number: Int
  /// When it started, in the system's ticks since the machine did; 0 where that is not told.
  let start: Int

  /// This process.
  static var current: RunProcess {
    let number = Int(getpid())
    return RunProcess(host: hostName, number: number, start: startTime(of: number) ?? 0)
  }

  /// Whether it still runs; nil for one of another machine, of which nothing is known here.
  var isAlive: Bool? {
    guard host == Self.hostName else { return nil }
    return Self.startTime(of: number) == start
  }

  private static var hostName: String { ProcessInfo.processInfo.hostName }

  /// The 22nd field of the process's status; the name before it may hold anything.
  private static func startTime(of number: Int) -> Int? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(number)/stat"),
      let text = String(validating: data, as: UTF8.self), let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? Int(fields[19]) : nil
  }
}

/// The processor that this machine has, by its own name.
enum Processor {
  static let name: String = {
    guard let data = FileManager.default.contents(atPath: "/proc/cpuinfo"),
      let text = String(validating: data, as: UTF8.self),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("model name") }),
      let value = line.split(separator: ":", maxSplits: 1).last
    else { return "unknown" }
    return value.trimmingCharacters(in: .whitespaces)
  }()
}
