import Serialization

/// Writing down what becomes of jobs, and telling those who watch.
extension JobDesk {
  /// The steps whose models are kept: the last three.
  func checkpointSteps(of id: String) -> [Int] {
    let steps = (events[id] ?? []).compactMap { event in
      if case .checkpoint(let step) = event.detail { step } else { nil }
    }
    return Array(steps.suffix(3))
  }

  func change(_ job: Job) {
    jobs[job.id] = job
    try? folder(of: job.id).write(job)
    if let model = job.fineTunedModel {
      catalog.add(job, named: model, at: folder(of: job.id).modelPath)
    }
  }

  func tell(_ event: JobEvent, of id: String) {
    events[id, default: []].append(event)
    try? folder(of: id).append(event)
    for watcher in (watchers[id] ?? [:]).values { watcher.yield(event.json) }
  }

  func end(watchersOf id: String) {
    for watcher in (watchers.removeValue(forKey: id) ?? [:]).values { watcher.finish() }
  }
}
