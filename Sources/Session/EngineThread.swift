import Foundation

/// The one thread on which the engine works.
///
/// Training is plain synchronous code that runs for minutes; on a thread of its own it does not
/// hold up the line editor, or whatever else shares Swift's pool of two threads on a small machine.
package final class EngineThread: SerialExecutor {
  private let jobs = JobQueue()

  /// Starts the thread; it ends when nobody holds this any more.
  package init() {
    let thread = Thread { [jobs] in
      while let (job, executor) = jobs.next() { job.runSynchronously(on: executor) }
    }
    thread.name = "engine"
    // Models nest their layers' calls only a little, but parsers of files recurse: room for both.
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { jobs.close() }

  /// Has a job done after those that wait.
  package func enqueue(_ job: consuming ExecutorJob) {
    jobs.add(UnownedJob(job), asUnownedSerialExecutor())
  }
}

/// A first-in first-out queue that blocks its reader.
///
/// `@unchecked Sendable`: every access to `jobs` and `isClosed` holds `condition`.
private final class JobQueue: @unchecked Sendable {
  private let condition = NSCondition()
  private var jobs: [(UnownedJob, UnownedSerialExecutor)] = []
  private var isClosed = false

  func add(_ job: UnownedJob, _ executor: UnownedSerialExecutor) {
    condition.withLock { jobs.append((job, executor)) }
    condition.signal()
  }

  func close() {
    condition.withLock { isClosed = true }
    condition.signal()
  }

  /// The next job, or nil when the queue is closed.
  func next() -> (UnownedJob, UnownedSerialExecutor)? {
    condition.withLock {
      while jobs.isEmpty && !isClosed { condition.wait() }
      return jobs.isEmpty ? nil : jobs.removeFirst()
    }
  }
}
