import Execution
import Language
package import Reporting

extension Runner {
  /// What became of an entry.
  package enum EntryEnd: Sendable {
    /// It has no statements.
    case nothing
    /// It does not parse, or names what is not there: at most ten problems.
    case refused([Diagnostic])
    case ran(Outcome)
  }

  /// Runs a text that somebody entered as the next cell.
  ///
  /// - Parameters:
  ///   - entry: the text.
  ///   - number: the cell's number.
  ///   - origin: the number of the cell that it was made from.
  ///   - note: told what is wrong with the text, or worth noting, before any of it runs.
  /// - Returns: what became of it.
  package func run(
    entry: String, asCell number: Int, madeFrom origin: Int? = nil,
    note: @Sendable (Diagnostic) -> Void
  ) async -> EntryEnd {
    stop.clear()
    let (script, problems) = await prepare(SourceFile(.cell(number), entry))
    for problem in problems { note(problem) }
    guard let script else {
      refuse(entry, asCell: number, problems)
      return .refused(problems)
    }
    guard !script.statements.isEmpty else {
      add(comments: entry)
      return .nothing
    }
    return .ran(await run(script, asCell: number, madeFrom: origin))
  }
}
