import Checkpoints
import Fetching
import Foundation
import Models
import Objectives
import Session
import Synchronization
import Training

/// The models that a service has, by their names.
///
/// Bundled models, fetched ones, those that were named when it was started, and what jobs trained.
final class ModelCatalog: Sendable {
  /// A model that is listed.
  struct Entry: Hashable, Sendable {
    /// What requests call it.
    let name: String
    /// Where it is.
    let source: ModelSource
    /// When it was made, in seconds since 1970.
    let createdAt: Int
    /// Whether a job made it, and it may be deleted.
    let isTrained: Bool
  }

  /// Where bundled and fetched models are.
  let resources: Resources
  private let jobsFolder: String
  private let named: [Entry]
  private let trained = Mutex<[String: Entry]>([:])

  /// Lists the models of a machine, and those that jobs made.
  init(resources: Resources, jobsFolder: String, named: [(name: String, path: String)] = []) {
    self.resources = resources
    self.jobsFolder = jobsFolder
    self.named = named.map { name, path in
      Entry(name: name, source: ModelSource(at: path), createdAt: 0, isTrained: false)
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: jobsFolder)) ?? []
    for name in names where Identifier.isOne(name, "ftjob-") {
      let folder = JobFolder(path: jobsFolder + "/" + name)
      guard let job = folder.job, let model = job.fineTunedModel else { continue }
      add(job, named: model, at: folder.modelPath)
    }
  }

  /// Lists what a job made.
  func add(_ job: Job, named name: String, at folder: String) {
    guard let base = try? source(of: job.model) else { return }
    let entry = Entry(
      name: name, source: ModelSource(model: base.model, adapter: folder),
      createdAt: job.finishedAt ?? job.createdAt, isTrained: true)
    trained.withLock { $0[name] = entry }
  }

  /// Takes a model that a job made off the list.
  func remove(_ name: String) { _ = trained.withLock { $0.removeValue(forKey: name) } }

  /// All models, the oldest first.
  var all: [Entry] {
    let bundled = resources.modelNames.map { name in
      Entry(name: name, source: ModelSource(model: name), createdAt: 0, isTrained: false)
    }
    let fetched = KnownModel.all.compactMap { known in
      resources.fetchedModel(named: known.name).map { _ in
        Entry(
          name: known.name, source: ModelSource(model: known.name), createdAt: 0, isTrained: false)
      }
    }
    let made = trained.withLock { Array($0.values) }
    return bundled + fetched + named
      + made.sorted { ($0.createdAt, $0.name) < ($1.createdAt, $1.name) }
  }

  /// The model of a name; also that of a step of a job, `…:ckpt-step-12`.
  func entry(_ name: String) throws(APIError) -> Entry {
    if let entry = all.first(where: { $0.name == name }) { return entry }
    if let checkpoint = checkpoint(name) { return checkpoint }
    if name.contains("/"), resources.fetchedModel(named: name) != nil {
      return Entry(name: name, source: ModelSource(model: name), createdAt: 0, isTrained: false)
    }
    throw .noModel(name, known: all.map(\.name))
  }

  /// Where the model of a name is.
  func source(of name: String) throws(APIError) -> ModelSource { try entry(name).source }

  private func checkpoint(_ name: String) -> Entry? {
    let parts = name.components(separatedBy: ":ckpt-step-")
    guard parts.count == 2, let step = Int(parts[1]),
      let names = try? FileManager.default.contentsOfDirectory(atPath: jobsFolder)
    else { return nil }
    for id in names where Identifier.isOne(id, "ftjob-") {
      let folder = JobFolder(path: jobsFolder + "/" + id)
      let path = folder.checkpointPath(step: step)
      guard let job = folder.job, job.modelName() == parts[0],
        FileManager.default.fileExists(atPath: path), let base = try? source(of: job.model)
      else { continue }
      return Entry(
        name: name, source: ModelSource(model: base.model, adapter: path),
        createdAt: job.createdAt, isTrained: true)
    }
    return nil
  }

  /// The learning rate that a job's multiplier means; nil for the one that is chosen by itself.
  func rate(of job: Job, on base: ModelSource) throws(JobFailure) -> Double? {
    guard let multiplier = job.hyperparameters.rateMultiplier, multiplier != 1 else { return nil }
    do {
      let files = try ModelFiles(path: try resources.folder(ofModel: base.model))
      var settings = TrainingSettings()
      settings.objective.kind = job.method.objective
      let usual = TrainingPlan(
        settings, length: .steps(1), hiddenSize: files.config.hiddenSize)
      return usual.learningRate * multiplier
    } catch {
      throw JobFailure(
        code: "invalid_model", message: "The model \(job.model) cannot be read: \(error).",
        param: "model")
    }
  }
}

extension ModelSource {
  /// A folder of a model, or of an adapter with the model it is for.
  fileprivate init(at path: String) {
    if let adapter = ModelPlace.adapterFolder(at: path),
      case .adapter(let base) = ModelPlace(at: adapter), let base
    {
      self.init(model: base, adapter: adapter)
    } else {
      self.init(model: path)
    }
  }
}
