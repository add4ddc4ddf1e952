import Serialization

/// Puts the values of a group's columns together to rows.
///
/// Each value of a column has two levels: at which repeated field it begins anew, and how many of the
/// fields around it are there. By the levels of its first column a field tells whether it is there and
/// whether another element of a list follows.
///
/// Source: Melnik et al., "Dremel: Interactive Analysis of Web-Scale Datasets", 2010.
struct RecordReader {
  private let root: SchemaNode
  private var columns: [ColumnReader]
  /// How many elements of lists the row may still have, of which a billion can stand in a few bytes.
  private var elementsLeft = 0

  private static let elementLimit = 1 << 22

  init(_ schema: Schema, _ columns: [ColumnReader]) {
    (root, self.columns) = (schema.root, columns)
  }

  /// Reads the next row.
  mutating func next() throws(ParquetError) -> JSONObject {
    elementsLeft = Self.elementLimit
    let row = try content(of: root)
    for column in columns.indices {
      // Where one column's row has ended, so has every other's.
      if let levels = try columns[column].peek(), levels.repetition != 0 {
        throw .damaged(at: "the rows")
      }
    }
    return row.object ?? [:]
  }

  private mutating func value(of node: SchemaNode) throws(ParquetError) -> JSONValue {
    switch node.repetition {
    case .required: return try content(of: node)
    case .optional:
      guard try isThere(node) else { return try skip(node, .null) }
      return try content(of: node)
    case .repeated:
      guard try isThere(node) else { return try skip(node, .array([])) }
      var elements: [JSONValue] = []
      repeat {
        guard elementsLeft > 0 else {
          throw .unsupported("a row with more than \(Self.elementLimit) elements in its lists")
        }
        elementsLeft -= 1
        elements.append(try content(of: node))
      } while try goesOn(node)
      return .array(elements)
    }
  }

  private mutating func isThere(_ node: SchemaNode) throws(ParquetError) -> Bool {
    guard let levels = try columns[node.columns.lowerBound].peek() else {
      throw .damaged(at: "the rows")
    }
    return levels.definition >= node.definition
  }

  private mutating func goesOn(_ node: SchemaNode) throws(ParquetError) -> Bool {
    try columns[node.columns.lowerBound].peek()?.repetition == node.level
  }

  /// Passes over a field that is not there, which takes a place in each of its columns.
  private mutating func skip(
    _ node: SchemaNode, _ value: JSONValue
  ) throws(ParquetError) -> JSONValue {
    for column in node.columns { _ = try columns[column].take() }
    return value
  }

  private mutating func content(of node: SchemaNode) throws(ParquetError) -> JSONValue {
    switch node.form {
    case .value: return try columns[node.columns.lowerBound].take()
    case .list, .wrapper: return try value(of: node.children[0])
    case .object:
      var object: JSONObject = [:]
      for child in node.children { object[child.name] = try value(of: child) }
      return .object(object)
    case .map:
      var object: JSONObject = [:]
      for entry in try value(of: node.children[0]).array ?? [] {
        guard let fields = entry.object?.entries, let key = fields.first?.value else { continue }
        object[key.string ?? key.text] = fields.dropFirst().first?.value ?? .null
      }
      return .object(object)
    }
  }
}
