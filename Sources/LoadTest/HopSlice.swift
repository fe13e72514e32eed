/// A slice of a hop: one run over RPC, or one over REST.
public struct HopSlice: Sendable {
  public enum Carrier: String, CaseIterable, Sendable {
    case rpc = "RPC"
    case rest = "REST"
  }

  /// From 1 on; the two slices of a pair offer the same requests at the same times.
  public let pair: Int
  public let carrier: Carrier
  public let result: RunResult

  init(pair: Int, _ carrier: Carrier, _ result: RunResult) {
    self.pair = pair
    self.carrier = carrier
    self.result = result
  }

  /// As it is printed when it is over.
  public var text: String {
    let latency = result.summary.latency
    let reasons = result.selfCheck.isCertified ? [] : ["NOT CERTIFIED"] + result.selfCheck.reasons
    return Columns.left("  \(pair) \(carrier.rawValue)", 10)
      + Columns.right("p50 \(Columns.time(latency.value(at: .median)))", 16)
      + Columns.right("p99 \(Columns.time(latency.value(at: .p99)))", 16)
      + Columns.right("p99.9 \(Columns.time(latency.value(at: .p999)))", 18)
      + Columns.right("errors \(Columns.percent(result.summary.errorRate))", 18)
      + (reasons.isEmpty ? "" : "  " + reasons.joined(separator: "; "))
  }
}
