import Foundation
import Sandbox
import Testing

/// Which files are inside the limits, whatever name leads to them.
@Suite("Limits of files") struct FileLimitsTests {
  private let root = NSTemporaryDirectory() + "tunebook-" + UUID().uuidString

  private func folder(_ name: String) throws -> String {
    let path = root + "/" + name
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test("a name is followed as the system does: links, dots, and parts that do not exist")
  func names() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    let (project, outside) = (try folder("project"), try folder("outside"))
    let out = try folder("project/out")
    try FileManager.default.createSymbolicLink(
      atPath: project + "/link", withDestinationPath: outside)
    try FileManager.default.createSymbolicLink(atPath: outside + "/back", withDestinationPath: out)
    let limits = FileLimits(readable: [project], writable: [out])
    for name in ["rows.jsonl", "./rows.jsonl", "out/../rows.jsonl", "a/b/c", "link/back/x"] {
      #expect(limits.mayRead(project + "/" + name), "\(name)")
    }
    for name in [
      "../outside/x", "link/x", "link", "link/../outside/x", "link/..", "..", "missing/../../x", "",
      "out\0/x", "../project2",
    ] { #expect(!limits.mayRead(name.isEmpty ? "" : project + "/" + name), "\(name)") }
    for name in ["out/x", "out", "link/back/new", "out/a/../b"] {
      #expect(limits.mayWrite(project + "/" + name), "\(name)")
    }
    for name in ["x", "out/../x", "output/x", "link/x", "."] {
      #expect(!limits.mayWrite(project + "/" + name), "\(name)")
    }
    for path in ["/etc/passwd", "/proc/self/environ", "~/.ssh/id_rsa", "/"] {
      #expect(!limits.mayRead(path) && !limits.mayWrite(path), "\(path)")
    }
  }
}
