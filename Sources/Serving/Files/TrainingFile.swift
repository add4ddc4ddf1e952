import Datasets
import Reporting
import Serialization

/// What a file of rows has to be before a job takes it.
struct TrainingFile {
  /// How its rows are written.
  let shape: RowShape
  /// The rows.
  let examples: [Example]

  /// The fewest rows to train on.
  private static let fewestRows = 10

  /// Reads the rows of an uploaded file for a method.
  ///
  /// - Throws: ``JobFailure``, with the line of the first row that cannot be used.
  init(
    path: String, _ file: StoredFile, for method: JobMethod, param: String
  ) throws(JobFailure) {
    do throws(DatasetError) {
      let dataset = try DatasetFile().load(path: path)
      (shape, examples) = (dataset.shape, dataset.examples)
    } catch {
      throw JobFailure(
        code: "invalid_file_format",
        message: "Invalid file format. \(Self.sentence(error, file.name))",
        param: param)
    }
    guard examples.first?.kind == method.rows else {
      throw JobFailure(
        code: "invalid_training_file",
        message:
          "Input file \(file.id) is in the \(Self.format(examples)) format, but the specified "
          + "fine-tuning job is not using '\(Self.method(examples))' as the training method (provided "
          + "method=\(method.name)).", param: param)
    }
    if let row = examples.first(where: { !$0.hasOneAnswerEach }) {
      throw JobFailure(
        code: "invalid_file_format",
        message:
          "Invalid file format. Line \(row.line): each output is one message of the assistant.",
        param: param)
    }
    guard examples.count >= Self.fewestRows || param != "training_file" else {
      throw JobFailure(
        code: "invalid_n_examples",
        message: "Training file has \(examples.count) example(s), but must have at least "
          + "\(Self.fewestRows) examples.", param: param)
    }
  }

  /// What the API calls rows of a kind.
  private static func format(_ examples: [Example]) -> String {
    switch examples.first?.kind {
    case .preferences: "fine-tune-preference"
    case .verdicts: "fine-tune-verdict"
    case .matches: "fine-tune-match"
    case .similarities: "fine-tune-similarity"
    case .answers, nil: "fine-tune-chat"
    }
  }

  /// The method that takes rows of a kind.
  private static func method(_ examples: [Example]) -> String {
    JobMethod.allCases.first { $0.rows == examples.first?.kind }?.name ?? "kto"
  }

  /// Says which rows cannot be used: the first few, each by its line.
  private static func sentence(_ error: DatasetError, _ name: String) -> String {
    let problems: ProblemList
    switch error {
    case .badRows(_, _, let list), .noGoodRows(_, let list): problems = list
    default: return Diagnostic.sentence(error.diagnostic.message)
    }
    let lines = problems.shown.prefix(5).map { problem in
      "Line \(problem.line), column \(problem.column): "
        + Diagnostic.sentence(problem.diagnostic.message)
    }
    let more = problems.count - lines.count
    return lines.joined(separator: " ") + (more > 0 ? " \(more) more lines have problems." : "")
  }

  /// Checks that every line of a file is a JSON object, before the file is kept.
  static func checkLines(_ bytes: ArraySlice<UInt8>) throws(APIError) {
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard line.contains(where: { !" \t\r".utf8.contains($0) }) else { continue }
      let value: JSONValue
      do throws(JSONError) { value = try JSONValue(parsing: Array(line)) } catch {
        throw .invalid(
          "Invalid file format. Line \(number) is not valid JSON: \(error.message) "
            + "(byte \(error.offset)).", param: "file", code: "invalid_file_format")
      }
      guard value.object != nil else {
        let beginning = String(decoding: line.prefix(20), as: UTF8.self)
        throw .invalid(
          "Expected file to have JSONL format, where every line is a JSON dictionary. Line "
            + "\(number) is not a dictionary (it starts with: \(beginning)).", param: "file",
          code: "invalid_jsonl")
      }
    }
    guard bytes.contains(where: { !" \t\r\n".utf8.contains($0) }) else {
      throw .invalid("The file is empty.", param: "file", code: "empty_file")
    }
  }
}

extension Example {
  /// Whether each of two answers is one message, as the API has it; true of other rows.
  fileprivate var hasOneAnswerEach: Bool {
    guard case .preference(let better, let worse) = content else { return true }
    return [better, worse].allSatisfy { answer in
      guard case .conversation(let turns) = answer else { return true }
      return turns.last?.isTrained == true && turns.count { $0.isTrained } == 1
    }
  }
}
