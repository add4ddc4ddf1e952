import Checkpoints
import Constraints

/// What answers are held to.
package enum AnswerForm: Hashable, Sendable {
  /// Any JSON object.
  case json
  /// The JSON schema of a file.
  case schema(path: String)
}

extension LoadedModel {
  /// Bytes of a schema's file, at most.
  private static let schemaLimit = 1 << 20

  /// Makes what holds answers of this model to a form.
  ///
  /// - Throws: ``SessionError/file(_:)``, ``SessionError/schema(_:path:)``.
  func constraint(_ form: AnswerForm) throws(SessionError) -> Constraint {
    switch form {
    case .json: return Constraint(.anyObject, tokenTexts)
    case .schema(let path):
      let contents: [UInt8]
      do throws(CheckpointError) {
        contents = try OpenFile.contents(of: path, limit: Self.schemaLimit)
      } catch { throw .file(error) }
      do throws(SchemaError) {
        return Constraint(try Grammar(schemaFile: contents), tokenTexts)
      } catch { throw .schema(error, path: path) }
    }
  }
}
