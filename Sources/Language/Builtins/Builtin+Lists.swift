extension Builtin {
  /// Functions on lists and records.
  static let lists = [
    Builtin(
      "length(x)", 1...1, "How many items, fields or characters.", example: "length([1, 2])"
    ) { arguments throws(Misuse) in
      switch arguments[0] {
      case .string(let text): return .integer(characterCount(of: text))
      case let value:
        guard let items = ItemSequence(value) else {
          throw Misuse("works on a list, record or text, not on \(value.kindName)")
        }
        return .integer(items.count)
      }
    },
    Builtin(
      "range(first, last, step)", 2...3, "A list of numbers from the first to the last.",
      example: "range(10, 0, -5)"
    ) { arguments throws(Misuse) in
      let first = try number(arguments[0])
      let step = arguments.count > 2 ? try number(arguments[2]) : 1
      guard step != 0, step.isFinite else { throw Misuse("needs a step that is not 0") }
      // Half a millionth of a step of slack: 0 to 1 by 0.1 includes 1.
      let count = ((try number(arguments[1]) - first) / step + 5e-7).rounded(.down)
      guard count < 10_000_000 else { throw Misuse("cannot make more than 10,000,000 items") }
      guard count >= 0 else { return .list([]) }
      return .list((0...Int(count)).map { .number(first + Double($0) * step) })
    },
    Builtin(
      "sort(xs, field)", 1...2,
      "The list of numbers or texts in order, or of records by a field.", example: "sort([3, 1, 2])"
    ) { arguments throws(Misuse) in
      let items = try items(arguments[0])
      let keys = arguments.count > 1 ? try fields(try text(arguments[1]), of: items) : items
      for pair in zip(keys, keys.dropFirst())
      where Interpreter.compare(pair.0, pair.1, .less) == nil {
        throw Misuse("works on numbers or on texts, not on \(pair.1.kindName) among them")
      }
      // Equal ones stay in their order.
      let order = keys.indices.sorted { left, right in
        if Interpreter.compare(keys[left], keys[right], .less) ?? false { return true }
        return left < right && !(Interpreter.compare(keys[right], keys[left], .less) ?? false)
      }
      return .list(order.map { items[$0] })
    },
    Builtin(
      "keys(record)", 1...1, "The names of a record's fields.", example: "keys({a: 1})"
    ) { arguments throws(Misuse) in .list(try record(arguments[0]).names.map { .string($0) }) },
    Builtin(
      "values(record)", 1...1, "The values of a record's fields.", example: "values({a: 1})"
    ) { arguments throws(Misuse) in .list(try record(arguments[0]).fields.map(\.value)) },
    Builtin(
      "contains(x, part)", 2...2, "Whether a list, record, range or text has an item or part.",
      example: "contains([1, 2], 2)"
    ) { arguments throws(Misuse) in
      guard let found = Interpreter.contains(arguments[0], arguments[1]) else {
        throw Misuse("cannot look for \(arguments[1].kindName) in \(arguments[0].kindName)")
      }
      return .bool(found)
    },
    Builtin(
      "map(xs)", 1...1, "What the block gives for each item, called `it`.",
      example: "map(1..3) do { it * 2 }", work: .each(.result)),
    Builtin(
      "filter(xs)", 1...1, "The items, called `it`, for which the block gives true.",
      example: "filter(1..4) do { it mod 2 == 0 }", work: .each(.item)),
  ]

  /// How many characters a text has; of plain ASCII without line ends of two bytes, as many as bytes.
  private static func characterCount(of text: String) -> Int {
    let bytes = text.utf8.span
    var isPlain = true
    for index in bytes.indices {
      isPlain = isPlain && bytes[index] < 0x80 && bytes[index] != 0x0D
    }
    return isPlain ? bytes.count : text.count
  }

  /// The value of a field of each record.
  private static func fields(_ name: String, of items: [Value]) throws(Misuse) -> [Value] {
    var values: [Value] = []
    for item in items {
      guard let value = try record(item)[name] else {
        throw Misuse("finds no field `\(name)` in \(item.source.prefix(60))")
      }
      values.append(value)
    }
    return values
  }

  private static func record(_ value: Value) throws(Misuse) -> Record {
    guard case .record(let record) = value else {
      throw Misuse("works on a record, not on \(value.kindName)")
    }
    return record
  }
}
