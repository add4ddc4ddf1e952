import Checkpoints
import Models
import Objectives
import Tokenizers
import Training

/// A second model, whose distributions of answers the one that is loaded learns.
extension Session {
  /// The model that settings name as the teacher of another, read when it is first asked for.
  ///
  /// - Throws: ``SessionError/noTeacher``, ``SessionError/otherVocabulary(teacher:model:)``,
  ///   ``SessionError/cannotWrite(_:model:)``, and what reading a model throws.
  func teacher(
    of model: LoadedModel, under settings: Settings
  ) throws(SessionError) -> Teacher {
    guard let name = settings.training.objective.teacher else { throw .noTeacher }
    if let known = lastTeacher, known.asked == name { return try checked(known.model, of: model) }
    let folder = try resources.folder(ofModel: name)
    let device = try chosenDevice()
    let read: LoadedModel
    do throws(ModelError) {
      read = try LoadedModel(
        reading: folder, name: ModelPlace.name(of: folder), base: settings.training.base,
        on: device, cache: resources.weightCache)
    } catch { throw .model(error) }
    note(InputFile(kind: "model", name: name, path: folder))
    lastTeacher = (name, read)
    return try checked(read, of: model)
  }

  /// Refuses a teacher that writes other tokens than the model.
  private func checked(
    _ teacher: LoadedModel, of model: LoadedModel
  ) throws(SessionError) -> Teacher {
    guard teacher.writes else {
      throw .cannotWrite(teacher.model.blueprint.head.task, model: teacher.name)
    }
    let size = model.model.config.vocabularySize
    let isSame =
      teacher.model.config.vocabularySize == size && teacher.model.blueprint.reader == nil
      && (0..<Int32(size)).allSatisfy {
        teacher.tokenizer.token(of: $0) == model.tokenizer.token(of: $0)
      }
    guard isSame else { throw .otherVocabulary(teacher: teacher.name, model: model.name) }
    return Teacher(teacher.model)
  }
}
