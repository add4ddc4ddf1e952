/// A set of Unicode characters, as ranges in their order.
struct CharacterRanges: Hashable, Sendable {
  /// Every character there is: all code points but halves of surrogate pairs.
  static let all = CharacterRanges([0...0xD7FF, 0xE000...0x10FFFF])

  private(set) var ranges: [ClosedRange<UInt32>]

  /// The characters of some ranges, in any order; surrogates among them are left out.
  init(_ ranges: [ClosedRange<UInt32>]) {
    var joined: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound <= last.upperBound + 1 {
        joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    self.ranges = joined.flatMap { range in
      [(UInt32(0), UInt32(0xD7FF)), (0xE000, 0x10FFFF)].compactMap { lower, upper in
        let (start, end) = (max(range.lowerBound, lower), min(range.upperBound, upper))
        return start <= end ? start...end : nil
      }
    }
  }

  /// The characters of a text.
  init(of text: String) { self.init(text.unicodeScalars.map { $0.value...$0.value }) }

  var isEmpty: Bool { ranges.isEmpty }

  func contains(_ value: UInt32) -> Bool { ranges.contains { $0.contains(value) } }

  func union(_ other: CharacterRanges) -> CharacterRanges {
    CharacterRanges(ranges + other.ranges)
  }

  func subtracting(_ other: CharacterRanges) -> CharacterRanges {
    var left: [ClosedRange<UInt32>] = []
    for range in ranges {
      var start = range.lowerBound
      for taken in other.ranges
      where taken.upperBound >= start && taken.lowerBound <= range.upperBound {
        if taken.lowerBound > start { left.append(start...taken.lowerBound - 1) }
        start = taken.upperBound + 1
      }
      if start <= range.upperBound { left.append(start...range.upperBound) }
    }
    return CharacterRanges(left)
  }

  /// The characters of UTF-8 as sequences of ranges of bytes.
  var byteRanges: [[ClosedRange<UInt8>]] { ranges.flatMap(Self.byteRanges) }

  /// Cuts a range where the number of bytes changes, then where continuation bytes begin anew.
  private static func byteRanges(of range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
    for limit: UInt32 in [0x7F, 0x7FF, 0xFFFF]
    where range.lowerBound <= limit && range.upperBound > limit {
      return byteRanges(of: range.lowerBound...limit)
        + byteRanges(of: limit + 1...range.upperBound)
    }
    for bits: UInt32 in [6, 12, 18] {
      let mask: UInt32 = 1 << bits - 1
      let (lower, upper) = (range.lowerBound, range.upperBound)
      guard upper > 0x7F, lower & ~mask != upper & ~mask else { continue }
      if lower & mask != 0 {
        return byteRanges(of: lower...(lower | mask)) + byteRanges(of: (lower | mask) + 1...upper)
      }
      if upper & mask != mask {
        return byteRanges(of: lower...(upper & ~mask) - 1) + byteRanges(of: upper & ~mask...upper)
      }
    }
    return [zip(bytes(of: range.lowerBound), bytes(of: range.upperBound)).map { $0...$1 }]
  }

  private static func bytes(of value: UInt32) -> [UInt8] {
    Unicode.Scalar(value).map { Array(String($0).utf8) } ?? []
  }
}
