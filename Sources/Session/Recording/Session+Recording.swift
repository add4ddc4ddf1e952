import CPU
import Datasets
import Foundation
import Models
package import Runs
import SettingDeclarations
import Tensors
import Training

/// What is written down of trainings, and what can be asked of it.
extension Session {
  /// Where the trainings of the folder at hand are recorded.
  package static let usualRecord = RunStore.usualPath

  /// Makes what records a training; nil where nothing is recorded.
  func recorder(
    of training: LiveTraining, tell: @escaping (VerbEvent) -> Void
  ) -> RunRecorder? {
    guard let runs else { return nil }
    let (model, trainer, request) = (training.model, training.trainer, training.request)
    let (dev, settings, rows) = (training.dev, training.settings, training.rows)
    let environment = RunStart.Machine(
      version: Version.current, device: model.model.device.name,
      vectorPath: VectorPath.current.rawValue,
      threadCount: Parallelism.threadCount)
    var start = RunStart(
      identity: request.identity, command: request.source?.command ?? "train", model: model.name,
      data: request.dataName ?? "train", seed: settings.seed,
      learningRate: trainer.plan.learningRate,
      settings: settings.recorded(as: trainer.plan),
      inputs: inputs.map { recorded($0, in: runs) }, machine: environment,
      devHash: dev.isEmpty ? nil : TrainingCheckpoint.hash(of: dev),
      lines: trainer.examples.map { rows[$0.row].line })
    start.script = request.source?.script
    start.folder = request.folder
    start.parent = request.parent
    return RunRecorder(start, of: trainer, proof: training.proof, in: runs) {
      tell(.unrecorded($0))
    }
  }

  /// A file with its hash, which is computed once for each state of the file.
  private func recorded(_ input: InputFile, in runs: RunStore) -> RunStart.Input {
    // A record that cannot be used is told of when the training begins.
    let known = try? runs.hash(ofFile: input.identity) { input.sha256 }
    return RunStart.Input(kind: input.kind, name: input.name, sha256: known ?? input.sha256)
  }

  /// Notes what was written of the last training.
  package func note(artefact kind: String, at path: String, sha256: String) {
    guard let runs, let number = lastRunNumber, model?.isTuned == true else { return }
    // A record that cannot be written was told of when the training was.
    try? runs.note(artefact: kind, at: path, sha256: sha256, of: number)
  }

  /// The record of runs.
  ///
  /// - Throws: ``RunStoreError/noRuns(path:)`` where trainings are not recorded.
  package func recordedRuns() throws(RunStoreError) -> RunStore {
    guard let runs else { throw .noRuns(path: "") }
    return runs
  }
}

extension Settings {
  /// All settings with where their values come from, what was left open being as the plan has it.
  fileprivate func recorded(as plan: TrainingPlan) -> [RunStart.Setting] {
    var definite = self
    definite.training = plan.definiteSettings
    return Self.all.map { setting in
      let value = setting.value(in: definite)
      let origin: RunStart.Origin =
        isChosen(setting) ? .set : value == setting.value(in: self) ? .fallback : .chosen
      return RunStart.Setting(name: setting.name, value: value.text, origin: origin)
    }
  }
}
