import Language
import Reporting

/// The record that a command gave.
func record(_ value: Value) throws -> Record {
  guard case .record(let record) = value else { throw Diagnostic(code: nil, "no record") }
  return record
}

/// A number of a record.
func number(_ record: Record, _ name: String) throws -> Double {
  guard case .number(let number)? = record[name] else { throw Diagnostic(code: nil, "no \(name)") }
  return number
}
