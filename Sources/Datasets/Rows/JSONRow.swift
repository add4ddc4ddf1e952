import Reporting
import Serialization

/// A JSON object whose kind of row has been told by its keys.
struct JSONRow {
  let shape: RowShape
  let object: JSONObject
  /// The whole row, of which ``object`` may be a part.
  private let whole: JSONObject
  /// Keys of the row beside the object that it is made of.
  private var keysBeside: Set<String> = []

  /// Tells the kind of a row: the one with the fields the user named, else one of those known; `other`
  /// is the kind of the rows before it.
  init(_ value: JSONValue, fields: RowShape?, after other: RowShape? = nil) throws(RowFault) {
    guard let whole = value.object else { throw RowFault(.notAnObject(found: value.kind)) }
    self.whole = whole
    let texts = Self.translation(whole)
    let object = texts ?? whole
    self.object = object
    let keys = object.keys
    if texts != nil {
      keysBeside = Set(whole.keys).subtracting([Self.translationKey])
      guard fields != nil || keys.count != 2 else {
        shape = .pair(input: keys[0], output: keys[1])
        return
      }
    }
    if let fields {
      guard !Self.isMessage(object, named: fields) else {
        throw RowFault(.messagesElsewhere(key: nil))
      }
      if let missing = fields.fields.first(where: { !keys.contains($0) }) {
        throw RowFault(.missingKey(missing, of: "the row"))
      }
      shape = fields
      return
    }
    if let row = PreferenceRow(object) {
      shape = row.shape
      return
    }
    guard let shape = MatchRow.shapeWithNegatives(among: keys) ?? Self.shape(of: keys) else {
      throw RowFault(Self.wrapper(object) ?? Self.unknown(keys, after: other))
    }
    self.shape = shape
  }

  private static let translationKey = "translation"

  /// The texts of a row of translations, `{"translation": {"en": …, "fr": …}}`, under their languages;
  /// nil for other rows.
  private static func translation(_ row: JSONObject) -> JSONObject? {
    guard let texts = row[translationKey]?.object, texts.keys.count >= 2,
      texts.entries.allSatisfy({ $0.value.string != nil })
    else { return nil }
    return texts
  }

  /// The shapes told by their keys, in order of preference.
  private static let shapes: [RowShape] =
    [.messages, .conversations, .instruction] + KnownFields.shapes

  private static func shape(of keys: [String]) -> RowShape? {
    let whole = shapes.first { $0.fields.allSatisfy(keys.contains) }
    // A row with a prompt and no completion is a bad row of that kind, not of an unknown one.
    return whole ?? shapes.first { $0.fields.first.map(keys.contains) ?? false }
  }

  /// Tells where the rows or messages are that an object of no known shape holds; nil if nowhere.
  static func wrapper(_ object: JSONObject) -> ProblemReason? {
    guard shape(of: object.keys) == nil else { return nil }
    if Conversation.isMessage(object) { return .messagesElsewhere(key: nil) }
    if let (key, _) = object.entries.first(where: { Conversation.isList($0.value) }) {
      return .messagesElsewhere(key: key)
    }
    let holders = object.entries.flatMap { key, value in
      places(of: value).map { $0.isEmpty ? key : key + "." + $0 }
    }
    return holders.isEmpty ? nil : .rowsInside(holders)
  }

  /// Returns the paths in a value at which there are rows; an empty one is the value itself.
  private static func places(of value: JSONValue) -> [String] {
    if let rows = value.array {
      return rows.first?.object == nil ? [] : [""]
    }
    guard let object = value.object else { return [] }
    if shape(of: object.keys) != nil { return [""] }
    return object.entries.filter { $0.value.array?.first?.object != nil }.map(\.key)
  }

  /// Tells a message that the user has named the parts of, as if it were a row.
  private static func isMessage(_ object: JSONObject, named fields: RowShape) -> Bool {
    let parts: Set<String> = ["role", "content", "from", "value"]
    return Conversation.isMessage(object) && !fields.fields.isEmpty
      && parts.isSuperset(of: fields.fields)
  }

  /// What is wrong with the keys of a row of no known kind: none is misspelt, and some of them are those
  /// of the rows before, of which the row then lacks one.
  private static func unknown(_ keys: [String], after other: RowShape?) -> ProblemReason {
    let known = Set(shapes.flatMap(\.fields)).sorted()
    let others = keys.filter { !known.contains($0) }
    let suggestion = others.lazy.compactMap { Suggestion.nearest(to: $0, among: known) }.first
    if let other, suggestion == nil, other.fields.contains(where: keys.contains),
      let missing = other.fields.first(where: { !keys.contains($0) })
    {
      return .missingKey(missing, of: "the row")
    }
    return .unknownKeys(keys, suggestion: suggestion)
  }

  /// The keys of the row that nothing is made of.
  func ignoredKeys(in example: Example) -> Set<String> {
    var used = Set(shape.fields)
    if [.preferences, .verdicts].contains(example.kind) {
      used.formUnion(PreferenceRow(object)?.usedKeys ?? [])
    }
    if case .conversation(let turns) = example.content.written {
      used.formUnion(Self.templateKeys)
      let system = object["system"]?.string
      let isWritten = turns.first?.role == .system && turns.first?.content == system
      if isWritten || system?.isEmpty == true { used.insert("system") }
    }
    if let row = MatchRow(shape, among: object.keys) { used.formUnion(row.usedNames) }
    if shape == .instruction { used.formUnion(["input", "system", "history"]) }
    return Set(object.keys).subtracting(used).union(keysBeside)
  }

