import Autograd
package import Checkpoints
package import Tensors

/// What the weights are kept as: packed while they are frozen, tensors while they are trained.
extension Transformer {
  /// What the matrices were packed as; those in a file's own format are as the file has them, and
  /// count as float32.
  package var weightFormat: WeightFormat {
    packable.lazy.map(\.ownWeights.format).first { !$0.isOfFiles } ?? .float32
  }

  /// The formats of the matrices, each once, the most frequent first.
  package var weightFormats: [WeightFormat] {
    var bytes: [WeightFormat: Int] = [:]
    for parameter in packable { bytes[parameter.ownWeights.format, default: 0] += 1 }
    return bytes.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.map(\.key)
  }

  /// The bytes that the weights take.
  package var weightByteCount: Int { parameters.reduce(0) { $0 + $1.ownWeights.byteCount } }

  /// Packs the matrices that are not packed, as they are in float32, one after the other.
  package func pack() {
    for parameter in packable {
      // Float32 holds every number, so packing cannot fail.
      guard case .dense = parameter.ownWeights,
        let packed = parameter.ownWeights.packed(as: .float32)
      else { continue }
      parameter.replace(by: packed)
    }
  }

  /// The matrices that are in a file's own format, by their places among ``parameters``.
  package var compactWeights: [Int: Weights] {
    var compact: [Int: Weights] = [:]
    for (place, parameter) in parameters.enumerated() where parameter.ownWeights.format.isOfFiles {
      compact[place] = parameter.ownWeights
    }
    return compact
  }

  /// Puts back what ``compactWeights`` gave, unchanged, after the model was unpacked.
  package func restore(_ compact: [Int: Weights]) {
    for (place, weights) in compact { parameters[place].replace(by: weights) }
  }

  /// The parameters that may be packed.
  private var packable: [Parameter] {
    tensors.filter(\.plan.isPackable).map(\.parameter)
  }

  /// Packs all matrices in `format`: all of them, or none when one cannot be.
  ///
  /// - Throws: `CheckpointError/notQuantisable(tensor:format:)`.
  package func pack(as format: WeightFormat) throws(CheckpointError) {
    let matrices = packable
    var packed: [Weights] = []
    for parameter in matrices {
      guard let weights = parameter.ownWeights.packed(as: format) else {
        throw .notQuantisable(tensor: parameter.name, format: format.rawValue)
      }
      packed.append(weights)
    }
    for (parameter, weights) in zip(matrices, packed) { parameter.replace(by: weights) }
  }

  /// Makes every weight a tensor of its own, to be trained: what is packed is unpacked, and what
  /// is a tensor already is copied when `isKept`, because somebody holds it.
  package func unpack(copying isKept: Bool = false) {
    for parameter in parameters {
      switch parameter.ownWeights {
      case .packed(let matrix): parameter.replace(by: .dense(matrix.unpacked()))
      case .dense(let tensor) where isKept: parameter.replace(by: .dense(tensor.copy()))
      case .dense: break
      }
    }
  }

  /// Puts `weights`, in the order of ``parameters``, in the place of all.
  package func replaceWeights(by weights: [Weights]) {
    for (parameter, other) in zip(parameters, weights) { parameter.replace(by: other) }
  }
}
