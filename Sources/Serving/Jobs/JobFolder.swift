import Checkpoints
import Foundation
import Serialization

/// What a job keeps on disk: what it is, what happened, its script, its training's state and its models.
struct JobFolder: Sendable {
  /// The folder of the job.
  let path: String

  private var jobPath: String { path + "/job.json" }
  private var eventsPath: String { path + "/events.jsonl" }
  /// The script that is run.
  var scriptPath: String { path + "/script.ft" }
  /// What was trained.
  var modelPath: String { path + "/" + JobScript.modelFolder }

  /// The model as it was after a step.
  func checkpointPath(step: Int) -> String { "\(path)/\(JobScript.checkpointsFolder)/\(step)" }

  /// Makes the folder, and those above it.
  func make() throws {
    try FileManager.default.createDirectory(
      atPath: path + "/" + JobScript.checkpointsFolder, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }

  /// Writes down what the job is, in place of what was there.
  func write(_ job: Job) throws(CheckpointError) {
    try AtomicFile.write(Array(job.json.text.utf8), to: jobPath)
  }

  /// Writes the script.
  func write(_ script: JobScript) throws(CheckpointError) {
    try AtomicFile.write(Array(script.text.utf8), to: scriptPath)
  }

  /// Adds an event to those that happened.
  func append(_ event: JobEvent) throws {
    let line = Data((event.json.text + "\n").utf8)
    if let handle = FileHandle(forWritingAtPath: eventsPath) {
      defer { try? handle.close() }
      try handle.seekToEnd()
      try handle.write(contentsOf: line)
    } else {
      try line.write(to: URL(fileURLWithPath: eventsPath))
    }
  }

  /// What the job is; nil when nothing readable is there.
  var job: Job? {
    FileManager.default.contents(atPath: jobPath)
      .flatMap { try? JSONValue(parsing: Array($0)) }.flatMap(Job.init)
  }

  /// What happened, the oldest first; a last line that was cut off by the machine's end is left out.
  var events: [JobEvent] {
    let bytes = FileManager.default.contents(atPath: eventsPath) ?? Data()
    return Array(bytes).split(separator: UInt8(ascii: "\n")).compactMap { line in
      (try? JSONValue(parsing: Array(line))).flatMap(JobEvent.init)
    }
  }

  /// Forgets the models of steps before this one; later ones may be there that nobody has told yet.
  func forgetCheckpoints(before first: Int) {
    let folder = path + "/" + JobScript.checkpointsFolder
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names {
      guard let step = Int(name), step < first else { continue }
      try? FileManager.default.removeItem(atPath: folder + "/" + name)
    }
  }
}
