package import Language
import Session
import SettingDeclarations
import Training

/// Every command there is, in the order of a fine-tune.
package enum CommandList {
  static let all: [any Command.Type] = [
    LoadModel.self, GetModel.self, NewModel.self, LoadData.self, TrainTokenizer.self,
    LoadAdapter.self,
    CheckData.self, Keep.self, DropRows.self, DropDuplicates.self, DropLeaks.self, CleanData.self,
    BalanceData.self, JoinData.self, Undo.self, SplitData.self, Unload.self, Show.self,
    ShowDevice.self, ShowMask.self, ShowWorst.self,
    ShowForgotten.self, Plot.self, SetSettings.self, SetAdapters.self, Plan.self, Train.self,
    Resume.self, StopTraining.self, Pause.self, Rewind.self, MakeBranch.self, KeepBranch.self,
    CompareBranches.self, CompareAdapters.self,
    ListRuns.self, ShowRun.self, CompareRuns.self, PlotRuns.self,
    Eval.self, Sample.self, Chat.self, ChatAgain.self, ChatUndo.self, Classify.self, Embed.self,
    Search.self, Compare.self,
    Baseline.self, Advise.self, Reset.self,
    SaveModel.self, SaveAdapter.self, SaveTokens.self, SaveChat.self, SaveReport.self,
    SaveRuns.self,
    ExportGGUF.self,
    ExportLoraGGUF.self, UploadData.self, StartJob.self, WatchJob.self, CancelJob.self,
    DownloadJob.self, ServeModel.self, TakeLesson.self,
    ShowHelp.self, Quit.self,
  ]

  /// What scripts may use.
  package static let table = CommandTable(
    all.map { $0.signature }, settings: Settings.all.map(\.signature),
    metrics: TrainingMetric.allCases.map(\.rawValue),
    names: ["model", "base", "tuned", "data", "train", "dev", "test", "run", "settings"],
    concepts: Concept.all.map(\.signature))

  /// The command of a declaration.
  static func command(named name: String) -> (any Command.Type)? {
    all.first { $0.signature.name == name }
  }
}

extension Setting {
  /// What the language is told of a setting.
  fileprivate var signature: SettingSignature {
    let kind: SlotKind =
      switch form {
      case .integer: .int
      case .number: .float
      case .share: .percent
      case .seconds: .duration
      case .choice: .choice
      case .mixed: .expr
      }
    return SettingSignature(name, kind, choices: choices, about: about, synonyms: synonyms)
  }
}
