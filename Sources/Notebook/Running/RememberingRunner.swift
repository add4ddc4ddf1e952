import Commands
import Execution
import Language
import Reporting
import Session

/// Runs commands; what those gave that only look, or only write files, and took long, is kept, and taken
/// where the session recalls, has come the same way, and the files are still those that were written.
struct RememberingRunner: CommandRunner {
  let base: SessionRunner
  let session: Session
  let recollection: Recollection
  let trail: CommandTrail
  /// Shows what was shown then.
  let show: @Sendable (SessionEvent) -> Void

  /// What is faster is worked out again, in seconds.
  private static let leastSeconds = 0.05

  var isStopRequested: Bool { base.isStopRequested }

  func run(_ call: Call) async throws -> Value {
    guard let key = key(of: call) else { return try await follow(call) }
    if recollection.isRecalling, let kept = recollection.bytes(of: key).flatMap(KeptValue.init),
      kept.files == writtenFiles(call)
    {
      if !call.signature.effects.isEmpty { await add(call, lasting(kept.value, of: call)) }
      for text in kept.texts { show(.report(.text(text))) }
      return kept.value
    }
    trail.listen()
    let start = ContinuousClock.now
    let value: Value
    do { value = try await follow(call) } catch {
      _ = trail.heard()
      throw error
    }
    let events = trail.heard()
    if (ContinuousClock.now - start).seconds > Self.leastSeconds, !isStopRequested,
      let kept = KeptValue(value, shown: events, files: writtenFiles(call))
    {
      recollection.keep(kept.bytes, as: key)
    }
    return value
  }

  /// The key of what a call gives; nil for one that changes more than files that it names, that reads
  /// files, or whose way here is not known.
  private func key(of call: Call) -> String? {
    let signature = call.signature
    let isOfMore = call.slots.contains { [.path, .block].contains($0.kind) }
    guard signature.effects.allSatisfy({ $0 == "file" }), !signature.result.isEmpty, !isOfMore,
      let place = trail.place
    else { return nil }
    return recollection.key(["way": place, "command": call.facts.joined(separator: "\n")])
  }

  /// The hash of the files that a call names as its output, as they are; nil for a call without.
  private func writtenFiles(_ call: Call) -> String? {
    let paths = call.slots.filter { $0.kind == .output }.compactMap { call.text($0.name) }
    return paths.isEmpty ? nil : FolderHash.of(paths)
  }

  /// Runs a command; the way of the session goes on by one that changes something.
  private func follow(_ call: Call) async throws -> Value {
    do {
      let value = try await base.run(call)
      if call.signature.effects.isEmpty { return value }
      await add(call, isStopRequested ? nil : lasting(value, of: call))
      return value
    } catch {
      await add(call, error is Diagnostic ? "failed" : nil)
      throw error
    }
  }

  private func add(_ call: Call, _ result: String?) async {
    guard let result else { return trail.lose() }
    trail.add(call.facts + [result] + trail.hashes(of: await session.inputs))
  }

  /// What a value says without times and the like.
  private func lasting(_ value: Value, of call: Call) -> String {
    guard case .record(let record) = value else { return value.source }
    let volatile = call.signature.result.filter(\.isVolatile).map(\.name)
    return record.fields.filter { !volatile.contains($0.name) }
      .map { "\($0.name)=\($0.value.source)" }.joined(separator: "\n")
  }

  func pushSettings(_ changes: [SettingChange]) async throws {
    try await base.pushSettings(changes)
    trail.add(["with"] + changes.map { "\($0.name)=\($0.value.source)" })
  }

  func popSettings() async {
    await base.popSettings()
    trail.add(["end of with"])
  }
}
