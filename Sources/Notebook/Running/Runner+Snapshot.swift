import Commands
package import Language
package import Reporting
import Session

extension Runner {
  /// What a session and its variables were at one moment.
  package struct Snapshot: Sendable {
    fileprivate let session: SessionSnapshot
    fileprivate let variables: [(name: String, value: Value)]
    fileprivate let place: CommandTrail.Place
  }

  /// Notes what the session is now.
  package func snapshot() async -> Snapshot {
    Snapshot(
      session: await session.snapshot(), variables: await interpreter.variables,
      place: trail?.place)
  }

  /// Goes back to what the session was.
  ///
  /// - Throws: a `Diagnostic` when the weights of then cannot be had again.
  package func restore(_ snapshot: Snapshot) async throws {
    do { try await session.restore(snapshot.session) } catch { throw Diagnostic(error) }
    await interpreter.restore(snapshot.variables)
    trail?.goBack(to: snapshot.place)
  }

  /// Works out an expression beside the session, which stays as it is.
  ///
  /// - Parameters:
  ///   - expression: what to work out.
  ///   - extra: variables for this expression alone.
  /// - Returns: its value.
  /// - Throws: a `Diagnostic` for what cannot be worked out.
  package func evaluate(
    _ expression: SourceFile, with extra: [(String, Value)]
  ) async throws -> Value {
    let (script, problems) = Script.parse(expression, commands: CommandList.table)
    if let problem = problems.first { throw problem }
    return try await interpreter.evaluate(script, with: extra)
  }

  /// The full names of all commands, such as `save model`.
  package var commandNames: [String] { CommandList.table.signatures.map(\.name) }
}

extension Runner {
  /// Hashes what the session is: settings, data, trained weights, variables.
  ///
  /// Equal for sessions that will go on in the same way. Without `it`, the last value, in which
  /// there may be times.
  package func fingerprint() async -> String {
    let variables = await interpreter.variables.filter { $0.name != "it" }
      .map { "\($0.name)=\($0.value.source)" }
    return await session.fingerprint() + variables.joined(separator: "\n")
  }

  /// All that scripts may use.
  package var commands: CommandTable { CommandList.table }
}
