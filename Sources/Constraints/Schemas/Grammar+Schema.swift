package import Serialization

extension Grammar {
  /// Any JSON object.
  package static let anyObject: Grammar = {
    var builder = GrammarBuilder()
    let value = builder.anyValue()
    let start = builder.document(builder.anyObject(of: value))
    return Grammar(builder, start: start)
  }()

  /// Reads a JSON schema: the values that fit it, written as JSON.
  ///
  /// Of what it allows, only a part is written: properties come in the schema's order, keys beside those
  /// that it names only where it says `additionalProperties` or names none, numbers with at most 15
  /// digits where they have bounds.
  ///
  /// - Throws: the case of ``SchemaError`` that names the first thing that cannot be held.
  package init(schema: JSONValue) throws(SchemaError) {
    var compiler = SchemaCompiler(schema)
    self = try compiler.grammar()
  }

  /// Reads the file of a JSON schema; see ``init(schema:)``.
  ///
  /// - Throws: ``SchemaError``.
  package init(schemaFile contents: [UInt8]) throws(SchemaError) {
    let schema: JSONValue
    do throws(JSONError) { schema = try JSONValue(parsing: contents) } catch {
      throw .notJSON(error)
    }
    try self.init(schema: schema)
  }
}
