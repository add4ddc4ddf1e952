import Generation
import Language
import Reporting
import Serialization
import Session

/// Answers that are JSON: `sample "Who came?" as json`.
extension Sample {
  /// What an answer says; null, and a note why, when it is not whole.
  static func jsonValue(_ answer: GeneratedText, in session: isolated Session) -> Value {
    if let json = try? JSONValue(parsing: Array(answer.text.utf8)) { return value(json) }
    switch answer.stopReason {
    case .noToken:
      session.show(.note("the vocabulary has no token that could go on; the JSON is not whole."))
    case .length:
      session.show(
        .note(
          "the answer ended at its longest, and the JSON is not whole.",
          hints: [.type("set tokens \(2 * max(1, answer.tokens.count))")]))
    default: session.show(.note("the JSON is not whole."))
    }
    return .null
  }

  private static func value(_ json: JSONValue) -> Value {
    switch json {
    case .null: .null
    case .bool(let flag): .bool(flag)
    case .integer(let integer): .integer(integer)
    case .number(let number): .number(number)
    case .string(let text): .string(text)
    case .array(let items): .list(items.map(value))
    case .object(let members):
      .record(members.entries.reduce(into: Record()) { $0[$1.key] = value($1.value) })
    }
  }
}
