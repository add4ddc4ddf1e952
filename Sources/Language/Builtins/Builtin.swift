/// A function of the language: one declaration for calling, checking, completion and help.
package struct Builtin: Sendable {
  /// Why a function could not work.
  struct Misuse: Error {
    /// What is wrong, after the function's name: "works on a list, not on a number".
    let message: String

    init(_ message: String) { self.message = message }
  }

  /// What a function does with its arguments.
  enum Work: Sendable {
    case compute(@Sendable ([Value]) throws(Misuse) -> Value)
    /// Runs a block for each item, which only the interpreter can.
    case each(Kept)
  }

  /// What a function with a block keeps of each item.
  enum Kept: Sendable {
    /// What the block gives for it.
    case result
    /// The item itself, where the block gives true.
    case item
  }

  /// The word that calls it.
  package let name: String
  /// How it is called: `round(x, decimals)`.
  package let usage: String
  /// One sentence for help and completion.
  package let summary: String
  /// A call that runs as it stands.
  package let example: String
  /// How many arguments it takes.
  let counts: ClosedRange<Int>
  let work: Work

  /// Whether a block stands after its arguments.
  var takesBlock: Bool {
    if case .each = work { return true }
    return false
  }

  init(
    _ usage: String, _ counts: ClosedRange<Int>, _ summary: String, example: String, work: Work
  ) {
    name = String(usage.prefix { $0 != "(" })
    self.usage = usage
    self.counts = counts
    self.summary = summary
    self.example = example
    self.work = work
  }

  init(
    _ usage: String, _ counts: ClosedRange<Int>, _ summary: String, example: String,
    compute: @escaping @Sendable ([Value]) throws(Misuse) -> Value
  ) {
    self.init(usage, counts, summary, example: example, work: .compute(compute))
  }

  /// Every function, by group.
  package static let all: [Builtin] = numbers + mathematics + lists + texts

  /// The function of this name.
  package static func named(_ name: String) -> Builtin? { table[name] }

  private static let table = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  // MARK: Arguments

  static func number(_ value: Value) throws(Misuse) -> Double {
    guard case .number(let number) = value else {
      throw Misuse("works on a number, not on \(value.kindName)")
    }
    return number
  }

  static func text(_ value: Value) throws(Misuse) -> String {
    guard case .string(let text) = value else {
      throw Misuse("works on a text, not on \(value.kindName)")
    }
    return text
  }

  /// The items of a list or range; a range of more than ten million is refused.
  static func items(_ value: Value) throws(Misuse) -> [Value] {
    switch value {
    case .list(let items): return items
    case .range:
      guard let sequence = ItemSequence(value), sequence.count <= 10_000_000 else {
        throw Misuse("cannot make a list of more than 10,000,000 items")
      }
      return (0..<sequence.count).map { sequence.item(at: $0).item }
    default: throw Misuse("works on a list, not on \(value.kindName)")
    }
  }

  static func numbers(_ value: Value) throws(Misuse) -> [Double] {
    var numbers: [Double] = []
    for item in try items(value) { numbers.append(try number(item)) }
    return numbers
  }
}
