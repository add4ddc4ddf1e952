import Autograd
import Checkpoints
package import Models
import Tensors

/// The vectors of tokens that were added to a model, which a new adapter learns too: peft's
/// `trainable_token_indices`.
///
/// No training made them, and matrices beside other layers would leave them as they are.
package struct NewTokens {
  private let sites: ModelSites
  private var tokens: [Int] { sites.model.newTokens }

  /// Those of `model`; none where none were added.
  package init(_ model: Transformer) { sites = ModelSites(model) }

  /// The names of the tables that hold them: that in which tokens are looked up, and that of a head of
  /// its own.
  private var tables: [String] {
    guard !tokens.isEmpty else { return [] }
    let hasOwnHead = !sites.isTied && sites.model.config.labelTask == nil
    return [sites.tableName] + (hasOwnHead ? [sites.headName] : [])
  }

  /// Their rows, to be learned, as they are now.
  var changes: [PlacedChange] {
    tables.map { name in
      let own = sites.ownWeights(.tensor(name))
      let rows = Tensor(uninitialized: [tokens.count, own.shape[1]], on: own.device)
      own.gather(tokens.map(Int32.init), into: rows)
      let part = Parameter(name: AdapterTensor.name(of: .tokenRows, module(name)), value: rows)
      return PlacedChange(
        site: .tensor(name), change: ReplacedRows(part, rows: tokens), isOfBoth: sites.isTied)
    }
  }

  /// How adapter_config.json names them: without a module where there is one table.
  var rows: [AdapterConfig.TokenRows] {
    tables.map { name in
      let last = module(name).split(separator: ".").last.map(String.init)
      return .init(module: sites.isTied ? nil : last, tokens: tokens)
    }
  }

  /// The shapes of what is learned.
  package var shapes: [[Int]] {
    tables.map { [tokens.count, sites.ownWeights(.tensor($0)).shape[1]] }
  }

  /// How many numbers the tables have.
  package var tableCount: Int {
    tables.reduce(0) { $0 + sites.ownWeights(.tensor($1)).shape.reduce(1, *) }
  }

  private func module(_ tensor: String) -> String {
    tensor.hasSuffix(".weight") ? String(tensor.dropLast(".weight".count)) : tensor
  }
}
