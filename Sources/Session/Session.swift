import CPU
package import Datasets
package import Execution
import Generation
import Models
package import Reporting
import Runs
package import Sandbox
package import Tensors
package import Training
package import Workers

/// The model, the data and the settings that commands work on: the one thing that changes.
package actor Session {
  private let thread = EngineThread()
  /// Everything of a session runs on the engine's own thread.
  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    thread.asUnownedSerialExecutor()
  }

  /// The devices that were opened.
  private let devices = DeviceShelf()
  /// Where bundled models and data are.
  package nonisolated let resources: Resources
  /// What scripts may use that nobody here vouches for; nil for those of the user.
  package nonisolated let limits: FileLimits?
  /// Set from outside to end what is running.
  package nonisolated let stop: StopFlag
  /// What earlier sessions worked out; nil where everything is worked out here.
  nonisolated let recollection: Recollection?
  /// Told what there is to show.
  package nonisolated let show: @Sendable (SessionEvent) -> Void

  /// What is set now.
  package var settings = Settings() {
    didSet {
      forgetTalkKeys()
      followTemplate(of: settings, since: oldValue)
    }
  }
  /// The settings outside each `with` that is running, innermost last.
  package var outerSettings: [Settings] = []
  /// The model that verbs work on; nil before one is loaded.
  package var model: LoadedModel? {
    didSet {
      talk = []
      forgetTalkKeys()
      if live?.model !== model { (live, branches) = (nil, BranchShelf()) }
    }
  }
  /// What training made of the model, under several names.
  var branches = BranchShelf()
  /// The last training, which can go on or back; nil when nothing of it is kept.
  var live: LiveTraining?
  /// The teacher that was asked for last, by its name.
  var lastTeacher: (asked: String, model: LoadedModel)?
  /// What was said to this model and answered, in order.
  package internal(set) var talk: [Turn] = []
  /// Which answer to its last message the last one is: 0 for the first that was drawn.
  var talkDraw = 0
  /// What was computed of the talk, by the state of the model that computed it.
  var talkLoops: [ModelState: AnswerLoop] = [:]
  /// Data by name, the last loaded being the current one.
  package private(set) var data: [LoadedData] = []
  /// The data before each of its last changes, the latest last.
  private(set) var earlierData: [[LoadedData]] = []
  /// What the last training found of each row.
  package internal(set) var lastExamples: TrainedExamples?
  /// The last training.
  package var lastRun: RunSummary?
  /// The workers that run the same script together; nil when this process does alone.
  package var team: Team?
  /// Where trainings are recorded; nil records none.
  let runs: RunStore?
  /// What records the training that runs; nil between trainings.
  var recorder: RunRecorder?
  /// The number of the last training in the record; nil when it is not recorded.
  package internal(set) var lastRunNumber: Int?
  /// The folder of the last training that kept its state.
  package var lastCheckpoint: String?
  /// The job of a fine-tuning service that was started here last.
  package var lastJob: String?
  /// The lines that led to what is loaded.
  package var provenance = Provenance()
  /// Where a training of the cell that runs is to be stopped.
  var plannedStop: PlannedStop?
  /// True while the hook of a training runs, which must not change what is trained.
  package internal(set) var isInTrainingHook = false
  /// The files that commands read, in the order of the first reading.
  package internal(set) var inputs: [InputFile] = []
  /// What was run so far, and what came of it; commands may write it down.
  package nonisolated let cells: @Sendable () -> [Page.Section]

  /// Makes a session with nothing loaded.
  ///
  /// - Parameters:
  ///   - resources: where bundled models and data are.
  ///   - limits: the files that scripts may use, without a network; nil for all.
  ///   - stop: set from outside to end what is running.
  ///   - record: the file in which trainings are recorded; nil records none.
  ///   - team: the workers that run the same script together, if any.
  ///   - recollection: what earlier sessions worked out, if that is kept.
  ///   - cells: gives what was run so far; whoever runs the session keeps it.
  ///   - show: told what there is to show.
  package init(
    resources: Resources, limits: FileLimits? = nil, stop: StopFlag = StopFlag(),
    record: String? = nil, team: Team? = nil, recollection: Recollection? = nil,
    cells: @escaping @Sendable () -> [Page.Section] = { [] },
    show: @escaping @Sendable (SessionEvent) -> Void
  ) {
    self.resources = resources
    self.limits = limits
    self.stop = stop
    runs = record.map { RunStore(path: $0) }
    self.team = team
    self.recollection = recollection
    self.cells = cells
    self.show = show
  }

  /// The device of the model; the processor without one.
  package var device: any Device { model?.model.device ?? CPUDevice() }

  /// The device that is set, for what is loaded next.
  ///
  /// - Throws: ``SessionError/device(_:)``.
  package func chosenDevice() throws(SessionError) -> any Device {
    try device(settings.run.device)
  }

  /// Opens a device.
  ///
  /// - Throws: ``SessionError/device(_:)``.
  package func device(_ choice: DeviceChoice) throws(SessionError) -> any Device {
    do throws(DeviceError) { return try devices.device(choice) } catch { throw .device(error) }
  }

  /// The data that commands mean when none is named.
  package var currentData: LoadedData? { data.last }

  /// Goes back to the data of an earlier moment, and to what `undo` could take back then.
  func replaceData(_ data: [LoadedData], earlier: [[LoadedData]]) {
    self.data = data
    earlierData = earlier
  }

  /// Makes `loaded` the current data, in place of any other of its name.
  package func add(_ loaded: LoadedData) {
    noteData()
    data.removeAll { $0.name == loaded.name }
    data.append(loaded)
  }

  /// Forgets data; the last loaded of the rest becomes the current one.
  package func removeData(named name: String) {
    noteData()
    data.removeAll { $0.name == name }
  }

  // MARK: Going back

  /// The changes of data that can be taken back.
  private static let undoableChanges = 50

  private func noteData() {
    earlierData = earlierData.suffix(Self.undoableChanges - 1) + [data]
  }

  /// Takes the last change of the data back; false when there is none.
  package func undoData() -> Bool {
    guard let earlier = earlierData.popLast() else { return false }
    data = earlier
    return true
  }
}
