/// Queries, keys and values by way of narrow states that all heads share.
///
///     query = turn(up(norm(down(x))))              or turn(up(x))
///     [state, t] = keyValueDown(x)
///     [key, value] = keyValueUp(norm(state))       each head's
///     key = [key, turn(t)]                         t is one for all heads
///
/// Of each head of the queries the last numbers are turned, as t is; in memory, and in a cache, turned
/// numbers come first, and heads are padded with zeros to the wider of keys and values.
///
/// Source: DeepSeek-AI 2024, arXiv:2405.04434, section 2.1.
package struct LatentPlan: Hashable, Sendable {
  /// From C to the state of queries; nil where they are made of x itself.
  package var queryDown: LinearPlan?
  /// To all heads of queries, H · (P + R).
  package let query: LinearPlan
  /// From C to the state of keys and values, and R numbers that are turned.
  package let keyValueDown: LinearPlan
  /// From the state to each head's key and value, H · (P + V).
  package let keyValueUp: LinearPlan
  /// The numbers of a head that are not turned, P.
  package let plainWidth: Int
  /// The numbers that are turned, R.
  package let turnedWidth: Int
  /// The width of a value, V.
  package let valueWidth: Int

  /// The width of the state of keys and values.
  package var stateWidth: Int { keyValueUp.inputs }
  /// The width of a head in memory, D.
  package var headWidth: Int { max(plainWidth + turnedWidth, valueWidth) }

  var linears: [LinearPlan] {
    [queryDown, query, keyValueDown, keyValueUp].compactMap(\.self)
  }
}
