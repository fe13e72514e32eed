/// What a hop found: slices over RPC and over REST by turns, and the difference between them.
public struct HopResult: Sendable {
  /// Of the REST slices.
  public let configuration: RunConfiguration
  /// In the order in which they ran; those of an interrupted pair are not here.
  public let slices: [HopSlice]
  public let interruption: Int32?

  static let percentiles: [Percentile] = [.median, .p99, .p999]

  /// Runs of both kinds, pair by pair.
  var pairs: [(rpc: RunResult, rest: RunResult)] {
    let rest = results(of: .rest)
    return zip(results(of: .rpc), rest).map { ($0, $1) }
  }

  func results(of carrier: HopSlice.Carrier) -> [RunResult] {
    slices.filter { $0.carrier == carrier }.map(\.result)
  }

  /// A percentile of the latency from the schedule, in nanoseconds.
  func figure(_ percentile: Percentile) -> HopFigure? {
    func value(_ result: RunResult) -> Double {
      Double(result.summary.latency.value(at: percentile))
    }
    return HopFigure(
      pairs.map { (value($0.rpc), value($0.rest)) },
      isRough: slices.contains { $0.result.summary.latency.isRough(percentile) })
  }

  /// Processor microseconds of the edge's process for each request. While RPC slices run, it does
  /// nothing for the load, or what the other services in the same process do; the difference is the
  /// edge's own either way.
  var edgeCost: HopFigure? {
    let costs = pairs.compactMap { pair -> (Double, Double)? in
      guard let rpc = pair.rpc.edgeCost.microsecondsPerRequest,
        let rest = pair.rest.edgeCost.microsecondsPerRequest
      else { return nil }
      return (rpc, rest)
    }
    return costs.count == pairs.count ? HopFigure(costs) : nil
  }

  /// Why the edge's cost is not known, where it was asked for.
  var edgeCostCause: String? {
    for slice in slices {
      if case .impossible(let cause) = slice.result.edgeCost { return cause }
    }
    return nil
  }

  public var isCertified: Bool { slices.allSatisfy(\.result.selfCheck.isCertified) }

  /// What any slice says by its exit code, the gravest first, as for a run.
  public var exitCode: Int32 {
    if let interruption { return 128 + interruption }
    let codes = Set(slices.map(\.result.exitCode))
    return Self.byGravity.first(where: codes.contains) ?? 0
  }

  private static let byGravity: [Int32] = [5, 69, 4, 3]
}
