import Language
import Testing

@testable import Commands

@Suite("A value that workers share") struct SharedValueTests {
  @Test(
    "keeps every kind and every bit",
    arguments: [
      Value.null, .bool(true), .number(0.1), .number(-0.0), .number(.infinity), .number(1e300),
      .duration(1.5), .string("a \"b\"\n\u{0}é"), .range(-3, 9),
      .list([.integer(1), .string("x")]),
      .record(["b": .number(1 / 3), "a": .list([.record(["c": .null])])]),
    ])
  func keeps(value: Value) throws {
    let shared = SharedValue.value(of: SharedValue.bytes(of: value), own: .null)
    #expect(shared == value)
    #expect(shared.source == value.source)
  }

  @Test("of the first worker counts, whatever this one has")
  func first() {
    let own: Value = .record(["seconds": .number(2), "loss": .number(1)])
    let first: Value = .record(["seconds": .number(3), "loss": .number(1)])
    #expect(SharedValue.value(of: SharedValue.bytes(of: first), own: own) == first)
  }

  @Test("that is not a number stays one")
  func notANumber() {
    let shared = SharedValue.value(of: SharedValue.bytes(of: .number(.nan)), own: .null)
    guard case .number(let number) = shared else { return #expect(Bool(false), "\(shared)") }
    #expect(number.isNaN)
  }
}
