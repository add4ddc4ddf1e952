package import Adapters
package import Checkpoints
package import Constraints
package import Datasets
package import Fetching
package import Models
package import Objectives
package import Tensors
package import Training

/// Why a verb did not give its result.
package enum SessionError: Error, Sendable {
  /// A stop was asked for.
  case stopped
  /// There is no model.
  case noModel
  /// The model does not write text; its head is for something else.
  case cannotWrite(HeadTask, model: String)
  /// There is no data.
  case noData
  /// There is no data of this name; `known` are the names of what is loaded.
  case unknownData(String, known: [String])
  /// A part has no rows, as the data of this file was not split so.
  case noRows(name: String, file: String)
  /// Data to be joined has rows of different kinds.
  case unlikeRows(LoadedData, LoadedData)
  /// No row to train on would be left.
  case noRowLeft
  /// Rows that are called `part` cannot become tokens.
  case rows(DatasetError, part: String)
  /// Something cannot be written in the form that the model is asked in.
  case unwritable(AskedPart, ProblemReason)
  /// Something is longer than the model's context, `limit`.
  case tooLong(AskedPart, tokenCount: Int, limit: Int)
  /// Every row is longer than the model's context.
  case allTooLong
  /// What was computed is no number.
  case notNumbers(NotNumbers)
  /// The model cannot be made, or read again.
  case model(ModelError)
  /// The device that is set cannot be used.
  case device(DeviceError)

  // MARK: Loading and saving

  /// Nothing is at a path, nor called so, or something else than a model is there.
  case notAModel(ModelPlace, path: String)
  /// Something else than an adapter is at a path.
  case notAnAdapter(ModelPlace, path: String)
  /// The model has an adapter already, and no name was given for the one in the folder.
  case hasAdapter(folder: String)
  /// An adapter is called so already.
  case nameTaken(String)
  /// No adapter is called so; `known` are.
  case unknownAdapter(String, known: [String])
  /// There is no adapter to save.
  case noAdapter
  /// What is saved as a folder was given the name of a file.
  case fileNameForFolder(String)
  /// An exported file has to end in `.gguf`.
  case exportName(String)
  /// An adapter with magnitudes has no form of its own in GGUF files.
  case decomposedAdapter
  /// What was written, for now at `staging`, cannot be read again, and was removed.
  case unreadableAgain(ModelError, staging: String, path: String)
  /// What was written computes something else than the model, and was removed again.
  case replayed(ReplayFinding, limit: ReplayLimit, path: String)
  /// The weights are kept in fewer bits, and are not the model's.
  case roundedBase(WeightFormat)
  /// No template has this name, of ours or of the model's own.
  case unknownTemplate(String, own: [String], model: String)
  /// An adapter cannot be read, made or written.
  case adapter(AdapterError)
  /// A file cannot be read or written.
  case file(CheckpointError)
  /// A model cannot be fetched.
  case fetching(FetchError)

  /// There is no row of this number.
  case noSuchRow(Int, of: String, count: Int)
  /// A file with a chat template cannot be read.
  case templateFile(path: String)

  // MARK: Training

  /// What a training waits for is measured on dev, which has no rows beside those trained on.
  case noDev(TrainingMetric, file: String)
  /// Rows of this name do not have what an objective learns from.
  case unsuitedRows(ObjectiveKind, Example.Kind, name: String)
  /// An objective of whole answers is wanted of a model that reads prompts apart.
  case readsPromptsApart(ObjectiveKind, model: String)
  /// A teacher's distributions are to be learned, and none is named.
  case noTeacher
  /// A teacher does not write the tokens of the model that is to learn from it.
  case otherVocabulary(teacher: String, model: String)
  /// A vector of a model is to be cut to more numbers than it has.
  case tooWide(Int, limit: Int)
  /// All weights of a model are to be trained, of which the layers after its pooling cannot be.
  case untrainedLayers(model: String)
  /// Prompts are to be trained, of which preferences say nothing.
  case promptsOfPreferences(ObjectiveKind)
  /// The rows of this name have faults that would spoil the training.
  case spoiled(DataFinding, and: [DataFinding], name: String)
  /// Memory cannot hold the training; `isSet` says that the limit was set.
  case shortage(MemoryShortage, isSet: Bool)
  /// The training did not start, or ended early.
  case training(TrainingError)
  /// No training of this session kept its state.
  case noCheckpoint
  /// The last training took all its steps.
  case noStepLeft(stepCount: Int)
  /// Nothing of a training is kept that trained what the model has now.
  case noTraining
  /// What was set cannot be changed in the midst of a training; each with what it was.
  case notSteerable([String])
  /// The last training took no such step.
  case stepAhead(Int, last: Int)
  /// The last training measured nothing on dev.
  case neverMeasured
  /// No branch has this name.
  case noBranch(String, known: [String])
  /// The folder has no state of a training.
  case notACheckpoint(folder: String)

  // MARK: Measuring and asking

  /// The model is as it was loaded, so that there is nothing to compare.
  case notTuned
  /// The neutral text that forgetting is measured on is not among the program's files.
  case noNeutralText
  /// There are no rows to learn from beside those to be measured on.
  case nothingToLearnFrom(data: String)
  /// The rows of this name have no answers to compare what the model writes with.
  case noAnswers(name: String)
  /// No row has something under this key or column; `known` are those that rows have.
  case noAttribute(String, known: [String])
  /// Rows have so many different values under a key that they are no groups.
  case tooManyGroups(String, count: Int, limit: Int)
  /// The answers of some rows are no labels.
  case notLabelled(name: String, LabelFault)
  /// The model's head does not choose from the labels of the rows, or from none.
  case noHead(model: String)
  /// The model was trained on no labels, and no data with labels is loaded.
  case noLabels
  /// There is no text to label.
  case noText
  /// There are not two or more different texts to choose from.
  case noChoice
  /// Answers cannot be held to the schema of a file.
  case schema(SchemaError, path: String)
  /// No message of the talk has an answer.
  case nothingSaid
  /// A text has no tokens.
  case nothingToEmbed

  // MARK: Serving

  /// The program of the service is not there.
  case serviceNotBuilt
  /// The service does not listen on the port.
  case serviceNotStarted(port: Int)
}

/// What of a question cannot be asked.
package enum AskedPart: Hashable, Sendable {
  /// What is to be answered or continued.
  case prompt
  /// A message of a talk, with what was said before.
  case message
  /// The answers to choose from.
  case answers
  /// A text to be labelled or made a vector.
  case text
  /// A row of the data, by its line in the file.
  case row(line: Int)
}

/// Why the answers of rows are no labels.
package enum LabelFault: Hashable, Sendable {
  /// Some rows have none.
  case missing
  /// All are the same.
  case allEqual
  /// There are more than `limit` different ones.
  case tooMany(count: Int, limit: Int)
}
