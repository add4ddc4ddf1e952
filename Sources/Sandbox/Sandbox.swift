import CSandbox
import Foundation

/// Keeps this process to some files, without a network and without other processes, by the kernel.
package enum Sandbox {
  /// Why it cannot be entered.
  package enum Problem: Error, Hashable {
    /// The kernel has no Landlock, or it is off.
    case unsupported
    /// Other threads run already, which would not be held.
    case tooLate
    /// The kernel refused.
    case refused(errno: Int32)
  }

  /// Whether the kernel can do it.
  package static var isSupported: Bool { ft_sandbox_version() > 0 }

  /// Enters it, for good: this thread, and all that it starts, may use the files of `limits`, and what
  /// the program itself needs of the system.
  package static func enter(_ limits: FileLimits) throws(Problem) {
    guard isSupported else { throw .unsupported }
    guard threadCount == 1 else { throw .tooLate }
    let paths =
      (limits.readable + systemFiles).map { (path: $0, mayWrite: false) }
      + (limits.writable + ["/dev/null"]).map { (path: $0, mayWrite: true) }
    let texts = paths.map { strdup($0.path) }
    defer { for text in texts { free(text) } }
    let rules = zip(texts, paths).map { text, path in
      // Safety: the copies live to the end of this function, and the call keeps none of them.
      unsafe ft_sandbox_path(path: text, may_write: path.mayWrite ? 1 : 0)
    }
    let error = unsafe ft_sandbox_enter(rules, rules.count)
    guard error == 0 else { throw .refused(errno: error) }
  }

  /// What a program reads of the system: its libraries, time zones, random bytes, the machine's size.
  ///
  /// Of /proc all, as Dispatch ends a program that may not read the state of its own threads there,
  /// whose numbers are not known before: ``FileLimits`` alone keeps scripts from it.
  private static let systemFiles =
    ["/usr", "/lib", "/lib64", "/opt/swift/usr/lib", "/etc/ld.so.cache", "/etc/localtime"]
    + ["/dev/zero", "/dev/urandom", "/dev/random", "/dev/full"]
    + ["/proc", "/sys/fs/cgroup", "/sys/devices/system"]

  private static var threadCount: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
  }
}
