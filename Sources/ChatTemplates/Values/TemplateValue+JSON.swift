import Serialization

extension TemplateValue {
  /// A value of JSON as Python reads it.
  init(_ json: JSONValue) {
    switch json {
    case .null: self = .none
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .int(value)
    case .number(let value): self = .float(value)
    case .string(let text): self = .string(text)
    case .array(let items): self = .list(TemplateList(items.map { TemplateValue($0) }))
    case .object(let object):
      self = .map(TemplateMap(object.entries.map { (.string($0.key), TemplateValue($0.value)) }))
    }
  }
}
