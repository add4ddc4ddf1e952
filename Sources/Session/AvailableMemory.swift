import Foundation
package import Tensors

/// How much memory this process can still get.
package enum AvailableMemory {
  /// What a device can still get, in bytes.
  package static func byteCount(of device: any Device) -> Int { device.freeByteCount ?? byteCount }

  /// In bytes: what Linux calls available, or all the machine has where that is not told; no more
  /// than limits set on the process or its container leave.
  package static var byteCount: Int {
    var limit = rlimit()
    let hasLimit = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0
    let isLimited = hasLimit && limit.rlim_cur < UInt64(Int.max)
    // Of a limit on addresses, what the program has mapped is gone; some is left for all the rest.
    let allowed =
      isLimited ? max(0, Int(clamping: limit.rlim_cur) - mappedByteCount - reserve) : .max
    return min(allowed, systemByteCount, containerByteCount ?? .max)
  }

  /// What tokens, texts and threads take beside what is counted, in bytes.
  private static let reserve = 32 << 20

  /// The addresses that this process has taken, in bytes.
  private static var mappedByteCount: Int {
    let pages = text("/proc/self/statm")?.split(separator: " ").first.flatMap { Int($0) } ?? 0
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// What the control group of this process may still take; nil where there is no limit.
  ///
  /// A container sees its own group as the root, so only that is asked. The cache of files that
  /// the group has read counts as taken there, though it gives way.
  private static var containerByteCount: Int? {
    let folder = "/sys/fs/cgroup"
    guard let limit = text("\(folder)/memory.max").flatMap({ Int($0) }),
      let used = text("\(folder)/memory.current").flatMap({ Int($0) })
    else { return nil }
    let cache = text("\(folder)/memory.stat")?.split(separator: "\n")
      .first { $0.hasPrefix("inactive_file ") }?.split(separator: " ").last.flatMap { Int($0) }
    return max(0, limit - used + min(used, cache ?? 0))
  }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path)
      .flatMap { String(validating: $0, as: UTF8.self) }?
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static var systemByteCount: Int {
    let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    guard let text = text("/proc/meminfo"),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return physical }
    return kilobytes * 1024
  }
}
