import Datasets
import Foundation
import Serialization
import Testing
import Training

@testable import Serving

@Suite("Fine-tuning jobs", .serialized) struct JobTests {
  @Test("a job trains, and its model answers") func job() async throws {
    let desk = try await Desk()
    let training = try await desk.upload(Desk.rows(12))
    let validation = try await desk.upload(Desk.rows(3))
    let made = try await desk.ask(
      "POST", "/v1/fine_tuning/jobs",
      [
        "model": "finch", "training_file": .string(training),
        "validation_file": .string(validation),
        "suffix": "numbers", "seed": 3, "metadata": ["use": "test"],
        "method": [
          "type": "supervised",
          "supervised": ["hyperparameters": ["n_epochs": 2, "batch_size": 4]],
        ],
      ])
    let id = try #require(made["id"]?.string)
    #expect(["queued", "running"].contains(made["status"]?.string))
    let job = try await desk.end(of: id)
    #expect(job["status"] == "succeeded", "\(job.text)")
    #expect(
      job["hyperparameters"] == ["n_epochs": 2, "batch_size": 4, "learning_rate_multiplier": 1.0])
    let model = try #require(job["fine_tuned_model"]?.string)
    #expect(model == "ft:finch:local:numbers:\(id.suffix(8))")

    let events =
      try await desk.ask("GET", "/v1/fine_tuning/jobs/\(id)/events?limit=100")["data"]?.array ?? []
    let steps = events.compactMap { $0["data"]?["step"]?.int }.reversed()
    #expect(Array(steps) == Array(1...6))
    #expect(events.first?["message"] == "The job has successfully completed")
    let samples = events.compactMap { $0["data"]?["sample"] }.compactMap(JobSample.init).reversed()
    #expect(samples.map(\.step) == [3, 3, 6, 6])
    #expect(samples.map(\.prompt) == ["number 0", "number 1", "number 0", "number 1"])
    let checkpoints =
      try await desk.ask("GET", "/v1/fine_tuning/jobs/\(id)/checkpoints")["data"]?.array ?? []
    #expect(checkpoints.compactMap { $0["step_number"]?.int } == [6, 3])
    #expect(checkpoints.allSatisfy { $0["metrics"]?["valid_loss"]?.double != nil })

