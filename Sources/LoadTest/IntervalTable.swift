/// The intervals of a run as comma-separated values, a line for each.
struct IntervalTable: Sendable {
  private static let header =
    "t_s,asked,started,completed,ok,errors,p50_us,p90_us,p99_us,p999_us,max_us,lag_p99_us,cpu_pct"

  let intervals: [IntervalLine]

  /// Warm-up is in no figure.
  var text: String {
    ([Self.header] + intervals.filter { !$0.isWarmUp }.map(line)).map { $0 + "\n" }.joined()
  }

  private func line(_ line: IntervalLine) -> String {
    let counts =
      [line.asked.map { "\($0)" } ?? ""]
      + [line.started, line.completed, line.ok, line.errors].map { "\($0)" }
    let times = [line.p50, line.p90, line.p99, line.p999, line.max, line.lagP99].map {
      Decimals.fixed(Double($0) / 1000, places: 3)
    }
    let cells =
      [Decimals.fixed(line.endSeconds, places: 3)] + counts + times
      + [Decimals.fixed(line.processors * 100, places: 1)]
    return cells.joined(separator: ",")
  }
}
