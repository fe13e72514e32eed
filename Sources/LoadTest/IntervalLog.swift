/// The HdrHistogram interval log, format 1.3: a line for each interval, method and outcome.
enum IntervalLog {
  /// - Parameters:
  ///   - begin: nanoseconds after the start of the run.
  ///   - seconds: the length of the interval.
  static func lines(_ record: IntervalRecord, begin: UInt64, seconds: Double) -> [String] {
    var sum = Recorder()
    for step in record.steps { sum.add(step) }
    return sum.cells.filter { $0.latency.count > 0 }.map { cell in
      let histogram = cell.latency.judged
      // The largest value is in the unit that readers of such logs expect: milliseconds.
      let highest = Decimals.fixed(Double(histogram.highest) / 1e6, places: 3)
      return "Tag=\(cell.kind.rawValue)/\(cell.outcome),"
        + "\(Decimals.fixed(Double(begin) / 1e9, places: 3)),"
        + "\(Decimals.fixed(seconds, places: 3)),\(highest),\(HistogramCode.encode(histogram))"
    }
  }

  /// The whole file.
  static func text(_ lines: [String], startSeconds: Double) -> String {
    // Not by `fixed`, whose range a time since 1970 leaves.
    let milliseconds = UInt64((max(0, startSeconds) * 1000).rounded())
    let fraction = String(1000 + milliseconds % 1000).dropFirst()
    let start = "\(milliseconds / 1000).\(fraction)"
    return """
      #[rpcload \(ToolVersion.version)]
      #[Histogram log format version 1.3]
      #[StartTime: \(start) (seconds since epoch)]
      "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"

      """ + lines.map { $0 + "\n" }.joined()
  }
}
