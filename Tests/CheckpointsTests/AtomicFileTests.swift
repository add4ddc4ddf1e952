import Checkpoints
import Foundation
import Reporting
import TestSupport
import Testing

@Suite("Atomic files") struct AtomicFileTests {
  @Test func appearsOnlyWhenCommitted() throws {
    let folder = try TemporaryFolder()
    let path = try folder.put("x", "old")
    let file = try AtomicFile(path: path)
    try file.write(Array("ne".utf8))
    try file.write(Array("w".utf8))
    #expect(try folder.bytes(of: "x") == Array("old".utf8))
    // SHA-256 of "new", by sha256sum.
    let hash = try file.commit()
    #expect(hash == "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437")
    #expect(try folder.bytes(of: "x") == Array("new".utf8))
    #expect(try folder.names == ["x"])
  }

  @Test func leavesNothingBehindWhenLetGo() throws {
    let folder = try TemporaryFolder()
    do {
      let file = try AtomicFile(path: folder.path + "/x")
      try file.write([1, 2, 3])
      #expect(try folder.names.count == 1)
    }
    #expect(try folder.names == [])
  }

  static let faults: [(name: String, errno: Int32)] = [
    ("missing/x", ENOENT), ("file/x", ENOTDIR), ("folder", EISDIR), ("a\u{0}b", EINVAL),
  ]

  @Test("gives the system's reason", arguments: faults)
  func givesReason(name: String, errno code: Int32) throws {
    let folder = try TemporaryFolder()
    try folder.put("file", "")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/folder", withIntermediateDirectories: false)
    let path = folder.path + "/" + name
    let error = failure { () throws(CheckpointError) in try AtomicFile.write([1], to: path) }
    guard case .fileSystem(_, path, let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found == code)
    #expect(try folder.names == ["file", "folder"])
  }

  @Test("says that the disk is full")
  func saysDiskFull() {
    let error = CheckpointError.fileSystem(.write, path: "a/b", errno: ENOSPC)
    #expect(error.message == "cannot write a/b: the disk is full (errno \(ENOSPC))")
  }

  @Test func readsOnlyPlainFilesUpToALimit() throws {
    let folder = try TemporaryFolder()
    let path = try folder.put("x", "12345")
    #expect(try OpenFile.contents(of: path, limit: 5).count == 5)
    #expect(
      failure { () throws(CheckpointError) in try OpenFile.contents(of: path, limit: 4) }
        == .fileTooLarge(path: path, byteCount: 5, limit: 4))
    #expect(
      failure { () throws(CheckpointError) in try OpenFile(path: folder.path) }
        == .notAFile(path: folder.path))
    mkfifo(folder.path + "/pipe", 0o600)
    #expect(
      failure { () throws(CheckpointError) in try OpenFile(path: folder.path + "/pipe") }
        == .notAFile(path: folder.path + "/pipe"))
  }
}
