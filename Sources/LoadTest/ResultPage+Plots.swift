/// What a page draws.
extension ResultPage {
  /// More points than an axis has pixels only make the page long.
  private static let pointsMax = 400

  /// The measured intervals; in a long run several stand for one point.
  private var points: [[JSONValue]] {
    let all = (value["intervals"]?.elements ?? []).filter { !($0["warm_up"]?.isTrue ?? false) }
    let size = max(1, (all.count + Self.pointsMax - 1) / Self.pointsMax)
    return stride(from: 0, to: all.count, by: size).map {
      Array(all[$0..<min($0 + size, all.count)])
    }
  }

  private func note(_ points: [[JSONValue]]) -> String {
    let most = points.first?.count ?? 1
    return most > 1
      ? "Each point stands for \(most) intervals: rates are their mean, latencies their worst." : ""
  }

  private static let timeTitle = "seconds since measuring began"

  private func series(
    _ name: String, _ points: [[JSONValue]], isReference: Bool = false,
    _ figure: ([JSONValue]) -> Double?
  ) -> LinePlot.Series {
    let drawn = points.compactMap { lines -> LinePlot.Point? in
      guard let time = lines.last?["t_s"]?.double, let y = figure(lines) else { return nil }
      return LinePlot.Point(x: time, y: y)
    }
    return LinePlot.Series(name: name, points: drawn, isReference: isReference)
  }

  /// What came after the last whole interval is too short to have a rate.
  private func rate(_ count: @escaping (JSONValue) -> Double?) -> ([JSONValue]) -> Double? {
    let whole = (result.configuration?["interval_ns"]?.double ?? 0) / 1e9
    return { lines in
      let seconds = lines.reduce(0) { $0 + ($1["seconds"]?.double ?? 0) }
      guard seconds > 0, seconds >= whole / 2 else { return nil }
      let counts = lines.compactMap(count)
      return counts.isEmpty ? nil : counts.reduce(0, +) / seconds
    }
  }

  /// An interval without a request has no percentile, and a logarithmic axis no zero.
  private static func worst(_ key: String) -> ([JSONValue]) -> Double? {
    { lines in lines.compactMap { $0[key]?.double }.filter { $0 > 0 }.max() }
  }

  var timePlots: [LinePlot] {
    let points = points
    let note = note(points)
    let clock = result.isOpen ? "from schedule" : "from send"
    let figures = [
      ("p50", "p50_ns"), ("p90", "p90_ns"), ("p99", "p99_ns"), ("p99.9", "p999_ns"),
      ("max", "max_ns"),
    ]
    var plots = [
      LinePlot(
        title: "Rate", note: note, xTitle: Self.timeTitle,
        [
          series("answers per second", points, rate { $0["completed"]?.double }),
          series("asked for", points, isReference: true, rate { $0["asked"]?.double }),
        ], xUnit: .seconds, yUnit: .plain),
      LinePlot(
        title: "Latency \(clock)", note: note, xTitle: Self.timeTitle,
        figures.map { series($0, points, Self.worst($1)) },
        xUnit: .seconds, yUnit: .nanoseconds, yKind: .logarithmic),
      outcomePlot(points, note),
    ]
    if result.isOpen {
      plots.append(
        LinePlot(
          title: "Schedule lag", note: "How late the generator itself was. \(note)",
          xTitle: Self.timeTitle,
          [series("p99 of schedule lag", points, Self.worst("lag_p99_ns"))],
          xUnit: .seconds, yUnit: .nanoseconds, yKind: .logarithmic))
    }
    return plots
  }

  private func outcomePlot(_ points: [[JSONValue]], _ note: String) -> LinePlot {
    var names: [String] = []
    for failure in points.joined().flatMap({ $0["failures"]?.members ?? [] })
    where !names.contains(failure.name) { names.append(failure.name) }
    let failuresMax = LinePlot.seriesMax - 1
    let failures = names.prefix(failuresMax).map { name in
      series(name, points, rate { $0["failures"]?[name]?.double ?? 0 })
    }
    let hidden = names.count > failuresMax ? "The first \(failuresMax) outcomes beside OK. " : ""
    return LinePlot(
      title: "Outcomes per second", note: hidden + note, xTitle: Self.timeTitle,
      [series("OK", points, rate { $0["ok"]?.double })] + failures,
      xUnit: .seconds, yUnit: .plain)
  }

  var latencyPlots: [LinePlot] { [spectrumPlot, partsPlot].compactMap { $0 } }

  /// Latency by percentile; each mark of the axis is one nine more.
  private var spectrumPlot: LinePlot {
    let lines = [("from schedule", "from_schedule"), ("from send", "from_send")].compactMap {
      title, key in
      result.latency(key).map { LinePlot.Series(name: title, points: Self.spectrum($0)) }
    }
    return LinePlot(
      title: "Percentile spectrum", note: "Up to the last percentile with a sample above it.",
      xTitle: "percentile", lines, xUnit: .nines, yUnit: .nanoseconds, yKind: .logarithmic)
  }

  /// Round percentiles: 0, 10, … 90, 91, … 99, 99.1 and so on while a sample lies above.
  static func spectrum(_ latency: StoredLatency) -> [LinePlot.Point] {
    var points: [LinePlot.Point] = []
    var scale = 10.0
    while scale <= 1e7 {
      for above in stride(from: 10.0, to: 1.0, by: -1) {
        let share = 1 - above / scale
        guard above / scale * Double(latency.count) >= 1 || points.isEmpty else { return points }
        points.append(
          .init(
            x: PlotScale.nines(share: share), y: Double(latency.nanoseconds(at: share))))
      }
      scale *= 10
    }
    return points
  }

  private var partsPlot: LinePlot? {
    guard let parts = value["parts"], parts != .null else { return nil }
    // A part that was never there, as flow control of small messages, would flatten the others.
    let lines = LatencyPart.allCases.compactMap { part -> LinePlot.Series? in
      guard let latency = parts[part.key].flatMap({ StoredLatency($0) }), latency.highest > 1
      else { return nil }
      return LinePlot.Series(
        name: part.title, points: Self.spectrum(latency).filter { $0.y > 1 })
    }
    return LinePlot(
      title: "Where the time went",
      note: "Each part by its own percentiles; parts that are not drawn took no time.",
      xTitle: "percentile", lines, xUnit: .nines, yUnit: .nanoseconds, yKind: .logarithmic)
  }
}
