import Foundation
import Serialization

/// The jobs of a service: one trains at a time, and the others wait for their turn.
actor JobDesk {
  let options: Service.Options
  let files: FileStore
  let catalog: ModelCatalog
  private let folder: String
  /// Every job by its name.
  var jobs: [String: Job] = [:]
  /// What happened to each, the oldest first.
  var events: [String: [JobEvent]] = [:]
  /// The job that trains, and the program that does it.
  var running: (id: String, process: JobProcess, task: Task<Void, Never>)?
  /// Those who watch a job.
  var watchers: [String: [Int: AsyncThrowingStream<JSONValue, any Error>.Continuation]] =
    [:]
  private var watcherCount = 0
  var isStopping = false
  /// How often the job that comes next waited for its folder.
  var waits = 0
  /// The exit code of a program that finds another at work in its folder.
  static let folderInUse: Int32 = 8
  /// A minute of waiting.
  static let mostWaits = 240

  /// Opens the folder of jobs, which is made when it is not there.
  init(_ options: Service.Options, files: FileStore, catalog: ModelCatalog) throws {
    (self.options, self.files, self.catalog) = (options, files, catalog)
    folder = options.folder + "/jobs"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where Identifier.isOne(name, "ftjob-") {
      let place = JobFolder(path: folder + "/" + name)
      guard let job = place.job else { continue }
      jobs[job.id] = job
      events[job.id] = place.events
    }
  }

  /// The folder of a job.
  nonisolated func folder(of id: String) -> JobFolder { JobFolder(path: folder + "/" + id) }

  // MARK: Looking

  /// All jobs, the oldest first.
  var all: [Job] { jobs.values.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) } }

  /// A job by its name.
  func job(_ id: String) throws(APIError) -> Job {
    guard let job = jobs[id] else {
      throw .notFound("fine-tuning job", id, param: "fine_tuning_job_id")
    }
    return job
  }

  /// What happened to a job, the oldest first.
  func events(of id: String) throws(APIError) -> [JobEvent] {
    _ = try job(id)
    return events[id] ?? []
  }

  /// What was measured of a job at each step.
  func metrics(of id: String) -> [StepMetrics] { (events[id] ?? []).compactMap(\.metrics) }

  /// What happened to a job and what happens, until it is over.
  func watch(_ id: String) throws(APIError) -> AsyncThrowingStream<JSONValue, any Error> {
    let job = try job(id)
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: JSONValue.self)
    for event in events[id] ?? [] { continuation.yield(event.json) }
    guard !job.state.isOver else {
      continuation.finish()
      return stream
    }
    watcherCount += 1
    let number = watcherCount
    watchers[id, default: [:]][number] = continuation
    continuation.onTermination = { _ in Task { await self.forget(watcher: number, of: id) } }
    return stream
  }

  private func forget(watcher: Int, of id: String) { watchers[id]?[watcher] = nil }

  // MARK: Asking

  /// Makes a job; it begins when no other trains.
  ///
  /// A job whose files cannot be used is there, and has failed.
  func add(_ fields: Fields) async throws(APIError) -> Job {
    var job = try Job(fields)
    let training = try await files.file(job.trainingFile, param: "training_file")
    var validation: StoredFile?
    if let id = job.validationFile {
      validation = try await files.file(id, param: "validation_file")
    }
    let base = try catalog.source(of: job.model)
    let place = folder(of: job.id)
    do { try place.make() } catch { throw .failed("The job cannot be kept: \(error).") }
    jobs[job.id] = job
    tell(.init("Created fine-tuning job: \(job.id)"), of: job.id)
    let also = job.validationFile.map { " and validation file: \($0)" } ?? ""
    tell(.init("Validating training file: \(job.trainingFile)\(also)"), of: job.id)
    do throws(JobFailure) {
      let rows = try await read(training, validation, for: job.method)
      // It may have been cancelled while its rows were read.
      guard jobs[job.id]?.state == .validatingFiles else { return jobs[job.id] ?? job }
      job.choose(rowCount: rows.training.examples.count)
      let script = JobScript(
        job: job, base: base.seen(fromJobs: 1), rate: try catalog.rate(of: job, on: base),
        trainingFile: "../../files/" + training.storedName,
        validationFile: validation.map { "../../files/" + $0.storedName },
        prompts: JobPrompt.some(of: (rows.validation ?? rows.training).examples))
      do { try place.write(script) } catch {
        throw JobFailure(code: "server_error", message: "The script cannot be written: \(error).")
      }
      job.state = .queued
      change(job)
      tell(.init("Files validated, moving job to queued state"), of: job.id)
      tell(.init("The script of this job: GET /v1/fine_tuning/jobs/\(job.id)/script"), of: job.id)
    } catch {
      fail(job, error)
    }
    startNext()
    return jobs[job.id] ?? job
  }

  /// Reads the rows of a job's files, on another thread: others ask for jobs meanwhile.
  private func read(
    _ training: StoredFile, _ validation: StoredFile?, for method: JobMethod
  ) async throws(JobFailure) -> (training: TrainingFile, validation: TrainingFile?) {
    let task = Task.detached { [files] in
      Result { () throws(JobFailure) in
        let rows = try TrainingFile(
          path: files.path(of: training), training, for: method, param: "training_file")
        let others = try validation.map { (file) throws(JobFailure) in
          try TrainingFile(
            path: files.path(of: file), file, for: method, param: "validation_file")
        }
        return (training: rows, validation: others)
      }
    }
    return try await task.value.get()
  }

  /// Ends a job for good.
  func cancel(_ id: String) throws(APIError) -> Job {
    var job = try job(id)
    guard !job.state.isOver else {
      throw .wrongState("Job has already completed: \(id) has \(job.state.rawValue).")
    }
    job.state = .cancelled
    job.finishedAt = secondsNow()
    change(job)
    tell(.init("The job was cancelled"), of: id)
    end(watchersOf: id)
    if running?.id == id { running?.process.stop() } else { startNext() }
    return job
  }

  /// Has a job write its state and wait until it is resumed.
  func pause(_ id: String) throws(APIError) -> Job {
    var job = try job(id)
    switch job.state {
    case .running:
      job.state = .pausing
      running?.process.stop()
    case .queued: job.state = .paused
    default:
      throw .wrongState(
        "Only a running or queued job can be paused; \(id) is \(job.state.rawValue).")
    }
    change(job)
    return job
  }

  /// Puts a paused job back in the queue.
  func resume(_ id: String) throws(APIError) -> Job {
    var job = try job(id)
    guard job.state == .paused else {
      throw .wrongState("Only a paused job can be resumed; \(id) is \(job.state.rawValue).")
    }
    job.state = .queued
    change(job)
    tell(.init("The job goes on"), of: id)
    startNext()
    return jobs[id] ?? job
  }

  /// Forgets the model that a job made.
  func removeModel(_ name: String) throws(APIError) {
    guard var job = all.first(where: { $0.fineTunedModel == name }) else {
      throw .invalid("A model of a job's step goes with the job.", param: "model")
    }
    job.fineTunedModel = nil
    change(job)
    catalog.remove(name)
    try? FileManager.default.removeItem(atPath: folder(of: job.id).modelPath)
  }
}

extension Job {
  /// Replaces `auto` by what it means for so many rows.
  fileprivate mutating func choose(rowCount: Int) {
    hyperparameters.epochs = hyperparameters.epochs ?? Hyperparameters.epochs(forRows: rowCount)
    hyperparameters.batchSize = hyperparameters.batchSize ?? min(8, max(1, rowCount / 8))
    hyperparameters.rateMultiplier = hyperparameters.rateMultiplier ?? 1
    if method == .dpo { hyperparameters.beta = hyperparameters.beta ?? 0.1 }
  }
}
