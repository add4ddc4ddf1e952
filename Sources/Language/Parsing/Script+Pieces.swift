extension Script {
  /// The script in pieces that, run one after the other, do what it does as a whole.
  ///
  /// First all its procedures, which can be called before their line; then each other statement by
  /// itself, so that a front end knows which one is running.
  package var pieces: [Script] {
    let isProcedure = { (statement: Statement) in
      if case .procedure = statement.kind { return true }
      return false
    }
    let procedures = statements.filter(isProcedure)
    let rest = statements.filter { !isProcedure($0) }.map { [$0] }
    return (procedures.isEmpty ? rest : [procedures] + rest)
      .map(with)
  }

  /// The script with some of its statements alone.
  package func with(_ statements: [Statement]) -> Script {
    Script(file: file, statements: statements, edition: edition, cells: cells)
  }

  /// True when the value of the script is that of a command, written by itself.
  package var endsInCommand: Bool {
    guard case .expression(let last) = statements.last?.kind else { return false }
    if case .command = last.kind { return true }
    return false
  }
}
