import Adapters
import Checkpoints
import Commands
import Datasets
import Fetching
import Jupyter
import Language
import Lessons
import Messaging
import Notebook
import REPL
import Reporting
import Runs
import Session
import Training
import Workers

extension DiagnosticCode {
  /// What `help` explains: every code of the program, by family, then number.
  static let all: [DiagnosticCode] = {
    let modules = [
      ofLanguage, ofDatasets, ofCheckpoints, ofFetching, ofAdapters, ofTraining, ofRuns,
      ofWorkers,
      ofSession,
      ofCommands,
      ofNotebooks, ofLessons, ofPrompt, ofMessages, ofJupyter, ofKernelSpecs, ofProgram,
    ]
    return modules.joined().sorted { $0.id < $1.id }
  }()

  /// Codes of the program around the session.
  static let ofProgram: [DiagnosticCode] = [
    .unwrittenOutput, .refusedMemory, .failedCard,
  ]

  static let unwrittenOutput = DiagnosticCode(
    "R291", "output that cannot be written",
    "What the script shows could not be written: the disk is full, or the file is gone. The "
      + "script was stopped as by Ctrl-C.")

  static let failedCard = DiagnosticCode(
    "R403", "the graphics card failed",
    "The driver of the card reported a failure, after which it does no more for this program: what "
      + "was computed cannot be trusted, and the program ended at once. Files that stood are "
      + "untouched, and a training with `checkpoint` goes on from its last state, on the card or on "
      + "the processor.")

  static let refusedMemory = DiagnosticCode(
    "R402", "the system refused memory",
    "Memory, or a thread, was asked for and not given: other programs take it, or a limit such as "
      + "`ulimit -v` is set. The program ended at once, with the exit code 6. Files that stood "
      + "are untouched, and a training with `checkpoint` goes on from its last state.")
}
