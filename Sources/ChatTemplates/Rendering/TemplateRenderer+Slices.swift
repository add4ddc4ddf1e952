/// Parts of lists and texts: `a[1:-1]`.
extension TemplateRenderer {
  func slice(
    _ base: TemplateValue, _ bounds: [TemplateExpression?]
  ) throws(ChatTemplateError) -> TemplateValue {
    var numbers: [Int?] = []
    for bound in bounds {
      guard let bound else {
        numbers.append(nil)
        continue
      }
      let value = try evaluate(bound)
      if value.isNone {
        numbers.append(nil)
      } else if let number = value.wholeNumber {
        numbers.append(number)
      } else {
        throw wrongKind("a slice", value.kind)
      }
    }
    let step = numbers.count > 2 ? numbers[2] ?? 1 : 1
    guard step != 0 else { throw wrongKind("a slice", "a step of 0") }
    switch base {
    case .undefined(let name): throw undefined(name)
    case .string(let text): return .string(try slice(text, numbers[0], numbers[1], step))
    case .list(let list) where list.form.hasPlaces:
      let places = Self.places(of: list.items.count, numbers[0], numbers[1], step)
      let form = list.form.isTuple ? TemplateList.Form.tuple : .list
      return try self.list(places.map { list.items[$0] }, as: form, node: list.node)
    // Where Python refuses, Jinja finds nothing.
    default: return .undefined("a slice")
    }
  }

  private func slice(
    _ text: TemplateText, _ from: Int?, _ to: Int?, _ step: Int
  ) throws(ChatTemplateError) -> TemplateText {
    let places = Self.places(of: text.scalarCount, from, to, step)
    guard let first = places.first, let last = places.last else { return "" }
    try chargeText(text.byteCount, copied: text.isASCII ? places.count : text.byteCount)
    let bytes = text.scalarPlaces
    if step == 1 { return text[bytes[first]..<bytes[last + 1]] }
    try charge(places.count)
    return places.map { text[bytes[$0]..<bytes[$0 + 1]] }.joined()
  }

  /// The places that a slice takes, by Python's rules.
  private static func places(of count: Int, _ from: Int?, _ to: Int?, _ step: Int) -> [Int] {
    func clamped(_ bound: Int, _ range: ClosedRange<Int>) -> Int {
      let place = bound < 0 ? bound.addingReportingOverflow(count).partialValue : bound
      return min(max(place, range.lowerBound), range.upperBound)
    }
    // A step longer than the list goes once; shortening it keeps `stride` from overflowing.
    let step = min(max(step, -count - 1), count + 1)
    if step > 0 {
      let start = from.map { clamped($0, 0...count) } ?? 0
      return Array(stride(from: start, to: to.map { clamped($0, 0...count) } ?? count, by: step))
    }
    let start = from.map { clamped($0, -1...count - 1) } ?? count - 1
    return Array(stride(from: start, to: to.map { clamped($0, -1...count - 1) } ?? -1, by: step))
  }
}
