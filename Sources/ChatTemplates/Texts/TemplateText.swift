/// A text that knows where it came from, byte by byte.
///
/// What a template says itself has no run; a part of the conversation has one that names the text it
/// was taken from. Every operation carries runs along, so that of each byte of the output it is known
/// which message wrote it.
struct TemplateText: Sendable {
  /// The text itself.
  private(set) var string: String
  /// The parts that came from the conversation or were written inside `{% generation %}`, in order.
  private(set) var runs: [TemplateRun]
  /// How many scalars there are: Python counts and indexes these.
  private(set) var scalarCount: Int
  /// Whether it is HTML already, as `safe` and `escape` say: what is added to it is escaped then.
  var isMarkup = false

  /// Text of the template's own.
  init(_ string: String) {
    self.string = string
    runs = []
    scalarCount = Self.scalarCount(string)
  }

  /// The whole text of a node of the conversation.
  init(_ string: String, whole node: Int) {
    self.init(string)
    guard !string.isEmpty else { return }
    let count = string.utf8.count
    runs = [TemplateRun(start: 0, end: count, node: node, from: 0, upTo: count)]
  }

  /// Text that belongs to a node without being part of its text, such as a key or JSON's signs.
  init(_ string: String, beside node: Int?) {
    self.init(string)
    guard let node, !string.isEmpty else { return }
    runs = [TemplateRun(start: 0, end: string.utf8.count, node: node, from: 0, upTo: 0)]
  }

  private static func scalarCount(_ string: String) -> Int {
    let bytes = string.utf8.span
    var count = 0
    for place in bytes.indices where bytes[place] & 0xC0 != 0x80 { count += 1 }
    return count
  }

  var isEmpty: Bool { string.isEmpty }
  var byteCount: Int { string.utf8.count }
  var isASCII: Bool { scalarCount == byteCount }
  /// The bytes that copying it moves: its own, and those of its runs.
  var weight: Int { byteCount + MemoryLayout<TemplateRun>.stride * runs.count }

  /// Adds a text at the end.
  mutating func append(_ other: TemplateText) {
    let base = byteCount
    string += other.string
    scalarCount += other.scalarCount
    for run in other.runs { add(run.moved(by: base)) }
  }

  private mutating func add(_ run: TemplateRun) {
    if let last = runs.last, last.goesOn(in: run) {
      runs[runs.count - 1].end = run.end
      runs[runs.count - 1].upTo = run.upTo
    } else {
      runs.append(run)
    }
  }

  /// The part that stands at these bytes, which begin and end between scalars.
  subscript(bytes: Range<Int>) -> TemplateText {
    guard bytes.lowerBound > 0 || bytes.upperBound < byteCount else { return self }
    let utf8 = string.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: bytes.lowerBound)
    let end = utf8.index(start, offsetBy: bytes.count)
    var part = TemplateText("")
    part.isMarkup = isMarkup
    part.string = String(string[start..<end])
    part.scalarCount = isASCII ? bytes.count : Self.scalarCount(part.string)
    guard !runs.isEmpty else { return part }
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].end <= bytes.lowerBound { low = middle + 1 } else { high = middle }
    }
    while low < runs.count, runs[low].start < bytes.upperBound {
      part.runs.append(runs[low].cut(to: bytes).moved(by: -bytes.lowerBound))
      low += 1
    }
    return part
  }

  /// Where each scalar begins, and where the last one ends.
  var scalarPlaces: [Int] {
    guard !isASCII else { return Array(0...byteCount) }
    var places: [Int] = []
    places.reserveCapacity(scalarCount + 1)
    for (place, byte) in string.utf8.enumerated() where byte & 0xC0 != 0x80 { places.append(place) }
    return places + [byteCount]
  }

  /// The scalar of this number as a text.
  func scalar(_ index: Int) -> TemplateText {
    if isASCII { return self[index..<index + 1] }
    var count = 0
    var start = 0
    for (place, byte) in string.utf8.enumerated() where byte & 0xC0 != 0x80 {
      if count == index { start = place }
      if count == index + 1 { return self[start..<place] }
      count += 1
    }
    return self[start..<byteCount]
  }

  /// The first scalars, at most so many.
  func prefix(scalars count: Int) -> TemplateText {
    guard count < scalarCount else { return self }
    if isASCII { return self[0..<count] }
    return self[0..<scalarPlaces[count]]
  }

  /// Each scalar as a text of its own.
  var scalars: [TemplateText] {
    let places = scalarPlaces
    return places.indices.dropLast().map { self[places[$0]..<places[$0 + 1]] }
  }

  /// Puts another text in place of each scalar for which there is one; it belongs where the scalar
  /// belonged.
  func mapped(_ change: (Unicode.Scalar) -> String?) -> TemplateText {
    var result = TemplateText("")
    result.isMarkup = isMarkup
    var kept = 0
    var place = 0
    for scalar in string.unicodeScalars {
      let end = place + UTF8.width(scalar)
      if let new = change(scalar) {
        if kept < place { result.append(self[kept..<place]) }
        result.append(TemplateText(new).belonging(where: self[place..<end]))
        kept = end
      }
      place = end
    }
    guard kept > 0 else { return self }
    if kept < byteCount { result.append(self[kept..<byteCount]) }
    return result
  }

  /// This text as what became of another: all of it comes from where that begins.
  func belonging(where other: TemplateText) -> TemplateText {
    guard let run = other.runs.first, !isEmpty else { return self }
    var text = self
    text.runs = [
      TemplateRun(
        start: 0, end: byteCount, node: run.node, from: run.from,
        upTo: other.runs.last.map { $0.node == run.node ? $0.upTo : run.upTo } ?? run.upTo,
        isGenerated: run.isGenerated)
    ]
    return text
  }

  /// The text marked as what the assistant writes.
  var generated: TemplateText {
    var text = self
    text.runs = []
    var place = 0
    for run in runs {
      if place < run.start { text.runs.append(.generated(place..<run.start)) }
      var run = run
      run.isGenerated = true
      text.runs.append(run)
      place = run.end
    }
    if place < byteCount { text.runs.append(.generated(place..<byteCount)) }
    return text
  }

  static func + (a: TemplateText, b: TemplateText) -> TemplateText {
    var sum = a
    sum.append(b)
    return sum
  }

  /// This text so many times, one after the other.
  func repeated(_ count: Int) -> TemplateText {
    var result = TemplateText("")
    guard !isEmpty, count > 0 else { return result }
    guard !runs.isEmpty else { return TemplateText(String(repeating: string, count: count)) }
    for _ in 0..<count { result.append(self) }
    return result
  }
}

extension TemplateText: ExpressibleByStringLiteral {
  init(stringLiteral value: String) { self.init(value) }
}

extension TemplateText: Equatable {
  /// Whether both are the same bytes, wherever they came from.
  static func == (a: TemplateText, b: TemplateText) -> Bool {
    guard a.byteCount == b.byteCount, a.scalarCount == b.scalarCount else { return false }
    // Of other texts than ASCII, some are the same to `==` that only look alike.
    return a.isASCII ? a.string == b.string : a.string.utf8.elementsEqual(b.string.utf8)
  }
}

extension [TemplateText] {
  /// The texts one after the other with `separator` between.
  func joined(by separator: TemplateText = "") -> TemplateText {
    var result: TemplateText = ""
    for (index, text) in enumerated() {
      if index > 0 { result.append(separator) }
      result.append(text)
    }
    return result
  }
}
