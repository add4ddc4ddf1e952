package import Datasets
package import Fetching
package import Objectives
package import Runs
package import Training

/// What a verb tells on its way, before it gives its result.
package enum VerbEvent: Sendable {
  /// What became of some rows on their way to the model.
  case rows(RowNote)
  /// What was found wrong with the rows of a training that begins all the same.
  case proved(DataProof)
  /// The share done of measuring a model.
  case measuring(ModelState, fraction: Double)
  /// How many of the answers are written that are to be measured.
  case answering(ModelState, done: Int, of: Int)
  /// What is written next the model says as it is in this state.
  case answeringAs(ModelState)
  /// The share done of asking the model, before it is trained, what it says of the rows.
  case referring(fraction: Double)
  /// Measuring ended, well or not.
  case measured
  /// The labels asked for are those of the data, as the model was trained on none.
  case labelsOfData(LabelForm)
  /// A text is asked about in the form of the rows that the model learned labels from.
  case asked(LabelForm, String)
  /// A stretch of text that is being written.
  case text(String)
  /// The model of this name writes conversations by a template of ours from now on, or, with nil, by
  /// its own; `missing` are tokens of it that the tokenizer does not have.
  case template(BuiltInTemplate?, missing: [String], model: String)
  /// Tokens were added to the model of this name.
  case addedTokens(AddedTokens, model: String)
  /// The model of this name was given a head for labels, in the place of one for others, or of another.
  case head(LabelSet, instead: LabelSet?, model: String)
  /// What became of the chat template in an adapter's folder.
  case adapterTemplate(AdapterTemplate)
  /// What was written was read again, and is the model.
  case replayed(ReplayFinding)
  /// What was written was not read again, as memory cannot hold the model a second time.
  case notReplayed(needed: Int, available: Int)
  /// How far fetching is.
  case fetching(FetchProgress)
  /// Fetching ended, well or not.
  case fetched
  /// An adapter is worked into the weights of the file, not into those it was trained beside.
  case mergedIntoFile(BaseRounding)
  /// An adapter may have been trained on another base than the model.
  case adapterBase(AdapterBaseDoubt)
  /// The model answers others from now on.
  case serving(Session.Serving)
  /// A step has fewer shards than there are workers, of which some do nothing.
  case idleWorkers(shards: Int, workers: Int)
  /// A training computes the beginning of each row though it was asked to share them: its objective cannot,
  /// or a model that keeps no keys.
  case unsharedBeginnings(ObjectiveKind, keepsKeys: Bool, model: String)
  /// A training is not recorded, and goes on.
  case unrecorded(RunStoreError)
  /// The loss of a training's step stands far above those before it; the lines of the data's file whose
  /// rows cost most in it, the worst first.
  case jumped(LossJump, lines: [Int])
  /// What a training tells.
  case training(TrainingEvent)
}

/// Which weights of a model are meant.
package enum ModelState: String, Sendable {
  /// Those that were loaded.
  case base
  /// Those of now.
  case tuned
}

/// What became of rows on their way to the model.
package enum RowNote: Hashable, Sendable {
  /// The number of rows cut to the model's context.
  case cut(Int)
  /// The number of rows left out, being longer than the model's context.
  case leftOut(Int)
  /// Only so many of the rows of this name are answered.
  case unanswered(limit: Int, of: Int, name: String)
  /// The number of rows with a token that begins in the prompt and ends in the answer.
  case joined(Int)
  /// The number of rows with a special token spelled out.
  case specialTokens(Int)
  /// The number of conversations that became an example for each answer, as the chat template writes
  /// earlier turns in another way than they are generated.
  case divided(Int)
  /// The number of conversations whose answers go on from what the prompt opens and the template leaves out.
  case reopened(Int)
  /// The number of conversations with an answer that does not close what the prompt opens.
  case unclosed(Int)
  /// The number of conversations of which the template marks no end of an answer.
  case endless(Int)
  /// Keys that the chat template does not write, with the number of rows that have each.
  case unwritten([String: Int])
  /// These are too long and left out of a look, where a training would refuse them.
  case tooLong(lines: [Int], limit: Int, part: String)
}
