/// A conversation as a template wrote it, of which each byte knows where it came from.
package struct RenderedChat: Sendable {
  /// What was written.
  package let text: String
  /// The stretches inside `{% generation %}`, in bytes of the text and in order.
  package let generated: [Range<Int>]
  private let runs: [TemplateRun]
  private let data: TemplateData
  /// Which nodes that are no texts were asked for.
  private let read: Set<Int>

  init(_ output: TemplateText, _ data: TemplateData, read: Set<Int>) {
    text = output.string
    runs = output.runs
    self.data = data
    self.read = read
    var generated: [Range<Int>] = []
    for run in output.runs where run.isGenerated {
      if let last = generated.last, last.upperBound == run.start {
        generated[generated.count - 1] = last.lowerBound..<run.end
      } else {
        generated.append(run.start..<run.end)
      }
    }
    self.generated = generated
  }

  /// The bytes of the text between the first and the last that come from a message; nil when nothing
  /// does.
  package func range(ofMessage index: Int) -> Range<Int>? {
    let own = runs.lazy.filter { $0.node.map { data.nodes[$0].message == index } ?? false }
    guard let first = own.first, let last = own.last else { return nil }
    return first.start..<last.end
  }

  /// The message that wrote the first byte of a range that came from any; nil when none did.
  package func message(in range: Range<Int>) -> Int? {
    for run in runs[firstRun(endingAfter: range.lowerBound)...] {
      guard run.start < range.upperBound else { break }
      if let message = run.node.flatMap({ data.nodes[$0].message }) { return message }
    }
    return nil
  }

  /// The place among the runs of the first that ends after a byte.
  private func firstRun(endingAfter byte: Int) -> Int {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].end <= byte { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// What the conversation holds and the text does not; a key of which nothing was written is one part,
  /// whatever it holds.
  package var unwritten: [UnwrittenPart] {
    var written: [Int: [Range<Int>]] = [:]
    for run in runs {
      guard let node = run.node, run.from < run.upTo else { continue }
      written[node, default: []].append(run.from..<run.upTo)
    }
    var parts: [UnwrittenPart] = []
    var seenKeys: Set<Int> = []
    var missing: [(key: Int, part: UnwrittenPart)] = []
    for (node, info) in data.nodes.enumerated() {
      let gaps: [Range<Int>]
      // A value of the row that decides something need not be written.
      let isVariable = info.message == nil && info.parent == nil && info.byteCount != nil
      if info.isScalar || isVariable, read.contains(node) {
        seenKeys.insert(data.key(of: node))
        continue
      }
      if info.isScalar {
        gaps = []
      } else if let count = info.byteCount, count > 0 {
        gaps = Self.gaps(in: count, after: written[node] ?? [])
        if gaps != [0..<count] { seenKeys.insert(data.key(of: node)) }
        if gaps.isEmpty { continue }
      } else {
        continue
      }
      missing.append((data.key(of: node), part(node, gaps)))
    }
    var told: Set<Int> = []
    for (key, part) in missing {
      if seenKeys.contains(key) {
        parts.append(part)
      } else if told.insert(key).inserted {
        let isText = data.nodes[key].byteCount != nil
        parts.append(isText ? part : self.part(key, []))
      }
    }
    return parts
  }

  /// Whether it writes a text at this path in another way than it stands there, as with escapes.
  package func changes(_ path: String) -> Bool {
    runs.contains { run in
      guard let node = run.node, run.from < run.upTo, !run.isVerbatim else { return false }
      return data.path(node) == path
    }
  }

  /// Whether it shows a list or map of the conversation by Python's or JSON's signs, at this path.
  package func printsStructure(of path: String) -> Bool {
    runs.contains { run in
      guard let node = run.node, run.from == run.upTo else { return false }
      let info = data.nodes[node]
      return info.byteCount == nil && !info.isScalar && data.path(node) == path
    }
  }

  private func part(_ node: Int, _ missing: [Range<Int>]) -> UnwrittenPart {
    UnwrittenPart(
      message: data.nodes[node].message, path: data.path(node), missing: missing,
      byteCount: data.nodes[node].byteCount ?? 0)
  }

  /// What of `0..<count` lies in none of the ranges.
  private static func gaps(in count: Int, after ranges: [Range<Int>]) -> [Range<Int>] {
    var gaps: [Range<Int>] = []
    var end = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > end { gaps.append(end..<range.lowerBound) }
      end = max(end, range.upperBound)
    }
    return end < count ? gaps + [end..<count] : gaps
  }
}

/// A field of a conversation that a template did not write, or not whole.
package struct UnwrittenPart: Hashable, Sendable {
  /// The message's number, from 0; nil for a value of the row, such as `tools`.
  package let message: Int?
  /// Its keys from the message down, such as `tool_calls.function.name`.
  package let path: String
  /// The bytes of its text that are missing; empty for what is no text.
  package let missing: [Range<Int>]
  /// How long its text is, in bytes; 0 for what is no text.
  package let byteCount: Int

  /// Whether nothing of it was written.
  package var isWhole: Bool { missing.isEmpty || missing == [0..<byteCount] }
}
