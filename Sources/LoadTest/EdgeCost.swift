/// What the edge's process spent during the load, by its own count.
public enum EdgeCost: Equatable, Sendable {
  case notAsked
  /// Why it is not known.
  case impossible(String)
  /// Processor seconds, warm-up included, and the requests that were answered meanwhile.
  case measured(seconds: Double, requests: UInt64)

  /// Nil without a measurement or without a request.
  public var microsecondsPerRequest: Double? {
    guard case .measured(let seconds, let requests) = self, requests > 0 else { return nil }
    return seconds * 1e6 / Double(requests)
  }

  init(from begin: Double, to end: Double, requests: UInt64) {
    // A counter that fell is another process's.
    self =
      end < begin
      ? .impossible("the edge was started anew meanwhile")
      : .measured(seconds: end - begin, requests: requests)
  }

  var text: String? {
    switch self {
    case .notAsked: return nil
    case .impossible(let cause): return "edge: processor time not known: \(cause)"
    case .measured(let seconds, let requests):
      guard let cost = microsecondsPerRequest else { return "edge: no request was answered" }
      return "edge: \(Decimals.fixed(cost, places: 2)) us of processor for each request"
        + " (\(Decimals.fixed(seconds, places: 2)) s of its process over \(requests) requests)"
    }
  }

  var document: JSONValue {
    switch self {
    case .notAsked: .null
    case .impossible(let cause): ["impossible": .text(cause)]
    case .measured(let seconds, let requests):
      [
        "process_seconds": .number(seconds), "requests": .integer(requests),
        "us_per_request": .optional(microsecondsPerRequest) { .number($0) },
      ]
    }
  }
}
