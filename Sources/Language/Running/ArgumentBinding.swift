/// Which argument goes to which parameter; the checker asks before a run, the interpreter during it.
struct ArgumentBinding {
  /// Why the arguments do not fit.
  struct Mismatch: Error {
    let message: String
  }

  let name: String
  let parameters: [ProcedureSyntax.Parameter]

  init(_ name: String, _ parameters: [ProcedureSyntax.Parameter]) {
    self.name = name
    self.parameters = parameters
  }

  /// How the procedure is called: `fit(data, rank = …)`.
  var usage: String {
    let names = parameters.map { $0.fallback == nil ? $0.name.text : $0.name.text + " = …" }
    return "it is `\(name)(\(names.joined(separator: ", ")))`"
  }

  /// Pairs arguments with the parameters' indices; those left out have a default.
  ///
  /// The block of `do` goes to the last parameter.
  func bind<Argument>(
    _ positional: [Argument], named: [(String, Argument)], block: Argument?
  ) throws(Mismatch) -> [Int: Argument] {
    var bound: [Int: Argument] = [:]
    let limit = parameters.count - (block == nil ? 0 : 1)
    guard limit >= 0 else { throw Mismatch(message: "`\(name)` takes no `do` block.") }
    guard positional.count <= limit else {
      throw Mismatch(
        message: "`\(name)` takes \(count(limit)), and \(positional.count) are given.")
    }
    for (index, argument) in positional.enumerated() { bound[index] = argument }
    if let block { bound[limit] = block }
    for (argumentName, argument) in named {
      guard let index = parameters.firstIndex(where: { $0.name.text == argumentName }) else {
        throw Mismatch(message: "`\(name)` has no parameter `\(argumentName)`.")
      }
      guard bound[index] == nil else {
        throw Mismatch(message: "`\(argumentName)` of `\(name)` is given twice.")
      }
      bound[index] = argument
    }
    for (index, parameter) in parameters.enumerated()
    where bound[index] == nil && parameter.fallback == nil {
      throw Mismatch(message: "`\(name)` needs `\(parameter.name.text)`.")
    }
    return bound
  }

  private func count(_ number: Int) -> String {
    number == 0 ? "no arguments" : number == 1 ? "1 argument" : "\(number) arguments"
  }
}
