package import Fetching
package import Serialization

/// Jobs on a fine-tuning service, on this machine or another.
extension Session {
  /// Asks the service that the environment names.
  ///
  /// - Throws: ``SessionError/fetching(_:)``.
  package func asking<Answer>(
    _ question: (ServiceClient) throws(FetchError) -> Answer
  ) throws(SessionError) -> Answer {
    do throws(FetchError) {
      return try question(ServiceClient(resources.fetching, stop: stop))
    } catch { throw .fetching(error) }
  }

  /// A job by its name, or the last one that was started here, or the service's newest.
  package func job(_ id: String?) throws(SessionError) -> JSONValue {
    let wanted = id ?? lastJob
    return try asking { (client) throws(FetchError) in try client.job(wanted) }
  }
}
