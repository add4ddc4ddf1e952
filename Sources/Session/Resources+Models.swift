import Checkpoints
import Models

extension Resources {
  /// The number of learned numbers of a bundled model, by its config alone; nil when there is no
  /// such model, or its config cannot be read.
  package func parameterCount(ofModel name: String) -> Int? {
    guard let folder = model(named: name) else { return nil }
    let path = folder + "/config.json"
    do throws(CheckpointError) {
      let bytes = try OpenFile.contents(of: path, limit: ModelContents.smallFileLimit)
      return try ModelConfig(fileContents: bytes, path: path).blueprint.parameterCount
    } catch { return nil }
  }
}
