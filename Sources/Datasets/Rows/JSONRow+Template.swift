import Serialization

/// What rows have for the chat template beside their messages.
extension JSONRow {
  /// What the row gives the chat template: its tools, documents and own variables; null and empty
  /// ones are nothing.
  func templateFields() throws(RowFault) -> JSONObject {
    let row = PreferenceRow(object)
    do throws(RowFault) { return try Self.templateFields(of: row?.holder ?? object) } catch {
      throw RowFault(error.reason, path: (row?.holderPath ?? []) + error.path)
    }
  }

  private static func templateFields(of object: JSONObject) throws(RowFault) -> JSONObject {
    var fields: JSONObject = [:]
    for key in ["tools", "documents"] {
      guard let value = object[key], !value.isNull, value.string?.isEmpty != true else { continue }
      // Tables keep lists of any depth as their JSON.
      let parsed = value.string.flatMap { try? JSONValue(parsing: Array($0.utf8)) } ?? value
      guard let list = parsed.array else {
        throw RowFault(
          .wrongType(key: key, found: value.kind, expected: "a list of objects"), at: .key(key))
      }
      if let index = list.firstIndex(where: { $0.object == nil }) {
        // Where the list is the text of a table's field, the text is the place.
        throw RowFault(
          .wrongType(
            key: key, found: "a list with \(list[index].kind)", expected: "a list of objects"),
          path: [.key(key)] + (value.array == nil ? [] : [.index(index)]))
      }
      if !list.isEmpty { fields[key] = parsed }
    }
    for key in variableKeys {
      if let value = object[key], !value.isNull { fields[key] = value }
    }
    guard let variables = object["chat_template_kwargs"], !variables.isNull else { return fields }
    guard let variables = variables.object else {
      throw RowFault(
        .wrongType(key: "chat_template_kwargs", found: variables.kind, expected: "an object"),
        at: .key("chat_template_kwargs"))
    }
    let taken = ["messages", "add_generation_prompt"]
    for (key, value) in variables.entries where !taken.contains(key) && fields[key] == nil {
      fields[key] = value
    }
    return fields
  }
}
