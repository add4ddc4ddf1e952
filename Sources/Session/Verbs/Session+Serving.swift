import Adapters
import Execution
import Foundation
import Models

/// Having the model answer others.
extension Session {
  /// What is served, and where.
  package struct Serving: Sendable {
    /// What requests call the model.
    package let model: String
    /// Where the API is.
    package let address: String
  }

  /// Has the program of the service answer with the model as it is, until a stop is asked for or the
  /// service ends.
  ///
  /// The service is a program of its own, beside this one: jobs train there, and it has no part of this
  /// session's memory. What was changed here is written down for it.
  ///
  /// - Parameters:
  ///   - port: where it listens, on this machine alone.
  ///   - tell: is told ``VerbEvent/serving(_:)`` when it does.
  /// - Returns: what was served.
  /// - Throws: ``SessionError/serviceNotBuilt``, ``SessionError/serviceNotStarted(port:)``, and what
  ///   saving throws.
  package func serve(
    port: Int, tell: (VerbEvent) -> Void
  ) async throws(SessionError) -> Serving {
    let staging = NSTemporaryDirectory() + "tunebook-serve-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: staging) }
    let (name, folder) = try served(savingTo: staging)
    guard let program = resources.serviceProgram else { throw .serviceNotBuilt }
    let (process, input, output) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--port", "\(port)", "--model", "\(name)=\(folder)", "--while-input"]
    // Held open: the service ends when this program does.
    (process.standardInput, process.standardOutput) = (input, output)
    do { try process.run() } catch { throw .serviceNotBuilt }
    defer { process.waitUntilExit() }
    defer { try? input.fileHandleForWriting.close() }
    // The first line is that it listens; without one it has said why it does not.
    guard let told = try? output.fileHandleForReading.read(upToCount: 1), !told.isEmpty else {
      throw .serviceNotStarted(port: port)
    }
    let serving = Serving(model: name, address: "http://127.0.0.1:\(port)/v1")
    tell(.serving(serving))
    while process.isRunning, !stop.isRequested, !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(100))
    }
    return serving
  }

  /// What requests call the model, and its folder.
  private func served(
    savingTo folder: String
  ) throws(SessionError) -> (name: String, folder: String) {
    let model = try loadedModel()
    if !model.isTuned, let own = model.folder { return (model.name, own) }
    // An adapter stands beside others on one base; what changes more than it does is a model.
    if let adapter = model.adapter, !adapter.isMix, !model.hasTrainedWeights,
      model.model.newTokens.isEmpty
    {
      _ = try saveAdapter(to: folder)
    } else {
      _ = try saveModel(to: folder)
    }
    return ("tuned", folder)
  }
}
