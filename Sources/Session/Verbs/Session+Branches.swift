import Evaluation
import Models
package import Training

/// What training makes of the model in several ways, side by side.
extension Session {
  /// The branches, the current one last.
  package var branchList: [BranchState] {
    let others = branches.others.map { name, branch in
      let training = branch.training?.state
      return BranchState(
        name: name, isCurrent: false, step: training?.step, evaluation: training?.evaluation)
    }
    let now = live.flatMap { $0.isCurrent ? $0 : nil }
    return others + [
      BranchState(
        name: branches.current, isCurrent: true, step: now?.trainer.finishedSteps,
        evaluation: now?.memory?.evaluations.last)
    ]
  }

  /// The name of what the model is now.
  package var currentBranch: String { branches.current }

  /// Goes to the branch of a name, or begins one with what the model is now.
  ///
  /// One that begins where a training went back leaves the branch it parts from at the last step that was
  /// taken there.
  ///
  /// - Returns: whether it is a new one.
  /// - Throws: ``SessionError/noModel``, and as ``rewind(to:tell:)``.
  package func branch(_ name: String) throws(SessionError) -> Bool {
    let model = try loadedModel()
    guard name != branches.current else { return false }
    if let target = branches.take(name) {
      branches.keep(here(model), as: branches.current)
      branches.current = name
      try adopt(target, in: model)
      return false
    }
    let step = live?.trainer.finishedSteps
    if let live, live.memory != nil, live.isCurrent, let step, live.lastStep > step {
      _ = try rewind(to: live.lastStep)
      branches.keep(here(model), as: branches.current)
      _ = try rewind(to: step)
    } else {
      branches.keep(here(model), as: branches.current)
    }
    branches.current = name
    if live?.memory != nil { live?.part() }
    return true
  }

  /// Makes a branch what the model is, and forgets the others.
  ///
  /// - Throws: ``SessionError/noBranch(_:known:)``.
  package func keepBranch(_ name: String) throws(SessionError) {
    guard branches.names.contains(name) else { throw .noBranch(name, known: branches.names) }
    _ = try branch(name)
    branches = BranchShelf()
  }

  /// Measures two branches on the same rows.
  ///
  /// - Throws: ``SessionError/noBranch(_:known:)``, and as ``evaluate(on:using:tell:)``.
  package func compareBranches(
    _ first: String, _ second: String, on name: String, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> SideComparison {
    for name in [first, second] where !branches.names.contains(name) {
      throw .noBranch(name, known: branches.names)
    }
    let start = branches.current
    return try compareSides(
      [first, second], on: name, tell: tell,
      become: { (branch) throws(SessionError) in _ = try self.branch(branch) },
      back: { () throws(SessionError) in _ = try self.branch(start) })
  }

  /// What the model is now, to come back to.
  private func here(_ model: LoadedModel) -> BranchShelf.Branch {
    let training = live.flatMap { live in live.state.map { (live: live, state: $0) } }
    return BranchShelf.Branch(
      model: model.snapshot(), references: model.references, training: training, lastRun: lastRun,
      settings: settings)
  }

  private func adopt(_ branch: BranchShelf.Branch, in model: LoadedModel) throws(SessionError) {
    do throws(ModelError) { try model.restore(branch.model) } catch { throw .model(error) }
    model.references = branch.references
    live = branch.training?.live
    if let (live, state) = branch.training { live.adopt(state) }
    lastRun = branch.lastRun
    settings.takeSteerable(of: branch.settings)
  }
}

/// A branch as it is listed.
package struct BranchState: Sendable {
  /// What it is called.
  package let name: String
  /// Whether it is what the model is now.
  package let isCurrent: Bool
  /// The steps that its training took; nil when it comes of none that is kept.
  package let step: Int?
  /// The last measurement of dev.
  package let evaluation: DevEvaluation?
}
