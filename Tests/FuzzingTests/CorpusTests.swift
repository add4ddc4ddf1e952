import Foundation
import FuzzTargets
import Testing

/// Every reader of strangers' bytes, given the inputs that fuzzing found worth keeping.
@Suite("Kept inputs of fuzzing") struct CorpusTests {
  @Test("end in time", arguments: FuzzTarget.all.map(\.name))
  func run(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let inputs = try Self.inputs(of: name)
    #expect(inputs.count >= 20)
    for input in inputs {
      let clock = ContinuousClock()
      // A trap in it would end the tests.
      let time = clock.measure { input.withUnsafeBufferPointer(target.run) }
      // Fuzzing allows a second in an optimised build.
      #expect(time < .seconds(20), "\(input.count) bytes")
    }
  }

  /// The inputs, a line each, with bytes that are no printable ASCII as `\n`, `\\` or `\x1b`.
  private static func inputs(of name: String) throws -> [[UInt8]] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let text = try String(contentsOf: folder.appending(path: "Corpus/\(name).txt"), encoding: .utf8)
    return text.split(separator: "\n").map { line in
      var bytes: [UInt8] = []
      var rest = line[...]
      while let character = rest.popFirst() {
        guard character == "\\" else {
          bytes += Array(character.utf8)
          continue
        }
        switch rest.popFirst() {
        case "n": bytes.append(0x0a)
        case "x":
          bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
          rest = rest.dropFirst(2)
        case let other: bytes += Array((other.map(String.init) ?? "").utf8)
        }
      }
      return bytes
    }
  }
}
