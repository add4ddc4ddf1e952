package import Reporting

/// Why workers did not begin, or cannot go on.
package enum WorkersError: Error, Hashable, Sendable {
  /// There is no library of Open MPI.
  case noLibrary
  /// The library is not one of Open MPI 4: it has no such name.
  case otherLibrary(lacks: String)
  /// The program was started as one of several by something else than Open MPI.
  case otherLauncher(variable: String)
  /// Nothing was heard of a worker for so long.
  case silent(worker: Int, seconds: Int)
  /// A function of the library failed, with its code.
  case failed(function: String, code: Int)
  /// Workers are at different places of their scripts.
  case apart(worker: Int)
  /// Workers do not have the same: for each thing what this worker has and what another has.
  case different([Difference])
  /// A worker failed while the others went on.
  case workerFailed(WorkerFailure)

  /// A thing that two workers have differently.
  package struct Difference: Hashable, Sendable {
    /// What it is.
    package let name: String
    /// The worker that has another.
    package let worker: Int
    /// What the first worker has, and what this one has.
    package let (first, other): (String, String)
  }
}

/// What a worker failed with.
package struct WorkerFailure: Hashable, Sendable {
  /// Which one.
  package let worker: Int
  /// The id of its error's code; empty without one.
  package let codeID: String
  /// The error's sentence.
  package let message: String
}

extension WorkersError: Explained {
  package var diagnostic: Diagnostic {
    switch self {
    case .noLibrary:
      Diagnostic(
        code: .noWorkers, "workers need Open MPI, and \(MPIFunctions.libraryName) is not found",
        hints: [.help("`apt-get install openmpi-bin` in a shell, on each machine")])
    case .otherLibrary(let name):
      Diagnostic(
        code: .noWorkers, "\(MPIFunctions.libraryName) is not of Open MPI 4: it has no \(name)",
        hints: [.help("`apt-get install openmpi-bin` in a shell, on each machine")])
    case .otherLauncher(let variable):
      Diagnostic(
        code: .noWorkers,
        "this was started as one of several programs (\(variable)), and not by Open MPI's mpirun",
        hints: [.help("`mpirun.openmpi -n 2 ft run FILE` in a shell")])
    case .silent(let worker, let seconds):
      Diagnostic(
        code: .lostWorker, "worker \(worker) has not been heard of for \(seconds) s",
        hints: [
          .help(
            "it is stopped, its machine is, or the network between; a training with `checkpoint` "
              + "goes on from its last state")
        ])
    case .failed(let function, let code):
      Diagnostic(code: .lostWorker, "Open MPI's \(function) failed (error \(code))")
    case .apart(let worker):
      Diagnostic(
        code: .lostWorker,
        "worker \(worker) is at another place of the script than this one, which is a bug of ft")
    case .different(let differences):
      Diagnostic(
        code: .otherWorker,
        "workers do not have the same: " + differences.map(\.text).joined(separator: "; "),
        hints: [.help("give every machine the same ft, script and files")])
    case .workerFailed(let failure):
      Diagnostic(
        code: .failedWorker, "worker \(failure.worker): \(failure.message)",
        hints: failure.codeID.isEmpty ? [] : [.help("`help \(failure.codeID)` explains it")])
    }
  }
}

extension WorkersError.Difference {
  fileprivate var text: String {
    "\(name) (\(Self.short(first)); worker \(worker): \(Self.short(other)))"
  }

  /// A value that can be read; of a hash the beginning tells enough.
  private static func short(_ value: String) -> String {
    value.count > 40 ? String(value.prefix(12)) + "…" : value
  }
}

extension DiagnosticCode {
  /// Every code of workers.
  package static let ofWorkers: [DiagnosticCode] = [
    .noWorkers, .lostWorker, .otherWorker, .failedWorker,
  ]

  static let noWorkers = DiagnosticCode(
    "R405", "workers cannot begin",
    "`mpirun -n 4 ft run lab.ft` trains on four workers, which talk through Open MPI 4: on Debian the "
      + "package openmpi-bin, on each machine. `ft doctor` says whether it is there.")

  static let lostWorker = DiagnosticCode(
    "R281", "a worker was lost",
    "Every worker holds a part of the training's state, so all end when one does. Checkpoints are "
      + "whole: the same command goes on from the last one, with as many workers as there are.")

  static let otherWorker = DiagnosticCode(
    "R282", "workers differ",
    "All workers run the same script on the same files with the same settings, else what they compute "
      + "together would be of no training. The message names what differs.")

  static let failedWorker = DiagnosticCode(
    "R283", "a worker failed",
    "One worker could not do what the others could, such as read a file that its machine does not "
      + "have. The message says which worker, and what stopped it.")
}
