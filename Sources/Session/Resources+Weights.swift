package import Checkpoints
import Fetching

extension Resources {
  /// Where weights are kept as they were laid out when a model was first opened; nil where they are not.
  package var weightCache: WeightCache? {
    fetching.weightsFolder.map { WeightCache(folder: $0, program: Version.build) }
  }
}
