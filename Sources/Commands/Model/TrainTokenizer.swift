import Checkpoints
import Datasets
package import Language
import Reporting
package import Session
import Tokenizers

/// The command `train tokenizer 4096 to "tokenizer.json"`.
package struct TrainTokenizer: Command {
  package static let signature = Signature(
    "train tokenizer", "Learn a byte-level vocabulary from the current data.",
    details: [
      "The file is a Hugging Face tokenizer.json. Its first tokens are "
        + "\(ChatTokens.all.joined(separator: ", ")): those that `new model` makes chats of."
    ],
    patterns: ["<size:int> to <file:output> {on <data:data>}"],
    slots: ["size": .range(261...1_000_000).about("tokens, the special ones included")],
    needs: ["data"], effects: ["file"],
    result: [.init("tokens", "tokens learned, the special ones included")],
    examples: [
      "train tokenizer 300 to \"tokenizer.json\"",
      "train tokenizer 300 to \"tokenizer.json\" on dev",
    ], seeAlso: ["new model"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let (name, examples) = try session.neededExamples(call, slot: "data", fallback: "train")
    let path = call.text("file") ?? ""
    let tokenizer: Tokenizer
    do throws(TokenizerError) {
      tokenizer = try TokenizerTrainer.train(
        texts: examples.lazy.flatMap(\.texts), vocabularySize: call.int("size") ?? 0,
        specialTokens: ChatTokens.all)
    } catch { throw Diagnostic(.tokenizer(error) as ModelError) }
    do throws(CheckpointError) { try AtomicFile.write(tokenizer.fileContents, to: path) } catch {
      throw Diagnostic(error)
    }
    session.show(
      .report(.text("\(path): \(tokenizer.vocabularySize) tokens, learned from \(name)")))
    return .record(["tokens": .integer(tokenizer.vocabularySize)])
  }
}
