import CPU
import Foundation
package import Session
import Synchronization
package import Tensors
import Training

/// The fine-tuning service: files, jobs, models and answers, whatever carries the requests.
package final class Service: Sendable {
  /// Uploaded files and results.
  let files: FileStore
  /// Jobs, one of which trains at a time.
  let jobs: JobDesk
  /// The models by name.
  let catalog: ModelCatalog
  /// Who writes answers.
  let host: ModelHost
  /// What was chosen when it was started.
  package let options: Options
  /// The folder's: two services would train the same jobs.
  private let lock: Mutex<FolderLock?>

  /// What may be chosen when a service is started.
  package struct Options: Sendable {
    /// Where files and jobs are kept.
    package var folder: String
    /// The program that trains: `ft`.
    package var program: String
    /// The threads that trainings get; nil for all.
    package var threads: Int?
    /// Requests that may wait for an answer.
    package var queueLimit = 256
    /// Seconds that an answer may take.
    package var secondsLimit = 600
    /// Models beside those of the machine: what requests call them, and their folders.
    package var models: [(name: String, path: String)] = []
    /// What bases are kept as in memory, keys and values, and the device of trainings.
    package var settings = Settings()
    /// Where answers are computed.
    package var device: any Device = CPUDevice()

    /// What `ft` is told to run a script as the service would.
    var arguments: [String] {
      let device = settings.run.device
      return (threads.map { ["--threads", "\($0)"] } ?? [])
        + (device == .cpu ? [] : ["--set", "device=\(device.text)"])
    }

    package init(folder: String, program: String) {
      self.folder = folder
      self.program = program
    }
  }

  /// Opens the folder, and goes on with the jobs that had begun.
  ///
  /// - Throws: ``TrainingError/inUse(path:)`` where another service has it, `CheckpointError` when it
  ///   cannot be used.
  package init(_ options: Options, resources: Resources) async throws {
    self.options = options
    try FileManager.default.createDirectory(
      atPath: options.folder, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    lock = Mutex(try FolderLock(folder: options.folder))
    // What a service that was killed was about to send.
    try? FileManager.default.removeItem(atPath: options.folder + "/tmp")
    files = try FileStore(folder: options.folder + "/files")
    catalog = ModelCatalog(
      resources: resources, jobsFolder: options.folder + "/jobs", named: options.models)
    host = ModelHost(catalog, options)
    jobs = try JobDesk(options, files: files, catalog: catalog)
    await jobs.goOn()
  }

  /// The longest body of a request to a path, in bytes: files are longer than the rest.
  package static func bodyLimit(_ path: String) -> Int {
    path == "/v1/files" ? FileStore.sizeLimit : 32 << 20
  }

  /// Stops what runs, so that it can go on: a training writes its state first.
  package func stop() async {
    await host.stop()
    await jobs.stop()
    lock.withLock { $0 = nil }
  }
}
