import Commands
import Language
import Reporting

/// An entry that is a `lesson` command and nothing else, which the prompt does itself.
package enum LessonCall: Hashable, Sendable {
  /// The first lesson that is not wholly passed.
  case next
  case list
  case take(Int)
  /// Forgets how far the learner is: in one lesson, or in the one that is on.
  case reset(Int?)
  case resetAll

  /// Reads an entry; nil for any other, such as one whose number is a variable.
  init?(_ text: String) {
    let (script, problems) = Script.parse(
      SourceFile(.cell(0), text), commands: CommandList.table)
    guard problems.isEmpty, script.statements.count == 1,
      case .expression(let expression) = script.statements[0].kind,
      case .command(let command) = expression.kind, command.verb.text == "lesson"
    else { return nil }
    let words = script.file.text(of: expression.span).split(whereSeparator: \.isWhitespace)
    switch (words.dropFirst().first, words.dropFirst(2).first) {
    case (nil, _): self = .next
    case ("list", _): self = .list
    case ("reset", nil): self = .reset(nil)
    case ("reset", "all"): self = .resetAll
    case ("reset", let word?):
      guard let number = Int(word) else { return nil }
      self = .reset(number)
    case (let word?, _):
      guard let number = Int(word) else { return nil }
      self = .take(number)
    }
  }
}
