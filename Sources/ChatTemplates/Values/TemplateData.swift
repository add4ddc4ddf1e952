import Serialization

/// The conversation as templates see it, with a number for each of its texts, so that what a template
/// writes can say where it came from.
struct TemplateData: Sendable {
  /// A place in the conversation.
  struct Node: Sendable {
    /// The node it lies in; nil for a message and for a value of the row.
    let parent: Int?
    /// The key it stands under, or the message's number.
    let name: String
    /// How long its text is, in bytes; nil for what is no text.
    let byteCount: Int?
    /// Whether it is a number, a truth value or nothing, which a template reads rather than writes.
    let isScalar: Bool
    /// The message it lies in; nil for values of the row.
    let message: Int?
  }
  private(set) var nodes: [Node] = []

  /// The value of JSON as Python reads it, under a name in another node.
  mutating func value(
    _ json: JSONValue, _ name: String, in parent: Int?, message: Int?
  ) -> TemplateValue {
    let node = add(json, name, in: parent, message: message)
    return value(json, node, message: message)
  }

  private mutating func add(
    _ json: JSONValue, _ name: String, in parent: Int?, message: Int?
  ) -> Int {
    let isScalar = json.string == nil && json.array == nil && json.object == nil
    nodes.append(
      Node(
        parent: parent, name: name, byteCount: json.string?.utf8.count, isScalar: isScalar,
        message: message))
    return nodes.count - 1
  }

  private mutating func value(_ json: JSONValue, _ node: Int, message: Int?) -> TemplateValue {
    switch json {
    case .null: return .none
    case .bool(let value): return .bool(value)
    case .integer(let value): return .int(value)
    case .number(let value): return .float(value)
    case .string(let text): return .string(TemplateText(text, whole: node))
    case .array(let items):
      var values: [TemplateValue] = []
      for item in items {
        // A number in a list has no name of its own: it counts with the list.
        let isNamed = item.string != nil || item.array != nil || item.object != nil
        values.append(
          isNamed
            ? value(item, "", in: node, message: message) : value(item, node, message: message))
      }
      return .list(TemplateList(values, node: node))
    case .object(let object):
      var map = TemplateMap([], node: node)
      for (key, item) in object.entries {
        let child = add(item, key, in: node, message: message)
        map.set(
          .string(TemplateText(key, beside: child)), value(item, child, message: message))
      }
      return .map(map)
    }
  }

  /// A message, as transformers hands it over: without keys that are null, its reasoning under each
  /// name that templates know it by.
  mutating func message(_ object: JSONObject, index: Int) -> TemplateValue {
    nodes.append(
      Node(parent: nil, name: "", byteCount: nil, isScalar: false, message: index))
    let node = nodes.count - 1
    var map = TemplateMap([], node: node)
    let reasoningKey = ChatTemplate.reasoningKeys.first { object[$0].map { !$0.isNull } ?? false }
    var reasoning: TemplateValue?
    if let key = reasoningKey, let json = object[key] {
      reasoning = value(json, key, in: node, message: index)
    }
    if let reasoning { map.set(.string("thinking"), reasoning) }
    for (key, json) in object.entries where !json.isNull {
      if key == reasoningKey, let reasoning {
        map.set(.string(TemplateText(key)), reasoning)
      } else if key == "role", let role = json.string {
        // Who speaks is part of the form; templates write it, or their own word for it.
        map.set(.text(key), .text(role))
      } else {
        let child = add(json, key, in: node, message: index)
        map.set(.string(TemplateText(key, beside: child)), value(json, child, message: index))
      }
    }
    if let reasoning { map.set(.string("reasoning_content"), reasoning) }
    return .map(map)
  }

  /// The key of the message or the row that a node lies under.
  func key(of node: Int) -> Int {
    var key = node
    while let parent = nodes[key].parent, nodes[parent].parent != nil || !nodes[parent].name.isEmpty
    {
      key = parent
    }
    return key
  }

  /// The values of the row by their names.
  var rowNodes: [String: Int] {
    var places: [String: Int] = [:]
    for (place, node) in nodes.enumerated() where node.parent == nil && node.message == nil {
      places[node.name] = place
    }
    return places
  }

  /// The names on the way to a node, such as `tool_calls.function.name`.
  func path(_ node: Int) -> String {
    var names: [String] = []
    var next: Int? = node
    while let place = next {
      if !nodes[place].name.isEmpty { names.append(nodes[place].name) }
      next = nodes[place].parent
    }
    return names.reversed().joined(separator: ".")
  }
}
