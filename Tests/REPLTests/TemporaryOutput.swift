import Foundation
import REPL
import Terminal

/// Two files in the place of standard output and standard error.
final class TemporaryOutput {
  let renderer: EventRenderer
  private let files: [FileHandle]

  init(results path: String? = nil) throws {
    files = try (0..<2).map { _ in
      let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
      try Data().write(to: url)
      defer { try? FileManager.default.removeItem(at: url) }
      return try FileHandle(forUpdating: url)
    }
    let full = try path.map { try FileHandle(forUpdating: URL(fileURLWithPath: $0)) }
    let streams = OutputStreams(
      results: TextStream(descriptor: (full ?? files[0]).fileDescriptor),
      notices: TextStream(descriptor: files[1].fileDescriptor))
    other = full
    renderer = EventRenderer(streams: streams, resultTheme: .plain, noticeTheme: .plain)
  }

  private let other: FileHandle?

  var results: String { get throws { try text(of: files[0]) } }
  var notices: String { get throws { try text(of: files[1]) } }

  private func text(of file: FileHandle) throws -> String {
    try file.seek(toOffset: 0)
    return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
  }
}
