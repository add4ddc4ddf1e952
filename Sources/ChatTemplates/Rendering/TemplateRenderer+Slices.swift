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
      let bounds = Self.bounds(of: list.items.count, numbers[0], numbers[1], step)
      let form = list.form.isTuple ? TemplateList.Form.tuple : .list
      return try self.list(bounds.places.map { list.items[$0] }, as: form, node: list.node)
    // Where Python refuses, Jinja finds nothing.
    default: return .undefined("a slice")
    }
  }

  private func slice(
    _ text: TemplateText, _ from: Int?, _ to: Int?, _ step: Int
  ) throws(ChatTemplateError) -> TemplateText {
    let bounds = Self.bounds(of: text.scalarCount, from, to, step)
    let bytes = text.isASCII ? nil : text.scalarPlaces
    if bytes != nil { try chargeScan(text) }
    guard step != 1 else {
      guard bounds.start < bounds.end else { return "" }
      let start = bytes?[bounds.start] ?? bounds.start
      let part = text[start..<(bytes?[bounds.end] ?? bounds.end)]
      try chargeText(part.byteCount, copied: part.weight)
      return part
    }
    let places = Array(bounds.places)
    try charge(places.count)
    return places.map { text[(bytes?[$0] ?? $0)..<(bytes?[$0 + 1] ?? $0 + 1)] }.joined()
  }

  /// Where a slice begins and before what it ends.
  private struct Bounds {
    let start, end, step: Int

    var places: StrideTo<Int> { stride(from: start, to: end, by: step) }
  }

  /// What a slice of so many items takes, by Python's rules.
  private static func bounds(of count: Int, _ from: Int?, _ to: Int?, _ step: Int) -> Bounds {
    func clamped(_ bound: Int, _ range: ClosedRange<Int>) -> Int {
      let place = bound < 0 ? bound.addingReportingOverflow(count).partialValue : bound
      return min(max(place, range.lowerBound), range.upperBound)
    }
    // A step longer than the list goes once; shortening it keeps `stride` from overflowing.
    let step = min(max(step, -count - 1), count + 1)
    let range = step > 0 ? 0...count : -1...count - 1
    let (first, last) = step > 0 ? (0, count) : (count - 1, -1)
    return Bounds(
      start: from.map { clamped($0, range) } ?? first, end: to.map { clamped($0, range) } ?? last,
      step: step)
  }
}
