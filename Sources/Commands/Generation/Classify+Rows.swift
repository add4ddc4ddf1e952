import Checkpoints
import Datasets
import Foundation
import Language
import Reporting
import Session

/// The forms `classify on dev` and `classify data "new.csv"`.
extension Classify {
  static func classifyRows(
    _ call: Call, _ form: LabelForm, in session: isolated Session
  ) throws -> Value {
    let (name, rows) = try rows(call, session)
    try checkOutput(call)
    let result = try session.classify(
      rows, named: name, in: form, using: call.state,
      tell: session.teller(measuring: { _ in "classify \(name)" }))
    session.show(.report(result.report(showsRows: call.slot("output") == nil)))
    session.noteRows(
      result.unsureCount,
      "whose labels the model would hardly write, all of them together: their shares say little")
    if let output = call.text("output") {
      do throws(CheckpointError) {
        _ = SaveModel.saved(call, output, try result.write(to: output), session)
      } catch { throw Diagnostic(error) }
    }
    return .record(result.record)
  }

  /// The rows that are named, or those of a file.
  private static func rows(
    _ call: Call, _ session: isolated Session
  ) throws -> (name: String, rows: [Example]) {
    guard let asked = call.text("file") else {
      let name = call.name("rows") ?? "dev"
      return (name, try session.rows(named: name))
    }
    let path = try LoadData.find(asked, call, session.resources)
    do throws(DatasetError) {
      let rows = try session.rowsToLabel(
        inFile: path, named: asked, column: call.text("column"))
      return ((asked as NSString).lastPathComponent, rows)
    } catch {
      var problem = Diagnostic(error)
      if let column = error.likelyFields?.fields.first {
        let line = "classify data \(Value.string(asked).source) text \(Value.string(column).source)"
        problem.hints = [.type(line)]
      }
      throw problem
    }
  }

  /// Refuses to write over the file that is read.
  private static func checkOutput(_ call: Call) throws(Diagnostic) {
    guard let output = call.text("output"), let file = call.text("file") else { return }
    let paths = [output, file].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    guard paths[0] == paths[1] else { return }
    throw Diagnostic(
      code: .otherContents, "the file to write is the one that is read.", at: call.label("output"),
      hints: [.type("classify data \(Value.string(file).source) to \"labels.csv\"")])
  }
}
