import Foundation
import SettingDeclarations
package import Training

/// Going on with a training from the folder that has its state.
extension Session {
  /// Reads what a training that kept its state was asked for; without a folder it is that of the
  /// session's last training.
  ///
  /// - Throws: ``SessionError/noCheckpoint``, ``SessionError/notACheckpoint(folder:)``, and
  ///   ``SessionError/training(_:)``.
  package func savedTraining(inFolder asked: String? = nil) throws(SessionError) -> SavedTraining {
    guard let folder = asked ?? lastCheckpoint else { throw .noCheckpoint }
    let text: String?
    do throws(TrainingError) { text = try TrainingCheckpoint.request(inFolder: folder) } catch {
      throw .training(error)
    }
    guard let text, case (var request, let settings)? = TrainingRequest.read(text) else {
      throw .notACheckpoint(folder: folder)
    }
    request.folder = folder
    request.isResumed = true
    let changes: [SteeringChange]
    do throws(TrainingError) { changes = try TrainingCheckpoint.changes(inFolder: folder) } catch {
      throw .training(error)
    }
    return SavedTraining(folder: folder, request: request, settings: settings, changes: changes)
  }

  /// Goes on with a training that was interrupted, under its own settings.
  ///
  /// Settings that were set here and are others, other data or another model are refused; with
  /// `anyway` they count, and it is a training of its own that begins from the state of the first.
  ///
  /// - Throws: as ``train(_:hook:tell:)``.
  package func resume(
    _ saved: SavedTraining, anyway: Bool = false, hook: TrainingHook? = nil,
    tell: @escaping (VerbEvent) -> Void = { _ in }
  ) async throws -> TrainingResult {
    _ = try rows(named: saved.request.dataName ?? "train")
    let then = saved.settings.steered(by: saved.changes)
    let changes = settings.changes(since: then)
    guard anyway || changes.isEmpty else {
      throw SessionError.training(
        .otherCheckpoint(path: saved.folder, differences: settings.texts(of: changes, since: then)))
    }
    var (request, used) = (saved.request, saved.settings)
    if anyway {
      for change in changes { _ = used.set(change, to: change.value(in: settings)) }
      request.parent = request.identity
      request.identity = UUID().uuidString.lowercased()
      request.allowsDifferences = true
    }
    // The weights of this session's own run are its last ones; it goes on from those it began with.
    if saved.folder == lastCheckpoint {
      let model = try loadedModel()
      do throws(ModelError) { try model.reset() } catch { throw SessionError.model(error) }
    }
    try useTemplate(of: used, for: loadedModel(), tell: tell)
    defer { followTemplate(of: settings, since: used) }
    return try await train(request, under: used, hook: hook, tell: tell)
  }
}

/// What a folder knows of the training that kept its state there.
package struct SavedTraining: Sendable {
  /// The folder.
  package let folder: String
  /// What was asked for.
  package var request: TrainingRequest
  let settings: Settings
  /// What was changed on its way.
  let changes: [SteeringChange]
}