    let answer = try await Self.chat(desk, model)
    #expect(answer["choices"]?.array?.first?["message"]?["content"]?.string != nil)
    let step = try await Self.chat(desk, model + ":ckpt-step-6")
    #expect(Self.text(step) == Self.text(answer))
    let base = try await Self.chat(desk, "finch")
    #expect(Self.text(base) != Self.text(answer))
    await desk.close()
  }

  @Test("its script gives the same bits") func script() async throws {
    let desk = try await Desk()
    let training = try await desk.upload(Desk.rows(12))
    let made = try await desk.ask(
      "POST", "/v1/fine_tuning/jobs",
      [
        "model": "finch", "training_file": .string(training), "seed": 5,
        "hyperparameters": ["n_epochs": 1, "batch_size": 4, "learning_rate_multiplier": 2],
      ])
    let id = try #require(made["id"]?.string)
    #expect(try await desk.end(of: id)["status"] == "succeeded")
    try await expectSameBits(ofScriptOf: id, desk)
    await desk.close()
  }

  /// Runs a job's script again, in a folder beside the job's, and expects the same weights.
  private func expectSameBits(ofScriptOf id: String, _ desk: Desk) async throws {
    let folder = "\(desk.folder)/jobs/\(id)"
    let weights = "/model/adapter_model.safetensors"
    let trained = FileManager.default.contents(atPath: folder + weights)
    let other = "\(desk.folder)/jobs/again"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: folder + "/script.ft", toPath: other + "/script.ft")
    let process = try JobProcess(
      program: Desk.program, script: "script.ft", folder: other,
      arguments: ["--threads", "2"])
    for await event in process.events { if case .ended(let code) = event { #expect(code == 0) } }
    #expect(trained != nil && trained == FileManager.default.contents(atPath: other + weights))
  }

  @Test("one that is paused goes on where it was, after a restart too") func pause() async throws {
    let desk = try await Desk()
    let training = try await desk.upload(Desk.rows(30))
    let asked: JSONValue = [
      "model": "finch", "training_file": .string(training), "seed": 5,
      "hyperparameters": ["n_epochs": 4, "batch_size": 2],
    ]
    let whole = try #require(
      try await desk.ask("POST", "/v1/fine_tuning/jobs", asked)["id"]?.string)
    #expect(try await desk.end(of: whole)["status"] == "succeeded")
    let broken = try #require(
      try await desk.ask("POST", "/v1/fine_tuning/jobs", asked)["id"]?.string)
    while await desk.service.jobs.metrics(of: broken).count < 5 {
      try await Task.sleep(for: .milliseconds(20))
    }
    _ = try await desk.ask("POST", "/v1/fine_tuning/jobs/\(broken)/pause")
    while try await desk.ask("GET", "/v1/fine_tuning/jobs/\(broken)")["status"] == "pausing" {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(try await desk.ask("GET", "/v1/fine_tuning/jobs/\(broken)")["status"] == "paused")
    _ = try await desk.ask("POST", "/v1/fine_tuning/jobs/\(broken)/resume")
    while await desk.service.jobs.metrics(of: broken).count < 20 {
      try await Task.sleep(for: .milliseconds(20))
    }
    await desk.service.stop()
    let next = try await Desk(folder: desk.folder)
    #expect(try await next.end(of: broken)["status"] == "succeeded")
    let bytes = [whole, broken].map {
      FileManager.default.contents(
        atPath: "\(desk.folder)/jobs/\($0)/model/adapter_model.safetensors")
    }
    #expect(bytes[0] != nil && bytes[0] == bytes[1])
    let steps = await next.service.jobs.metrics(of: broken).map(\.step)
    #expect(steps == Array(1...60))
    // What was asked before it was stopped, and again after, is told once.
    let samples = try await next.service.jobs.events(of: broken).compactMap { event in
      if case .sample(let sample) = event.detail { sample } else { nil }
    }
    #expect(samples.map(\.step) == [15, 15, 30, 30, 45, 45, 60, 60])
    await next.close()
  }

  @Test("prompts that are asked are the first short ones of the rows") func prompts() {
    let long = String(repeating: "long ", count: 100)
    let chat = { (texts: [(ChatRole, String)]) in
      Example(.conversation(texts.map { Turn($0.0, $0.1) }), line: 1)
    }
    let found = JobPrompt.some(of: [
      chat([(.user, long), (.assistant, "a")]),
      chat([(.system, "Be brief."), (.user, "Say \"no\" to $x"), (.assistant, "no")]),
      Example(.completion(prompt: "One", completion: " two"), line: 2),
      chat([(.user, "never asked"), (.assistant, "b")]),
    ])
    #expect(
      found.map(\.command) == [
        #"chat "Say \"no\" to $x" fresh system "Be brief." at temperature 0 length 64"#,
        "sample \"One\" raw at temperature 0 length 64",
      ])
  }

  @Test("null counts as missing") func null() throws {
    let fields = Fields(["a": nil, "b": 2])
    #expect(try fields.integer("a", 0...20) == Optional.none)
    #expect(try fields.integer("b", 0...20) == 2)
    #expect(throws: APIError.self) { try fields.neededText("a") }
  }

  @Test("a folder has one service at a time") func oneService() async throws {
    let desk = try await Desk()
    await #expect(throws: TrainingError.self) { _ = try await Desk(folder: desk.folder) }
    try FileManager.default.createDirectory(
      atPath: desk.folder + "/tmp/weights-left", withIntermediateDirectories: true)
    await desk.service.stop()
    let next = try await Desk(folder: desk.folder)
    #expect(!FileManager.default.fileExists(atPath: desk.folder + "/tmp"))
    await next.close()
  }

  @Test("files that cannot be used fail it at once, by their lines") func badFiles() async throws {
    let desk = try await Desk()
    let few = try await desk.upload(Desk.rows(7))
    let job = try await desk.ask(
      "POST", "/v1/fine_tuning/jobs", ["model": "finch", "training_file": .string(few)])
    #expect(job["status"] == "failed")
    #expect(job["error"]?["code"] == "invalid_n_examples")
    #expect(
      job["error"]?["message"]
        == "Training file has 7 example(s), but must have at least 10 examples.")
    let bad = try await desk.upload(
      Desk.rows(11) + "\n" + #"{"messages":[{"role":"user","content":"?"}]}"#)
    let other = try await desk.ask(
      "POST", "/v1/fine_tuning/jobs", ["model": "finch", "training_file": .string(bad)])
    #expect(other["error"]?["code"] == "invalid_file_format")
    #expect(other["error"]?["message"]?.string?.contains("Line 12") == true, "\(other.text)")
    let gone = try await desk.refusal(
      "POST", "/v1/fine_tuning/jobs", ["model": "finch", "training_file": "file-none"])
    #expect(gone.status == 404 && gone.param == "training_file")
    let model = try await desk.refusal(
      "POST", "/v1/fine_tuning/jobs", ["model": "gpt-5", "training_file": .string(few)])
    #expect(model.status == 404 && model.code == "model_not_found")
    await desk.close()
  }

  @Test("the method dpo trains on preferences, and its script gives the same bits")
  func preferences() async throws {
    let desk = try await Desk()
    let training = try await desk.upload(Desk.preferences(12))
    let validation = try await desk.upload(Desk.preferences(3))
    let made = try await desk.ask(
      "POST", "/v1/fine_tuning/jobs",
      [
        "model": "finch", "training_file": .string(training),
        "validation_file": .string(validation), "seed": 3,
        "method": [
          "type": "dpo",
          "dpo": ["hyperparameters": ["n_epochs": 2, "batch_size": 4, "beta": 0.2]],
        ],
      ])
    let id = try #require(made["id"]?.string)
    let job = try await desk.end(of: id)
    #expect(job["status"] == "succeeded", "\(job.text)")
    #expect(
      job["method"] == [
        "type": "dpo",
        "dpo": [
          "hyperparameters": [
            "n_epochs": 2, "batch_size": 4, "learning_rate_multiplier": 1.0, "beta": 0.2,
          ]
        ],
      ])
    // As it is read again from its folder.
    #expect(desk.service.jobs.folder(of: id).job?.hyperparameters.beta == 0.2)
    let metrics = await desk.service.jobs.metrics(of: id)
    #expect(metrics.map(\.step) == Array(1...6))
    // Nothing was preferred before the first step.
    #expect(abs((metrics.first?.trainLoss ?? 0) - 0.6931) < 1e-3)
    #expect(metrics.last?.validLoss != nil && metrics.last?.validAccuracy != nil)
    let folder = "\(desk.folder)/jobs/\(id)"
    let script = try String(contentsOfFile: folder + "/script.ft", encoding: .utf8)
    #expect(script.contains("objective dpo, beta 0.2"))
    try await expectSameBits(ofScriptOf: id, desk)
    await desk.close()
  }

  @Test("a method and rows of another kind are refused") func otherRows() async throws {
    let desk = try await Desk()
    let chats = try await desk.upload(Desk.rows(12))
    let pairs = try await desk.upload(Desk.preferences(12))
    func job(_ method: JSONValue?, _ file: String) async throws -> JSONValue {
      var fields: JSONObject = ["model": "finch", "training_file": .string(file)]
      fields["method"] = method
      return try await desk.ask("POST", "/v1/fine_tuning/jobs", .object(fields))
    }
    let wrong = try await job(["type": "dpo"], chats)
    #expect(
      wrong["error"]?["message"]
        == .string(
          "Input file \(chats) is in the fine-tune-chat format, but the specified fine-tuning job is not "
            + "using 'supervised' as the training method (provided method=dpo)."))
    #expect(wrong["error"]?["code"] == "invalid_training_file")
    let other = try await job(nil, pairs)
    #expect(other["error"]?["message"]?.string?.contains("not using 'dpo'") == true)
    let two = try await desk.upload(
      Desk.preferences(11) + "\n" + """
        {"input":{"messages":[{"role":"user","content":"q"}]},"preferred_output":\
        [{"role":"assistant","content":"a"},{"role":"assistant","content":"b"}],\
        "non_preferred_output":[{"role":"assistant","content":"c"}]}
        """)
    let several = try await job(["type": "dpo"], two)
    #expect(several["error"]?["message"]?.string?.contains("Line 12") == true, "\(several.text)")
    for (fields, param): (JSONValue, String) in [
      (["type": "reinforcement"], "method.type"),
      (
        ["type": "dpo", "dpo": ["hyperparameters": ["beta": 3]]],
        "beta"
      ),
      (
        ["type": "supervised", "supervised": ["hyperparameters": ["beta": 0.1]]],
        "method.supervised.hyperparameters.beta"
      ),
    ] {
      let error = try await desk.refusal(
        "POST", "/v1/fine_tuning/jobs",
        ["model": "finch", "training_file": .string(pairs), "method": fields])
      #expect(error.status == 400 && error.param?.hasSuffix(param) == true, "\(error)")
    }
    await desk.close()
  }

  static func chat(_ desk: Desk, _ model: String) async throws -> JSONValue {
    try await desk.ask(
      "POST", "/v1/chat/completions",
      [
        "model": .string(model), "temperature": 0, "max_completion_tokens": 12,
        "messages": [["role": "user", "content": "number 3"]],
      ])
  }

  static func text(_ answer: JSONValue) -> String? {
    answer["choices"]?.array?.first?["message"]?["content"]?.string
  }
}
