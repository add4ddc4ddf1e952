/// Where a job stands.
enum JobState: String, Sendable {
  case validatingFiles = "validating_files"
  case queued, running, pausing, paused, succeeded, failed, cancelled

  /// Whether nothing more happens to it.
  var isOver: Bool { [.succeeded, .failed, .cancelled].contains(self) }
}
