/// What exists in the session now, for the checker and for completion.
package struct KnownNames: Sendable {
  /// Variables of the session, and names the layer above gives a meaning to now.
  package var variables: [String] = []
  /// Procedures of the session; calls are checked against their parameters.
  package var procedures: [Closure] = []
  /// Names that `load model` would find.
  package var models: [String] = []
  /// Names of loaded data.
  package var data: [String] = []
  /// The numbers of the cells that gave a value, for `Out[3]`.
  package var outputs: [Int] = []
  /// What `help` explains, such as `load data`.
  package var topics: [String] = []
  /// Names of bundled files, which a file's name may be.
  package var files: [String] = []
  /// The fields of names: `run` has `losses`, `dev` has `loss`.
  package var members: [String: [String]] = [:]

  /// Nothing beyond what the command table names.
  package static let none = KnownNames()

  package init(
    variables: [String] = [], procedures: [Closure] = [], models: [String] = [],
    data: [String] = [], members: [String: [String]] = [:]
  ) {
    self.variables = variables
    self.procedures = procedures
    self.models = models
    self.data = data
    self.members = members
  }
}
