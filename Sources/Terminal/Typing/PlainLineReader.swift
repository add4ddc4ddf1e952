import Foundation

/// Entries from a pipe or a file, byte for byte; also from a terminal that cannot be edited on.
package final class PlainLineReader: LineSource {
  private let descriptor: Int32
  private let rules: EntryRules
  private let promptStream: TextStream?
  private let largestEntry: Int

  private var buffer: [UInt8] = []
  /// Where in `buffer` the next line begins.
  private var start = 0
  /// How many bytes of the input came before `buffer`.
  private var bytesBefore = 0
  private var lineNumber = 1
  private var isAtEnd = false

  /// Reads from `descriptor`, which stays its owner's to close.
  ///
  /// - Parameters:
  ///   - descriptor: An open file, pipe or terminal.
  ///   - rules: Say where an entry ends, and the prompt.
  ///   - promptStream: Where prompts go; nil for none, as for a pipe.
  ///   - largestEntry: In bytes; more is an error. 64 MB holds any script.
  package init(
    descriptor: Int32, rules: EntryRules, promptStream: TextStream? = nil,
    largestEntry: Int = 64 << 20
  ) {
    self.descriptor = descriptor
    self.rules = rules
    self.promptStream = promptStream
    self.largestEntry = largestEntry
  }

  /// The next entry: as many lines as it takes to be complete, or those left at the end.
  ///
  /// - Throws: ``TerminalError/invalidUTF8(offset:)``, ``TerminalError/entryTooLong(limit:)`` or
  ///   ``TerminalError/readFailed(code:)``.
  package func next() throws(TerminalError) -> LineInput {
    let firstLine = lineNumber
    var text: String?
    repeat {
      try promptStream?.write(rules.prompt(text ?? ""))
      switch try nextLine() {
      case .line(let line):
        text = text.map { $0 + "\n" + line } ?? line
        try checkSize(text?.utf8.count ?? 0)
      case .interrupted: return .interrupted
      case .end:
        // At a terminal Ctrl-D ends no more than one reading.
        if promptStream != nil { isAtEnd = false }
        return text.map { .entry($0, firstLine: firstLine) } ?? .end
      }
    } while rules.continuation(text ?? "") != nil
    return .entry(text ?? "", firstLine: firstLine)
  }

  package func prefill(_ text: String) -> Bool { false }

  private enum Line {
    case line(String)
    case interrupted
    case end
  }

  /// One line without its line feed; the last may have none.
  private func nextLine() throws(TerminalError) -> Line {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        return .line(try takeLine(to: end))
      }
      searched = buffer.count
      try checkSize(searched - start)
      guard !isAtEnd else {
        return start == buffer.count ? .end : .line(try takeLine(to: buffer.count))
      }
      searched -= dropTakenLines()
      if try fill() == false { return .interrupted }
    }
  }

  private func checkSize(_ byteCount: Int) throws(TerminalError) {
    guard byteCount <= largestEntry else { throw .entryTooLong(limit: largestEntry) }
  }

  /// Forgets the lines that were taken, and returns how many bytes they had.
  private func dropTakenLines() -> Int {
    let count = start
    buffer.removeFirst(count)
    bytesBefore += count
    start = 0
    return count
  }

  /// Reads what is there; false when Ctrl-C came instead.
  private func fill() throws(TerminalError) -> Bool {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &block, block.count)
      if count > 0 {
        buffer.append(contentsOf: block[..<count])
        return true
      }
      guard count < 0 else {
        isAtEnd = true
        return true
      }
      if errno == EAGAIN {
        var input = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&input, 1, -1)
      } else if errno != EINTR {
        throw .readFailed(code: errno)
      } else if promptStream != nil {
        return false
      }
    }
  }

  private func takeLine(to end: Int) throws(TerminalError) -> String {
    let bytes = Array(buffer[start..<end])
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw .invalidUTF8(offset: bytesBefore + start + error.byteOffsets.lowerBound)
    }
    start = min(end + 1, buffer.count)
    lineNumber += 1
    return String(decoding: bytes, as: UTF8.self)
  }
}
