/// Why a training ended.
package enum TrainingEnding: String, Sendable {
  /// All its steps are done.
  case finished
  /// A stop was asked for.
  case stopped
  /// It is to go on later: `pause`, or the step at which that was asked for.
  case paused
  /// What it waited for came.
  case condition
  /// The time was up.
  case time
  /// What it waited for did not come in as many epochs as there may be.
  case limit
  /// Its hook ended it: `stop` in the block of a script.
  case block
  /// The loss stopped being a number, or its hook failed.
  case failed
}
