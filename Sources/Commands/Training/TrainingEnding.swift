/// Why a training ended.
enum TrainingEnding: String {
  /// All its steps are done.
  case finished
  /// The user asked for it.
  case stopped
  /// What `until` waited for came.
  case condition
  /// The time was over.
  case time
  /// What it waited for did not come in as many epochs as there may be.
  case limit
  /// `stop` in its block.
  case block
}
