import Foundation

/// How much memory this process can still get.
package enum AvailableMemory {
  /// In bytes: what Linux calls available, or all the machine has where that is not told; no more
  /// than a limit set on the process.
  package static var byteCount: Int {
    var limit = rlimit()
    let hasLimit = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0
    let allowed = hasLimit ? Int(clamping: limit.rlim_cur) : .max
    return min(allowed, systemByteCount)
  }

  private static var systemByteCount: Int {
    let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    guard let bytes = FileManager.default.contents(atPath: "/proc/meminfo"),
      let text = String(validating: bytes, as: UTF8.self),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return physical }
    return kilobytes * 1024
  }
}
