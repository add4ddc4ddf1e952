import Reporting

/// What an expression of a script gives.
package indirect enum Value: Hashable, Sendable {
  case null
  case bool(Bool)
  /// All numbers are doubles; whole ones up to 2⁵³ are exact and print without a point.
  case number(Double)
  /// A time, in seconds.
  case duration(Double)
  case string(String)
  case list([Value])
  case record(Record)
  /// Whole numbers from the first to the last, both included.
  case range(Int, Int)
  /// A thing of the layer above: a model, data, a run.
  case handle(Handle)
  case closure(Closure)

  /// A whole number.
  package static func integer(_ value: Int) -> Value { .number(Double(value)) }

  /// What the kind of value is called in errors.
  package var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .number: "a number"
    case .duration: "a time"
    case .string: "a text"
    case .list: "a list"
    case .record: "a record"
    case .range: "a range"
    case .handle(let handle): handle.kind
    case .closure: "a procedure"
    }
  }

  /// The value as text is printed and interpolated: texts as they are, all else as source.
  package var shown: String {
    if case .string(let text) = self { return text }
    return source
  }

  /// The value as an expression of the language that gives it again; a handle or procedure is only
  /// named.
  package var source: String {
    switch self {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .number(let number): NumberText.shortest(number)
    case .duration(let seconds): Self.durationSource(seconds)
    case .string(let text): Self.quoted(text)
    case .list(let items): "[" + items.map(\.source).joined(separator: ", ") + "]"
    case .record(let record): record.source
    case .range(let first, let last): "\(first)..\(last)"
    case .handle(let handle): handle.name
    case .closure(let closure): closure.name
    }
  }

  /// A text in double quotes with everything escaped that would end or change it.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func durationSource(_ seconds: Double) -> String {
    for unit in [NumberLiteral.Unit.hours, .minutes] where seconds != 0 {
      let count = seconds / unit.factor
      if count == count.rounded() { return NumberText.shortest(count) + unit.rawValue }
    }
    return NumberText.shortest(seconds) + "s"
  }
}

/// Fields with their values, in the order they were made.
package struct Record: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  /// The names of the fields, in order.
  package private(set) var names: [String] = []
  private var values: [String: Value] = [:]

  package init() {}

  /// Makes a record of pairs; of a repeated name the last value counts, at the first's place.
  package init(_ fields: [(String, Value)]) {
    for (name, value) in fields { self[name] = value }
  }

  package init(dictionaryLiteral fields: (String, Value)...) { self.init(fields) }

  /// The fields, in order.
  package var fields: [(name: String, value: Value)] {
    names.compactMap { name in values[name].map { (name, $0) } }
  }

  /// The value of a field; setting nil removes it, setting a new one adds it at the end.
  package subscript(name: String) -> Value? {
    get { values[name] }
    set {
      if newValue == nil { names.removeAll { $0 == name } }
      if newValue != nil, values[name] == nil { names.append(name) }
      values[name] = newValue
    }
  }

  /// Changes the value of a field where it lies; false when there is none.
  mutating func change(_ name: String, _ body: (inout Value) throws -> Void) rethrows -> Bool {
    guard let index = values.index(forKey: name) else { return false }
    var value = Value.null
    swap(&values.values[index], &value)
    defer { swap(&values.values[index], &value) }
    try body(&value)
    return true
  }

  /// Two records are equal when they have the same fields, in any order.
  package static func == (left: Record, right: Record) -> Bool { left.values == right.values }

  package func hash(into hasher: inout Hasher) { hasher.combine(values) }

  var source: String {
    let pairs = fields.map { "\(Self.nameSource($0.name)): \($0.value.source)" }
    return "{" + pairs.joined(separator: ", ") + "}"
  }

  private static func nameSource(_ name: String) -> String {
    let bytes = Array(name.utf8)
    guard let first = bytes.first, Lexer.isWordStart(first),
      bytes.allSatisfy({ Lexer.isWordStart($0) || Lexer.isDigit($0) })
    else { return Value.quoted(name) }
    return name
  }
}

/// The name of a thing that lives in the layer above; equal when kind and name are.
package struct Handle: Hashable, Sendable {
  /// What it is, as errors say it: "a model".
  package let kind: String
  /// Which of its kind it is: the name of a model, of data.
  package let name: String

  package init(kind: String, name: String) {
    self.kind = kind
    self.name = name
  }
}
