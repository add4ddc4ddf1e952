import Serialization
import Testing

/// A table of texts against a dictionary of them.
@Suite("A table of bytes") struct ByteTableTests {
  /// Texts of all lengths around the eight bytes that are hashed at a time, many of them alike.
  private static let texts: [[UInt8]] = {
    var state: UInt64 = 1
    func next(_ limit: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % limit
    }
    return (0..<5000).map { _ in
      let count = Int(next(20))
      return (0..<count).map { _ in UInt8(next(3) == 0 ? next(256) : next(2) * 128) }
    } + [[], [0], [0, 0], Array(repeating: 0, count: 8), Array(repeating: 0, count: 16)]
  }()

  @Test("numbers texts as they come, each once", arguments: [0, 1, 100, 10_000])
  func numbers(capacity: Int) {
    var table = ByteTable(capacity: capacity)
    var known: [[UInt8]: Int] = [:]
    for text in Self.texts {
      #expect(table.number(of: text.span) == known[text])
      let (number, isNew) = table.insert(text.span)
      #expect(isNew == (known[text] == nil))
      #expect(number == known[text] ?? known.count)
      known[text] = number
      #expect(table.count == known.count)
    }
    for (text, number) in known {
      #expect(Array(table[number]) == text)
      #expect(table.number(of: text.span) == number)
    }
  }

  @Test("a large object finds, replaces and removes its members") func members() {
    var object = JSONObject()
    var known: [String: Int] = [:]
    for index in 0..<300 {
      let key = "key \(index * 7 % 101)"
      object[key] = .integer(index)
      known[key] = index
      if index % 5 == 0 {
        object["key \(index % 101)"] = nil
        known["key \(index % 101)"] = nil
      }
      #expect(object.count == known.count)
    }
    for (key, value) in known { #expect(object[key] == .integer(value)) }
    #expect(object["key"] == nil)
    // One scalar and two are two keys.
    object["\u{e9}"] = 1
    object["e\u{301}"] = 2
    #expect(object["\u{e9}"] == 1 && object["e\u{301}"] == 2)
  }
}
