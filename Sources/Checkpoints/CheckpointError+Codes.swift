package import Reporting

extension DiagnosticCode {
  /// Every code of files of models and adapters.
  package static let ofCheckpoints: [DiagnosticCode] = [
    .noSuchModel, .noSafetensors, .unsupportedModel, .damagedFile, .weightIsNoNumber, .filePointer,
    .mixedSaves, .notForLlamaCpp, .writingFailed, .otherContents, .notANumber,
  ]

  /// A model, or one of its files, that is not there.
  package static let noSuchModel = DiagnosticCode(
    "M101", "no such model or file",
    "A model is a bundled name or a folder in quotes, with config.json, model.safetensors and "
      + "tokenizer.json.")

  static let noSafetensors = DiagnosticCode(
    "M102", "no safetensors",
    "Pickle checkpoints could run code when they are read, so they are not. Convert the model to "
      + "safetensors first.")

  static let unsupportedModel = DiagnosticCode(
    "M103", "a model of another kind",
    "The message lists the known families, or names the setting of the file that asks for "
      + "something that is not supported. Left out, it would give wrong numbers without a word.")

  static let damagedFile = DiagnosticCode(
    "M104", "a damaged or contradictory file",
    "What the file says does not fit together: a shape, an offset, a number out of its range. "
      + "Fetch it again.")

  static let weightIsNoNumber = DiagnosticCode(
    "M105", "weights that are not numbers",
    "A weight in the file is NaN or infinite; the message has its tensor and place. Whatever the "
      + "model computes would not be a number either. The file is damaged, or was written after a "
      + "training that diverged: take an earlier one, or fetch it again.")

  static let filePointer = DiagnosticCode(
    "M106", "a pointer instead of the file",
    "Large files of a repository are kept apart by git-lfs, and a clone without it has a few "
      + "lines of text in their place. `git lfs pull` in the shell, run in that folder, fetches "
      + "them.")

  static let mixedSaves = DiagnosticCode(
    "M108", "files of different saves",
    "A folder that was saved here has a list of its files with their SHA-256, model-manifest.json "
      + "or adapter-manifest.json. One of them is not the file that was saved with the others: "
      + "loaded together they would be a model that nobody trained. Save it again. If you changed "
      + "the file yourself, remove the list, and the folder is read as it is.")

  static let notForLlamaCpp = DiagnosticCode(
    "M109", "not a model for llama.cpp",
    "A GGUF file is written for llama.cpp, Ollama and what is built on them. They know fewer kinds of "
      + "models, and compute parts of some in another way; such a model is not written, rather than "
      + "written wrong.")

  static let writingFailed = DiagnosticCode(
    "R201", "writing failed",
    "The disk is full, the folder may not be written to, or it is gone. What was there before is "
      + "untouched: files appear whole or not at all.")

  /// A folder or file that holds something else than what is to be saved there.
  package static let otherContents = DiagnosticCode(
    "R202", "the folder holds something else",
    "Nothing is overwritten that does not look like what is to be saved.")

  /// Something computed, or about to be written, that is not a number.
  package static let notANumber = DiagnosticCode(
    "T503", "what the model computes is not a number",
    "A weight is NaN or infinite, or so large that sums overflow, mostly after a training with a "
      + "learning rate far too high; the message names it. Nothing is measured, written or saved "
      + "with such a model: `reset` goes back to the model as it was loaded.")
}
