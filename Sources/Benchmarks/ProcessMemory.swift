import Foundation

/// What memory this process has taken.
enum ProcessMemory {
  /// The most that was resident so far, in bytes; 0 where the system does not tell.
  ///
  /// Not `getrusage`: what it says counts the process that started this one.
  static var peakByteCount: Int {
    guard let bytes = FileManager.default.contents(atPath: "/proc/self/status"),
      let text = String(validating: bytes, as: UTF8.self),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first
        .flatMap({ Int($0) })
    else { return 0 }
    return kilobytes * 1024
  }
}
