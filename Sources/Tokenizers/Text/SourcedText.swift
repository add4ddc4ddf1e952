/// A text that is changed step by step, with what of the source its bytes come from.
struct SourcedText: Sendable {
  /// UTF-8.
  private(set) var bytes: [UInt8]
  /// Whether the first byte comes from the beginning of the source.
  private(set) var beginsSource: Bool
  /// Whether it is known where bytes come from: only when somebody asked.
  let keepsOrigins: Bool
  /// Whether this is the source itself, where each byte comes from its own place.
  private let isSource: Bool
  /// A place in the source for each byte, which never run backwards; empty where it is not kept, or
  /// known without.
  private var places: [Range<Int>] = []

  /// All of `source`, unchanged.
  init(_ source: [UInt8], keepingOrigins: Bool) {
    bytes = source
    beginsSource = true
    keepsOrigins = keepingOrigins
    isSource = true
  }

  /// The part of `source` in `range`, unchanged.
  init(_ source: [UInt8], _ range: Range<Int>, keepingOrigins: Bool) {
    bytes = Array(source[range])
    beginsSource = range.lowerBound == 0
    keepsOrigins = keepingOrigins
    isSource = false
    if keepingOrigins { places = range.map { $0..<$0 + 1 } }
  }

  /// A text that is to be filled, which keeps origins when `other` does.
  init(like other: SourcedText) {
    bytes = []
    bytes.reserveCapacity(other.bytes.count + other.bytes.count / 8)
    beginsSource = false
    keepsOrigins = other.keepsOrigins
    isSource = false
  }

  /// Appends `new` for what `range` of `other` was.
  mutating func append(_ new: some Collection<UInt8>, for range: Range<Int>, of other: SourcedText)
  {
    begin(at: range, of: other)
    bytes += new
    guard keepsOrigins else { return }
    places.append(contentsOf: repeatElement(other.origin(of: range), count: new.count))
  }

  /// Appends a character for what `range` of `other` was.
  mutating func append(_ new: Unicode.Scalar, for range: Range<Int>, of other: SourcedText) {
    begin(at: range, of: other)
    bytes.append(new)
    guard keepsOrigins else { return }
    places.append(contentsOf: repeatElement(other.origin(of: range), count: UTF8.width(new)))
  }

  /// Appends a part of another text as it is.
  mutating func append(_ range: Range<Int>, of other: SourcedText) {
    begin(at: range, of: other)
    if range.count == 1 {
      bytes.append(other.bytes[range.lowerBound])
    } else {
      bytes += other.bytes[range]
    }
    guard keepsOrigins else { return }
    if other.isSource {
      places += range.map { $0..<$0 + 1 }
    } else {
      places += other.places[range]
    }
  }

  private mutating func begin(at range: Range<Int>, of other: SourcedText) {
    guard bytes.isEmpty else { return }
    beginsSource = other.beginsSource && range.lowerBound == 0
  }

  /// What of the source the bytes in `range` come from; of an empty range, the empty place where it
  /// stands.
  func origin(of range: Range<Int>) -> Range<Int> {
    guard !isSource else { return range }
    guard !range.isEmpty, range.upperBound <= places.count else {
      let place =
        range.lowerBound < places.count
        ? places[range.lowerBound].lowerBound : places.last?.upperBound ?? 0
      return place..<place
    }
    let lower = places[range.lowerBound].lowerBound
    return lower..<max(lower, places[range.upperBound - 1].upperBound)
  }

  /// Returns what `body` appends for each character in turn.
  func mappingScalars(
    _ body: (Unicode.Scalar, Range<Int>, inout SourcedText) -> Void
  ) -> SourcedText {
    var result = SourcedText(like: self)
    bytes.forEachScalar(in: bytes.indices) { body($0, $1, &result) }
    return result
  }
}
