import Foundation
import Language
import Serialization

/// A model as a file to take away: the API that this one follows has none.
struct WeightsDownload: Sendable {
  /// In which form.
  enum Format: String, CaseIterable {
    /// The adapter alone, a folder that peft loads.
    case peft
    /// Base and adapter merged, a folder that transformers loads.
    case safetensors
    /// Base and adapter merged, one file for llama.cpp.
    case gguf
  }

  private let entry: ModelCatalog.Entry
  private let format: Format
  private let numbers: String?

  /// Reads what is asked for: `format`, and with `type` the numbers of merged weights.
  init(_ entry: ModelCatalog.Entry, _ request: APIRequest) throws(APIError) {
    let asked =
      request.parameter("format") ?? (entry.source.adapter == nil ? "safetensors" : "peft")
    guard let format = Format(rawValue: asked) else {
      let known = Format.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalid("'format' is one of \(known), not '\(asked)'.", param: "format")
    }
    guard format != .peft || entry.source.adapter != nil else {
      throw .invalid("\(entry.name) has no adapter of its own.", param: "format")
    }
    let numbers = request.parameter("type")
    guard numbers?.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) ?? true else {
      throw .invalid("'type' is one of f32, bf16, f16, q8_0, q4_0.", param: "type")
    }
    (self.entry, self.format, self.numbers) = (entry, format, numbers)
  }

  /// Makes the file, in a folder of its own that goes once it is read.
  func reply(_ options: Service.Options) async throws -> APIReply {
    let name = entry.name.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" }
    let plain = String(name)
    let folder = options.folder + "/tmp/" + Identifier.new("weights-")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let kept = options.folder + "/tmp/" + Identifier.new("weights-")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    switch format {
    case .peft:
      try TarArchive.write(entry.source.adapter ?? "", named: plain, to: kept)
      return .file(
        path: kept, type: "application/x-tar", name: plain + ".tar", isTemporary: true)
    case .safetensors:
      try await run("save model \(quoted(plain))", in: folder, options)
      try TarArchive.write(folder + "/" + plain, named: plain, to: kept)
      return .file(
        path: kept, type: "application/x-tar", name: plain + ".tar", isTemporary: true)
    case .gguf:
      try await run("export gguf \(quoted(plain + ".gguf"))", in: folder, options)
      try FileManager.default.moveItem(atPath: "\(folder)/\(plain).gguf", toPath: kept)
      return .file(
        path: kept, type: "application/octet-stream", name: plain + ".gguf", isTemporary: true)
    }
  }

  /// Has ft merge and write, as it does for anybody.
  private func run(_ save: String, in folder: String, _ options: Service.Options) async throws {
    var lines = ["ft 1", "load model \(quoted(entry.source.model))"]
    if let adapter = entry.source.adapter { lines.append("load adapter \(quoted(adapter))") }
    lines.append(numbers.map { "\(save) as \($0)" } ?? save)
    let script = Data((lines.joined(separator: "\n") + "\n").utf8)
    try script.write(to: URL(fileURLWithPath: folder + "/save.ft"))
    let process = try JobProcess(
      program: options.program, script: "save.ft", folder: folder,
      arguments: options.arguments)
    var problem: String?
    for await event in process.events {
      switch event {
      case .line(let line):
        if line["event"] == "error" { problem = problem ?? line["message"]?.string }
      case .ended(let code):
        guard code != 0 else { continue }
        throw APIError.failed(problem ?? "The weights could not be written (exit code \(code)).")
      }
    }
  }

  private func quoted(_ text: String) -> String { Value.string(text).source }
}
