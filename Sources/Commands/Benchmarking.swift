package import Benchmarks
import CPU
import Checkpoints
import Language
import Models
package import Reporting
package import Session
import Tensors

/// What `ft bench` does: loads the weights of a model, and measures.
package struct Benchmarking {
  private let resources: Resources
  private let tell: (String) -> Void

  /// - Parameters:
  ///   - resources: where bundled models lie.
  ///   - tell: hears what is being measured.
  package init(_ resources: Resources, tell: @escaping (String) -> Void) {
    self.resources = resources
    self.tell = tell
  }

  /// Measures a model, bundled or in a Hugging Face folder, by its name or path.
  ///
  /// `length` is that of a sequence as it was asked for; the plan's own is cut to the model's
  /// context. `rowsPath` names a file of rows to train on.
  package func run(
    _ asked: String, _ plan: BenchmarkPlan, length: Int?, rowsPath: String?
  ) throws(Diagnostic) -> BenchmarkReport {
    let folder: String
    do throws(SessionError) { folder = try resources.folder(ofModel: asked) } catch {
      throw ModelPlace(at: asked).refusal(of: asked, resources)
    }
    let model = try read(folder, plan)
    var plan = plan
    let context = model.config.maximumPositions
    guard (length ?? 1) <= context else {
      throw Diagnostic(
        code: .settingOutOfRange,
        "the length is \(length ?? 0), and the model's context \(context).")
    }
    plan.length = min(length ?? plan.length, context)
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    do throws(BenchmarkError) {
      if let rowsPath {
        plan.rows = try TokenRows.read(
          rowsPath, vocabularySize: model.config.vocabularySize, maximumLength: context + 1)
      }
      return try Benchmark(model, plan).run(name: name, tell: tell)
    } catch { throw Diagnostic(error) }
  }

  private func read(_ folder: String, _ plan: BenchmarkPlan) throws(Diagnostic) -> Transformer {
    let files: ModelFiles
    do throws(CheckpointError) { files = try ModelFiles(path: folder) } catch {
      throw Diagnostic(error)
    }
    do throws(ModelError) {
      try LoadedModel.checkMemory(for: files.config.blueprint, base: plan.initialFormat ?? .float32)
    } catch { throw Diagnostic(error) }
    do throws(CheckpointError) {
      return try Transformer(
        reading: files, packedAs: plan.initialFormat, on: CPUDevice())
    } catch { throw Diagnostic(error) }
  }
}
