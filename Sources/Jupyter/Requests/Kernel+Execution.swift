import Language
import Messaging
import Notebook
import Reporting
import Serialization
import Synchronization

/// Running cells.
extension Kernel {
  /// Runs a cell, publishes what it shows, and says how it ended.
  func execute(_ request: Message) -> JSONObject {
    let asked = request.content
    let code = asked["code"]?.string ?? ""
    let isSilent = asked["silent"]?.bool ?? false
    let isKept = !isSilent && (asked["store_history"]?.bool ?? true)
    let number = nextNumber.withLock { next in
      defer { if isKept { next += 1 } }
      return next
    }
    if !isSilent {
      publish(
        "execute_input", ["code": .string(code), "execution_count": .integer(number)], for: request)
    }
    let help = HelpRequest(code)
    outputs.begin(request, number: number, isSilent: isSilent, asPage: help != nil)
    let end = run(help?.command ?? code, asCell: number)
    if let failure = end.failure { outputs.fail(failure) }
    let page = outputs.end()
    if isKept { history.add(code, number: number, value: runner.transcript.value(ofCell: number)) }
    var reply: JSONObject = ["execution_count": .integer(number)]
    guard let failure = end.failure else {
      reply["status"] = "ok"
      reply["payload"] = .array(Self.payload(page: page, hasQuit: end.hasQuit))
      reply["user_expressions"] = .object(
        evaluate(asked["user_expressions"]?.object ?? [:], asCell: number))
      return reply
    }
    reply["status"] = "error"
    for (name, value) in failure.fields.entries { reply[name] = value }
    return reply
  }

  /// How an entry ended.
  private struct End {
    var failure: CellFailure?
    var hasQuit = false
  }

  private func run(_ entry: String, asCell number: Int) -> End {
    if let word = KernelWord(entry) {
      switch word {
      case .clear: outputs.clear()
      case .other(let problem): return End(failure: CellFailure([problem]))
      }
      return End()
    }
    let end = Blocking.wait { [runner, outputs] in
      await runner.run(entry: entry, asCell: number) { problem in
        // Errors are told together, at the end.
        if problem.severity == .note { outputs.report(.problem(problem)) }
      }
    }
    switch end {
    case .nothing: return End()
    case .refused(let problems): return End(failure: CellFailure(problems))
    case .ran(.interrupted): return End(failure: .stopped)
    case .ran(.quit): return End(hasQuit: true)
    case .ran(let outcome): return End(failure: outcome.problem.map { CellFailure([$0]) })
    }
  }

  /// What a front end does after the cell.
  private static func payload(page: String?, hasQuit: Bool) -> [JSONValue] {
    var payload: [JSONValue] = []
    if let page {
      payload.append(["source": "page", "data": ["text/plain": .string(page)], "start": 0])
    }
    if hasQuit { payload.append(["source": "ask_exit", "keepkernel": false]) }
    return payload
  }

  /// Works out expressions beside the session; one that fails says so in its place.
  private func evaluate(_ expressions: JSONObject, asCell number: Int) -> JSONObject {
    JSONObject(
      expressions.entries.map { name, expression in
        let file = SourceFile(.cell(number), expression.string ?? "")
        let answer: JSONObject = Blocking.wait { [runner] in
          do {
            let value = try await runner.evaluate(file, with: [])
            return [
              "status": "ok", "data": ["text/plain": .string(value.source)], "metadata": [:],
            ]
          } catch {
            let outcome = (error as? Diagnostic).map(Runner.Outcome.failed) ?? .broken(error)
            let failure = CellFailure(outcome.problem.map { [$0] } ?? [])
            return JSONObject(
              [("status", "error")] + failure.fields.entries.map { ($0.key, $0.value) })
          }
        }
        return (name, .object(answer))
      })
  }
}
