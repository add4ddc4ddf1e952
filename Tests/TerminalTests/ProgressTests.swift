import Foundation
import Reporting
import Synchronization
import Terminal
import Testing

@Suite("ProgressLine") struct ProgressLineTests {
  private static let terminal = Theme(allowsColor: false, allowsRedraw: true, allowsUnicode: true)
  private static let snapshot = ProgressSnapshot(
    title: "epoch 2/3", fraction: 0.645,
    measures: [
      .init("loss", "1.32", trend: [7, 6, 5, 4, 3, 3, 2]), .init("dev", "1.41"),
      .init("", "12.4k tok/s"),
    ],
    secondsLeft: 20.2)

  /// A clock that a test sets.
  private final class Clock: Sendable {
    private let time = Mutex(0.0)
    func set(_ seconds: Double) { time.withLock { $0 = seconds } }
    var seconds: Double { time.withLock { $0 } }
  }

  /// What is written while `body` runs.
  private func output(
    theme: Theme = terminal, columns: Int = 120, _ body: (ProgressLine, Clock) throws -> Void
  ) throws -> String {
    try withPipe { reader, writer in
      let clock = Clock()
      let line = ProgressLine(
        stream: TextStream(descriptor: writer), theme: theme, columns: { columns },
        now: { clock.seconds })
      try body(line, clock)
      try TextStream(descriptor: writer).write("$")
      var bytes = [UInt8](repeating: 0, count: 10_000)
      let count = read(reader, &bytes, bytes.count)
      return String(decoding: bytes.prefix(max(0, count)).dropLast(), as: UTF8.self)
    }
  }

  private func line(
    _ snapshot: ProgressSnapshot = snapshot, theme: Theme = terminal, columns: Int
  ) throws -> String {
    let text = try output(theme: theme, columns: columns) { line, _ in line.update(snapshot) }
    #expect(text.hasPrefix("\r\u{1b}[K"))
    return text.replacing("\r\u{1b}[K", with: "")
  }

  @Test(
    "says less where there is less room",
    arguments: [
      (
        120,
        "epoch 2/3 ━━━━━━━━━━━━╸─────── 64% · loss 1.32 █▇▅▄▂▂▁ · dev 1.41 · 12.4k tok/s · 0:21 left"
      ),
      (80, "epoch 2/3 ━━━━━─── 64% · loss 1.32 █▇▅▄▂▂▁ · dev 1.41 · 12.4k tok/s · 0:21 left"),
      (60, "epoch 2/3 ━━━━━─── 64% · loss 1.32 · dev 1.41 · 0:21 left"),
      (40, "epoch 2/3 ━━━━━─── 64% · 0:21 left"),
      (27, "epoch 2/3 64% · 0:21 left"),
      (9, "epoch 2…"),
    ])
  func widths(columns: Int, expected: String) throws {
    #expect(try line(columns: columns) == expected)
  }

  @Test("is never as wide as the terminal", arguments: 1...130)
  func fits(columns: Int) throws {
    #expect(DisplayWidth.of(try line(columns: columns)) < max(2, columns))
  }

  @Test("uses ASCII alone where it must")
  func ascii() throws {
    let theme = Theme(allowsColor: false, allowsRedraw: true, allowsUnicode: false)
    let text = try line(theme: theme, columns: 90)
    #expect(text.utf8.allSatisfy { $0 < 0x7F })
    #expect(text.hasPrefix("epoch 2/3 [=========     ] 64% | loss 1.32 #*=~.._ | dev"))
  }

  @Test("says 100% only when all is done, and nothing odd for odd numbers")
  func fractions() throws {
    let texts = try [0.9999, 1, 7, -1, .nan].map { fraction in
      try line(ProgressSnapshot(title: "a", fraction: fraction), columns: 80)
    }
    #expect(texts.map { $0.split(separator: " ").last } == ["99%", "100%", "100%", "0%", "0%"])
    let unknown = ProgressSnapshot(title: "reading", fraction: nil, secondsLeft: .infinity)
    #expect(try line(unknown, columns: 80) == "reading · ? left")
  }

  @Test("wipes all rows that a narrower terminal broke it into")
  func narrower() throws {
    let widths = Mutex([80, 40, 20])
    let text = try withPipe { reader, writer in
      let line = ProgressLine(
        stream: TextStream(descriptor: writer), theme: Self.terminal,
        columns: { widths.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } },
        now: { Double(widths.withLock { -$0.count }) })
      line.update(Self.snapshot)
      line.update(Self.snapshot)
      line.clear()
      var bytes = [UInt8](repeating: 0, count: 10_000)
      let count = read(reader, &bytes, bytes.count)
      return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
    let wide = "epoch 2/3 ━━━━━─── 64% · loss 1.32 █▇▅▄▂▂▁ · dev 1.41 · 12.4k tok/s · 0:21 left"
    let narrow = "epoch 2/3 ━━━━━─── 64% · 0:21 left"
    let expected = "\r\u{1b}[K\(wide)\r\u{1b}[1A\u{1b}[J\(narrow)\r\u{1b}[1A\u{1b}[J"
    #expect(text == expected)
  }

  @Test("is drawn ten times a second at most")
  func throttled() throws {
    let text = try output { line, clock in
      for tenth in 0..<20 {
        clock.set(Double(tenth) * 0.05)
        line.update(Self.snapshot)
      }
    }
    #expect(text.split(separator: "\r").count == 10)
  }

  @Test("leaves a summary in its place")
  func summary() throws {
    let text = try output { line, _ in
      line.update(Self.snapshot)
      line.finish("trained 3 epochs in 1:02")
    }
    #expect(text.hasSuffix("\r\u{1b}[Ktrained 3 epochs in 1:02\n"))
  }

  @Test("into a file it writes a plain line every ten seconds, and the summary")
  func plain() throws {
    let text = try output(theme: .plain, columns: 20) { line, clock in
      for second in 0..<25 {
        clock.set(Double(second))
        line.update(Self.snapshot)
      }
      line.finish("done")
    }
    let expected = "epoch 2/3 64%, loss 1.32, dev 1.41, 12.4k tok/s, 0:21 left\n"
    #expect(text == expected + expected + expected + "done\n")
  }
}
