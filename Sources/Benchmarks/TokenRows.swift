import Checkpoints
package import Datasets
import Serialization

/// Rows of token ids from a file of JSON lines, `{"input_ids": […], "completion_mask": […]}`.
///
/// They stand for real data whose lengths matter and whose words do not. Without a mask every
/// token is trained.
package struct TokenRows {
  private let path: String
  private let vocabularySize: Int
  private let maximumLength: Int

  /// Files larger than this are refused.
  private static let byteLimit = 1 << 28

  /// Reads the file; every id is below `vocabularySize`, and a row has from 2 to `maximumLength`
  /// tokens.
  package static func read(
    _ path: String, vocabularySize: Int, maximumLength: Int
  ) throws(BenchmarkError) -> [EncodedExample] {
    let bytes: [UInt8]
    do throws(CheckpointError) {
      bytes = try OpenFile.contents(of: path, limit: byteLimit)
    } catch { throw .file(error) }
    let reader = TokenRows(
      path: path, vocabularySize: vocabularySize, maximumLength: maximumLength)
    var rows: [EncodedExample] = []
    let lines = TextLines(bytes, file: path)
    try lines.forEachLine { (number, range) throws(BenchmarkError) in
      guard !lines.isBlank(range) else { return }
      rows.append(try reader.row(Array(lines.bytes[range]), line: number))
    }
    guard rows.contains(where: { $0.trainedCount > 0 }) else { throw .noRows(path: path) }
    return rows
  }

  private func row(_ bytes: [UInt8], line: Int) throws(BenchmarkError) -> EncodedExample {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: bytes) } catch {
      throw bad(line, error.message)
    }
    guard let array = value["input_ids"]?.array else { throw bad(line, "no list `input_ids`") }
    guard (2...maximumLength).contains(array.count) else {
      throw bad(line, "\(array.count) tokens, where the model takes 2 to \(maximumLength)")
    }
    let ids = array.compactMap(\.int).filter { (0..<vocabularySize).contains($0) }
    guard ids.count == array.count else {
      throw bad(line, "an id that is not a whole number below \(vocabularySize)")
    }
    return EncodedExample(
      ids: ids.map(Int32.init), lossMask: try mask(value, count: ids.count, line: line), row: line)
  }

  private func mask(
    _ value: JSONValue, count: Int, line: Int
  ) throws(BenchmarkError) -> [Bool] {
    guard let given = value["completion_mask"] else { return Array(repeating: true, count: count) }
    let mask = (given.array ?? []).compactMap(\.int).filter { $0 == 0 || $0 == 1 }
    guard mask.count == count, given.array?.count == count else {
      throw bad(line, "`completion_mask` is not a list of \(count) zeros and ones")
    }
    return mask.map { $0 == 1 }
  }

  private func bad(_ line: Int, _ reason: String) -> BenchmarkError {
    .badRow(path: path, line: line, reason: reason)
  }
}
