/// A field of the rows: a column, or a group of fields.
struct SchemaNode {
  let name: String
  let repetition: Repetition
  /// What a group of fields, or a single value, is made into.
  let form: Form
  let children: [SchemaNode]
  /// The columns at or below this field, in the order of the file.
  let columns: Range<Int>
  /// From which definition level on the field is there.
  let definition: Int
  /// At which repetition level another value of the field begins.
  let level: Int

  /// How often a field is there.
  enum Repetition: Int {
    case required
    case optional
    case repeated
  }

  /// What is made of a field.
  enum Form: Hashable {
    /// The value of its column.
    case value
    /// An object of its fields.
    case object
    /// The list that its one field, a repeated one, is.
    case list
    /// The object whose keys and values its one field, a repeated one, holds.
    case map
    /// The one field that it holds, for which it stands.
    case wrapper
  }
}

/// A column of the file: where it is in the rows, and what its values mean.
struct Leaf {
  let path: String
  let type: StoredType
  let meaning: Meaning
  /// The definition level of a value that is there.
  let definition: Int
  /// The highest repetition level.
  let repetition: Int
}

/// The fields of a file's rows, and its columns.
struct Schema {
  let root: SchemaNode
  let leaves: [Leaf]

  private static let part = "the schema"
  /// How deep fields may be nested.
  private static let depthLimit = 32

  /// Builds the tree of the schema's elements, which are listed from the root down, each before its
  /// children; `labels` are the names of labels that are kept as numbers, by column.
  init(_ elements: [ThriftStructure], labels: [String: [String]]) throws(ParquetError) {
    var builder = Builder(elements: elements[...], labels: labels)
    root = try builder.node(under: nil, path: [])
    guard builder.elements.isEmpty, root.form == .object else { throw .damaged(at: Self.part) }
    leaves = builder.leaves
  }

  private struct Builder {
    var elements: ArraySlice<ThriftStructure>
    let labels: [String: [String]]
    var leaves: [Leaf] = []

    mutating func node(
      under parent: (definition: Int, level: Int, form: SchemaNode.Form)?, path: [String]
    ) throws(ParquetError) -> SchemaNode {
      guard path.count < Schema.depthLimit, let element = elements.popFirst(),
        let name = element.text(4),
        let repetition = parent == nil
          ? .required : SchemaNode.Repetition(rawValue: element.integer(3) ?? 0)
      else { throw .damaged(at: Schema.part) }
      let definition = (parent?.definition ?? 0) + (repetition == .required ? 0 : 1)
      let level = (parent?.level ?? 0) + (repetition == .repeated ? 1 : 0)
      let count = element.integer(5) ?? 0
      // A row may have no field; what has neither a type nor fields is one of nothing.
      guard (0...elements.count).contains(count), count > 0 || parent != nil else {
        throw .damaged(at: Schema.part)
      }
      let path = parent == nil ? [] : path + [name]
      let first = leaves.count
      var (form, children): (SchemaNode.Form, [SchemaNode]) = (.value, [])
      if count > 0 {
        form = parent == nil ? .object : Self.form(of: element, name, under: parent?.form)
        for _ in 0..<count {
          children.append(try node(under: (definition, level, form), path: path))
        }
        form = Self.checked(form, children)
      } else {
        leaves.append(
          try leaf(element, path: path, definition: definition, repetition: level))
      }
      return SchemaNode(
        name: name, repetition: repetition, form: form, children: children,
        columns: first..<leaves.count, definition: definition, level: level)
    }

    private func leaf(
      _ element: ThriftStructure, path: [String], definition: Int, repetition: Int
    ) throws(ParquetError) -> Leaf {
      guard let type = StoredType(element) else { throw .damaged(at: Schema.part) }
      let names = path.first.flatMap { labels[$0] }
      return Leaf(
        path: path.joined(separator: "."), type: type,
        meaning: names.map { .label($0) } ?? Meaning(element), definition: definition,
        repetition: repetition)
    }

    /// What a group is made into, by what it says of itself and what it is in.
    private static func form(
      of element: ThriftStructure, _ name: String, under parent: SchemaNode.Form?
    ) -> SchemaNode.Form {
      let kind = element.structure(10)?.choice
      let count = element.integer(5) ?? 0
      switch (kind, element.integer(6)) {
      case (3?, _), (nil, 3?): return .list
      case (2?, _), (nil, 1?), (nil, 2?): return parent == .map ? .object : .map
      default: break
      }
      // In a list the repeated group stands for the one field in it, but for those of old writers,
      // which are the elements themselves.
      let isElement = name == "array" || name.hasSuffix("_tuple")
      return parent == .list && count == 1 && !isElement ? .wrapper : .object
    }

    /// The form, where the children are as it wants them.
    private static func checked(
      _ form: SchemaNode.Form, _ children: [SchemaNode]
    ) -> SchemaNode.Form {
      let hasRepeated = children.count == 1 && children[0].repetition == .repeated
      switch form {
      case .list where hasRepeated: return .list
      case .map where hasRepeated && (1...2).contains(children[0].children.count): return .map
      case .list, .map: return .object
      default: return form
      }
    }
  }
}
