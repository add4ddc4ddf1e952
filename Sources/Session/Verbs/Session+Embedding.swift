import Datasets
import Models

/// Vectors of texts.
extension Session {
  /// Makes a vector of each text, after the prompt that the model's folder has for all of them.
  ///
  /// - Throws: ``SessionError/nothingToEmbed``, ``SessionError/unwritable(_:_:)``,
  ///   ``SessionError/notNumbers(_:)``, ``SessionError/file(_:)``.
  package func embed(_ texts: [String]) throws(SessionError) -> [[Float]] {
    try loadedModel().vectors(of: texts)
  }
}

extension LoadedModel {
  /// How many tokens a text has as it is made a vector.
  package func sentenceLength(_ text: String) -> Int { sentence(text).count }

  /// Makes a vector of each text.
  ///
  /// - Throws: as ``Session/embed(_:)``.
  package func vectors(of texts: [String]) throws(SessionError) -> [[Float]] {
    let sentences = texts.map(sentence)
    guard sentences.allSatisfy({ !$0.isEmpty }) else { throw .nothingToEmbed }
    let options = encoder(Settings()).options
    for sentence in sentences {
      do throws(ProblemReason) { _ = try options.checked(sentence) } catch {
        throw .unwritable(.text, error)
      }
    }
    try readSentenceHead()
    let vectors = model.vectors(of: sentences)
    guard vectors.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw .notNumbers(NotNumbers(.vector, from: self))
    }
    return vectors
  }
}
