import Notebook
import Reporting
import Serialization

/// What a lesson's file shows to readers without the tool: under each step's cells what they give,
/// and plots as pictures beside the file.
package struct LessonPage: Sendable {
  /// What a step's solution gave.
  package struct Outcome: Sendable {
    let output: String
    /// The path, as the step names it, and the plot.
    let picture: (path: String, svg: String)?
  }

  /// One for each step, empty for a question.
  let outcomes: [Outcome]

  /// The pictures with their paths.
  package var pictures: [(path: String, svg: String)] { outcomes.compactMap(\.picture) }

  /// The lesson's text with what the cells give in the fence after each step's last cell.
  package func updated(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let places = Self.places(in: lines)
    for (place, outcome) in zip(places, outcomes).reversed() {
      guard let place else { continue }
      let fence = outcome.output.isEmpty ? [] : ["```output", outcome.output, "```"]
      lines.replaceSubrange(place, with: fence)
    }
    return lines.joined(separator: "\n")
  }

  /// For each step the lines of the output after its last cell, none when there is none yet; nil for
  /// a step without cells.
  private static func places(in lines: [String]) -> [Range<Int>?] {
    var places: [Range<Int>?] = []
    var fence: (name: String, start: Int)?
    for (index, line) in lines.enumerated() {
      if let open = fence {
        guard line.hasPrefix("```") else { continue }
        if open.name == "ft", !places.isEmpty {
          places[places.count - 1] = index + 1..<index + 1
        } else if open.name == "output", case let place?? = places.last,
          place.upperBound == open.start
        {
          places[places.count - 1] = open.start..<index + 1
        }
        fence = nil
      } else if line.hasPrefix("```") {
        fence = (String(line.dropFirst(3)), index)
      } else if line.hasPrefix("## ") {
        places.append(nil)
      }
    }
    return places
  }
}

extension LessonPage.Outcome {
  /// What cells gave; plots are left to pictures, values of commands to what they showed.
  init(_ cells: [Cell], picturePath: String?) {
    let texts = cells.flatMap(\.outputs).compactMap { output -> String? in
      switch output {
      case .printed(let text), .generated(let text): return text
      case .report(.chart), .result: return nil
      case .report(let report): return report.plainText
      case .value(let value): return value.text
      case .problem(let problem): return problem.plainText
      }
    }
    output = texts.map { $0.hasSuffix("\n") ? String($0.dropLast()) : $0 }
      .joined(separator: "\n").split(separator: "\n", omittingEmptySubsequences: false)
      .map(Self.lasting).joined(separator: "\n")
    let figure = cells.flatMap(\.figures).first
    picture = picturePath.flatMap { path in figure.map { (path, $0.svg) } }
  }

  /// A line without the memory of a training, which more threads need more of.
  private static func lasting(_ line: Substring) -> Substring {
    line.firstRange(of: ", memory ").map { line[..<$0.lowerBound] } ?? line
  }
}
