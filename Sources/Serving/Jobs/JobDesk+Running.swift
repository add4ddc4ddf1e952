import Foundation
import Serialization

/// Having the jobs train, one after the other.
extension JobDesk {
  /// Goes on with the jobs that had not ended when the service last stopped.
  func goOn() {
    for var job in all where [.running, .pausing, .validatingFiles].contains(job.state) {
      guard FileManager.default.fileExists(atPath: folder(of: job.id).scriptPath) else {
        fail(
          job, JobFailure(code: "server_error", message: "The service ended before the job began."))
        continue
      }
      job.state = job.state == .pausing ? .paused : .queued
      change(job)
    }
    startNext()
  }

  /// Has the training that runs write its state, and waits until it has.
  func stop() async {
    isStopping = true
    guard let running else { return }
    running.process.stop()
    await running.task.value
  }

  func startNext() {
    guard running == nil, !isStopping, var job = all.first(where: { $0.state == .queued }) else {
      return
    }
    let place = folder(of: job.id)
    do {
      let process = try JobProcess(
        program: options.program, script: "script.ft", folder: place.path,
        arguments: options.arguments)
      job.state = .running
      change(job)
      if metrics(of: job.id).isEmpty { tell(.init("Fine-tuning job started"), of: job.id) }
      var watch = JobWatch(events: events[job.id] ?? [])
      let task = Task {
        for await event in process.events { self.take(event, of: job.id, &watch) }
      }
      running = (job.id, process, task)
    } catch {
      fail(
        job,
        JobFailure(code: "server_error", message: "\(options.program) cannot be run: \(error)."))
      startNext()
    }
  }

  private func take(_ event: JobProcess.Event, of id: String, _ watch: inout JobWatch) {
    guard var job = jobs[id] else { return }
    switch event {
    case .line(let line):
      for found in watch.take(line) {
        switch found {
        case .step(let metrics): tell(.init(metrics.sentence, .metrics(metrics)), of: id)
        case .checkpoint(let step):
          let name = job.modelName(atStep: step)
          tell(
            .init(
              "Checkpoint created at step \(step) with Snapshot ID: \(name)",
              .checkpoint(step: step)), of: id)
          folder(of: id).forgetCheckpoints(before: checkpointSteps(of: id).first ?? 0)
        case .sample(let sample):
          tell(.init("Answer after step \(sample.step): \(sample.answer)", .sample(sample)), of: id)
        }
      }
      job.estimatedFinish = watch.finish
      jobs[id] = job
    case .ended(let code):
      running = nil
      ended(job, code, watch)
      if code != Self.folderInUse { startNext() }
    }
  }

  private func ended(_ job: Job, _ code: Int32, _ watch: JobWatch) {
    var job = job
    job.estimatedFinish = nil
    switch (job.state, code) {
    case (.cancelled, _): break
    case (_, 0):
      waits = 0
      succeed(job, watch)
    // What was told to end, by the service's own end or a signal to both, goes on some day.
    case (.pausing, 129...143):
      job.state = .paused
      change(job)
      tell(.init("The job is paused"), of: job.id)
    case (_, 129...143) where isStopping: change(job)
    // The program of an earlier service still writes its state.
    case (_, Self.folderInUse) where waits < Self.mostWaits:
      waits += 1
      job.state = .queued
      change(job)
      Task {
        try? await Task.sleep(for: .milliseconds(250))
        self.startNext()
      }
    default:
      fail(
        job,
        JobFailure(
          code: "training_failed",
          message: watch.problem ?? "The training ended with exit code \(code)."))
    }
  }

  private func succeed(_ job: Job, _ watch: JobWatch) {
    let table = Array(StepMetrics.table(metrics(of: job.id)).utf8)
    Task {
      var job = job
      if let file = try? await files.add(table[...], name: "step_metrics.csv", purpose: .results) {
        job.resultFiles = [file.id]
      }
      job.state = .succeeded
      job.finishedAt = secondsNow()
      job.trainedTokens = watch.tokenCount
      job.fineTunedModel = job.modelName()
      change(job)
      tell(.init("New fine-tuned model created: \(job.modelName())"), of: job.id)
      tell(.init("The job has successfully completed"), of: job.id)
      end(watchersOf: job.id)
    }
  }

  func fail(_ job: Job, _ failure: JobFailure) {
    var job = job
    job.state = .failed
    job.finishedAt = secondsNow()
    job.failure = failure
    change(job)
    tell(.init(failure.message, level: .error), of: job.id)
    end(watchersOf: job.id)
  }
}
