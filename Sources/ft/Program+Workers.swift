import ArgumentParser
import Checkpoints
import Execution
import Foundation
import Notebook
import REPL
import Reporting
import Workers

/// Several of these programs that run one script together.
extension Program {
  /// After how many seconds without a sign of life a worker is lost, unless `FT_WORKER_PATIENCE` says
  /// otherwise.
  private static let usualPatience = 30

  /// Joins the others when this program was started as one of several; nil when it runs by itself.
  func joinWorkers() throws -> Team? {
    do throws(WorkersError) {
      switch Launch(environment) {
      case .alone: return nil
      case .byOther(let variable): throw .otherLauncher(variable: variable)
      case .amongWorkers:
        return try Team(
          stop: StopFlag(), wish: StopFlag(), patience: .seconds(patience),
          whenLost: { [renderer] error in
            renderer.show(error.diagnostic)
            renderer.finish()
            return Notebook.ExitCode(error.diagnostic).rawValue
          })
      }
    } catch {
      renderer.show(error.diagnostic)
      try finish(Notebook.ExitCode(error.diagnostic))
      return nil
    }
  }

  private var patience: Int {
    environment["FT_WORKER_PATIENCE"].flatMap { Int($0) }.map { max(1, $0) } ?? Self.usualPatience
  }

  /// Refuses to be one of several where there is no script.
  func refuseWorkers() throws {
    guard Launch(environment) == .alone else {
      throw ValidationError("workers run scripts: mpirun -n 4 ft run FILE")
    }
  }

  /// What is to be run: the same for all workers.
  func texts(
    _ options: ScriptOptions, for team: Team?, read: () throws(Diagnostic) -> SourceFile
  ) throws(Diagnostic) -> [SourceFile] {
    let texts: [SourceFile]
    do throws(Diagnostic) { texts = options.scripts + [try read()] } catch {
      team?.fail(codeID: error.code?.id ?? "", message: error.message)
      throw team?.takeFailure().map { WorkersError.workerFailed($0).diagnostic } ?? error
    }
    guard let team else { return texts }
    do throws(WorkersError) {
      try team.checkSame([
        (name: "version of ft", value: Main.version),
        (name: "script", value: Self.hash(of: texts.suffix(1))),
        (name: "--set", value: options.settings.joined(separator: " ")),
      ])
    } catch {
      _ = team.takeFailure()
      throw error.diagnostic
    }
    return texts
  }

  private static func hash(of texts: ArraySlice<SourceFile>) -> String {
    let hash = ContentHash()
    for text in texts { Array(text.text.utf8).withUnsafeBytes { hash.add($0) } }
    return hash.text
  }
}