  /// The keys of a row that the chat template is given.
  private static let templateKeys = ["tools", "documents", "chat_template_kwargs"] + variableKeys
  /// Variables of templates that data sets keep beside the messages.
  static let variableKeys = ["enable_thinking", "reasoning_effort", "thinking"]

  /// Returns the row, which begins on `line`.
  func example(line: Int) throws(RowFault) -> Example {
    let content = try content()
    var fields: JSONObject = [:]
    if case .conversation = content.written { fields = try templateFields() }
    let example = Example(content, line: line, fields: fields)
    return Example(
      content, line: line, fields: fields, attributes: attributes(ignoredKeys(in: example)))
  }

  /// What the row says under keys that nothing is made of: short texts, whole numbers, truth values.
  private func attributes(_ keys: Set<String>) -> [String: String] {
    var attributes: [String: String] = [:]
    for key in keys {
      guard let value = whole[key] else { continue }
      let text = value.string ?? value.int.map(String.init) ?? value.bool.map(String.init)
      if let text, text.utf8.count <= Example.attributeLimit { attributes[key] = text }
    }
    return attributes
  }

  private func content() throws(RowFault) -> Example.Content {
    do throws(RowFault) { return try told() } catch {
      let isInside = whole[Self.translationKey]?.object == object
      throw RowFault(error.reason, path: (isInside ? [.key(Self.translationKey)] : []) + error.path)
    }
  }

  /// What the object says, faults having their way from it.
  private func told() throws(RowFault) -> Example.Content {
    switch shape {
    case .messages: return .conversation(try Conversation.turns("messages", of: object))
    case .conversations: return .conversation(try Conversation.turns("conversations", of: object))
    case .instruction: return try instruction()
    case .preference, .preferredOutput, .verdict:
      guard let row = PreferenceRow(object) else { return try fields() }
      return try row.content()
    case .match, .alike:
      guard let row = MatchRow(shape, among: object.keys) else { return try fields() }
      return try row.content(object)
    case .pair(let prompt, let completion) where Conversation.isList(object[prompt]):
      if let value = object[completion], value.array == nil {
        let expected = "a list of messages, as `\(prompt)` is"
        throw RowFault(
          .wrongType(key: completion, found: value.kind, expected: expected), at: .key(completion))
      }
      return .conversation(
        try Conversation.turns(prompt: prompt, completion: completion, of: object))
    case .labelled(let text, let label) where object[label]?.array != nil:
      return try marked(text, label)
    default: return try fields()
    }
  }

  /// Returns a text with the list of its labels, none of which is empty.
  private func marked(_ text: String, _ label: String) throws(RowFault) -> Example.Content {
    let words = try self.text(text)
    guard !words.isBlank else { throw RowFault(.emptyText(key: text), at: .key(text)) }
    var labels: [String] = []
    for (index, value) in (object[label]?.array ?? []).enumerated() {
      guard let name = value.labelText else {
        throw RowFault(
          .wrongType(key: label, found: "a list with \(value.kind)", expected: "a list of labels"),
          at: .key(label), .index(index))
      }
      guard !name.isBlank else {
        throw RowFault(.emptyText(key: label), at: .key(label), .index(index))
      }
      if !labels.contains(name) { labels.append(name) }
    }
    return .marked(text: words, labels: labels)
  }

  /// Returns the values of named fields; the last may not be empty, nor may a text with a label.
  private func fields() throws(RowFault) -> Example.Content {
    var values: [String] = []
    for key in shape.fields { values.append(try text(key)) }
    if case .labelled(let text, _) = shape, values[0].isBlank {
      throw RowFault(.emptyText(key: text), at: .key(text))
    }
    if let last = shape.fields.last, values.last?.isBlank ?? true {
      throw RowFault(.emptyText(key: last), at: .key(last))
    }
    guard let content = shape.content(values) else {
      throw RowFault(.unknownKeys(object.keys, suggestion: nil))
    }
    return content
  }

  /// Returns the text of a key; a label may also be a whole number or a truth value, and a field of a
  /// template any number.
  func text(_ key: String) throws(RowFault) -> String {
    guard let value = object[key] else { throw RowFault(.missingKey(key, of: "the row")) }
    if let text = value.string { return text }
    if Conversation.isList(value) { throw RowFault(.messagesElsewhere(key: key), at: .key(key)) }
    if Self.takesNumbers(shape, key), let text = value.labelText { return text }
    throw RowFault(
      .wrongType(key: key, found: value.kind, expected: "a text"), at: .key(key))
  }

  /// Whether a whole number or a truth value may stand for a text: as a label, and in a template.
  private static func takesNumbers(_ shape: RowShape, _ key: String) -> Bool {
    switch shape {
    case .labelled(_, key), .template: true
    default: false
    }
  }
}

extension String {
  /// Whether there is nothing but white space.
  var isBlank: Bool {
    // Most texts begin with a letter, which needs no look at Unicode's tables.
    if let first = utf8.first, (0x21...0x7E).contains(first) { return false }
    return allSatisfy(\.isWhitespace)
  }
}

extension JSONValue {
  /// A label: a text, a number or a truth value; nil for anything else.
  fileprivate var labelText: String? {
    if let string { return string }
    if let int { return String(int) }
    if let bool { return String(bool) }
    return double == nil ? nil : text
  }
}
