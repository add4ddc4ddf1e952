import Foundation
import Serialization

extension Route {
  /// Fine-tuning jobs: making, watching, steering them.
  static let jobs: [Route] = [
    Route("POST", "/v1/fine_tuning/jobs") { service, request, _ in
      .json(try await service.jobs.add(try request.fields()).json)
    },
    Route("GET", "/v1/fine_tuning/jobs") { service, request, _ in
      let wanted = request.query.filter { $0.name.hasPrefix("metadata[") && $0.name.hasSuffix("]") }
      let jobs = await service.jobs.all.filter { job in
        wanted.allSatisfy { name, value in
          job.metadata?[String(name.dropFirst("metadata[".count).dropLast())]?.string == value
        }
      }
      return .json(try Listing(request, limit: 20).page(of: jobs, id: \.id, \.json))
    },
    Route("GET", "/v1/fine_tuning/jobs/{id}") { service, _, names in
      .json(try await service.jobs.job(names[0]).json)
    },
    Route("POST", "/v1/fine_tuning/jobs/{id}/cancel") { service, _, names in
      .json(try await service.jobs.cancel(names[0]).json)
    },
    Route("POST", "/v1/fine_tuning/jobs/{id}/pause") { service, _, names in
      .json(try await service.jobs.pause(names[0]).json)
    },
    Route("POST", "/v1/fine_tuning/jobs/{id}/resume") { service, _, names in
      .json(try await service.jobs.resume(names[0]).json)
    },
    Route("GET", "/v1/fine_tuning/jobs/{id}/events") { service, request, names in
      if request.parameter("stream") == "true" {
        return .events(try await service.jobs.watch(names[0]), hasDone: true)
      }
      let events = try await service.jobs.events(of: names[0])
      return .json(try Listing(request, limit: 20, upTo: 1000).page(of: events, id: \.id, \.json))
    },
    Route("GET", "/v1/fine_tuning/jobs/{id}/checkpoints") { service, request, names in
      let checkpoints = try await service.jobs.checkpoints(of: names[0])
      return .json(try Listing(request, limit: 10).page(of: checkpoints, id: \.id, \.json))
    },
    Route("GET", "/v1/fine_tuning/jobs/{id}/script") { service, _, names in
      _ = try await service.jobs.job(names[0])
      let path = service.jobs.folder(of: names[0]).scriptPath
      guard FileManager.default.fileExists(atPath: path) else {
        throw APIError.notFound("script of the job", names[0])
      }
      return .file(path: path, type: "text/plain; charset=utf-8", name: "script.ft")
    },
  ]
}

/// A model as it was in the midst of a job.
struct JobCheckpoint: Hashable, Sendable {
  /// The job.
  let job: Job
  /// When it was saved, in seconds since 1970.
  let createdAt: Int
  /// What was measured then.
  let metrics: StepMetrics

  /// `ftckpt-` and letters, the same each time.
  var id: String { "ftckpt-\(job.id.dropFirst("ftjob-".count))\(metrics.step)" }

  /// As the API gives it.
  var json: JSONValue {
    [
      "object": "fine_tuning.job.checkpoint", "id": .string(id),
      "created_at": .integer(createdAt),
      "fine_tuned_model_checkpoint": .string(job.modelName(atStep: metrics.step)),
      "fine_tuning_job_id": .string(job.id), "step_number": .integer(metrics.step),
      "metrics": metrics.json,
    ]
  }
}

extension JobDesk {
  /// The models that were kept in the midst of a job, the oldest first.
  func checkpoints(of id: String) throws(APIError) -> [JobCheckpoint] {
    let (job, events) = (try job(id), try events(of: id))
    return checkpointSteps(of: id).compactMap { step in
      guard let event = events.last(where: { $0.metrics?.step == step }),
        let metrics = event.metrics
      else { return nil }
      return JobCheckpoint(job: job, createdAt: event.createdAt, metrics: metrics)
    }
  }
}
