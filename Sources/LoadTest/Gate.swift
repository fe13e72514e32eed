/// A promise that a run has to keep. A measured value equal to the limit keeps it.
public enum Gate: Equatable, Sendable, CustomStringConvertible {
  public enum Figure: Equatable, Sendable, CustomStringConvertible {
    case percentile(Percentile)
    case mean
    case max

    public var description: String {
      switch self {
      case .percentile(let percentile): "p\(percentile)"
      case .mean: "mean"
      case .max: "max"
      }
    }
  }

  case latency(Figure, atMost: LoadDuration)
  case errorRate(atMost: LoadShare)
  case rate(atLeast: LoadRate)

  /// Reads a latency gate: `p99=5ms`, `mean=1ms` or `max=2s`.
  public init(parsing text: String) throws(LoadError) {
    let pair = text.split(separator: "=", omittingEmptySubsequences: false)
    guard pair.count == 2, let name = pair.first, let limit = pair.last,
      let figure = Self.figure(name)
    else {
      throw LoadError(
        .invalidValue(value: text, expected: "a limit such as p99=5ms, mean=1ms or max=2s"))
    }
    self = .latency(figure, atMost: try LoadDuration(parsing: String(limit)))
  }

  private static func figure(_ name: Substring) -> Figure? {
    switch name {
    case "mean": .mean
    case "max": .max
    default: name.hasPrefix("p") ? Percentile(name.dropFirst()).map { .percentile($0) } : nil
    }
  }

  public var description: String {
    switch self {
    case .latency(let figure, let limit): "\(figure) <= \(limit)"
    case .errorRate(let limit): "error rate <= \(limit)"
    case .rate(let limit): "rate >= \(limit)/s"
    }
  }
}
