/// A hop as a page: the percentiles of both ways slice by slice, and what REST adds.
struct HopPage: Sendable {
  private let value: JSONValue

  init(_ result: StoredResult) {
    value = result.value
  }

  var html: String {
    let rate = value["configuration"]?["rate"]?.string ?? "?"
    return HTMLText.page(
      title: "REST beside RPC at \(rate)/s",
      verdicts + "<div class=\"plots\">\(figures)\(plots)\(slices)</div>")
  }

  private var elements: [JSONValue] { value["slices"]?.elements ?? [] }

  private var verdicts: String {
    var lines: [String] = []
    if value["interrupted"]?.isTrue ?? false { lines.append("INTERRUPTED before its end") }
    for slice in elements {
      for reason in slice["result"]?["reasons_not_certified"]?.elements ?? [] {
        lines.append("NOT CERTIFIED: \(Self.name(slice)): \(reason.string ?? "")")
      }
    }
    return lines.map { "<p class=\"verdict warn\">\(HTMLText.escape($0))</p>" }.joined()
  }

  private static func name(_ slice: JSONValue) -> String {
    "slice \(slice["pair"]?.compact ?? "?") \(slice["over"]?.string ?? "?")"
  }

  private var figures: String {
    var rows = (value["figures"]?.elements ?? []).map { figure in
      let name = "p" + Decimals.shortest(figure["percentile"]?.double ?? 0, placesMax: 9)
      let isRough = figure["rough"]?.isTrue ?? false
      return Self.row(name + (isRough ? " ~" : ""), figure, "ns") { Decimals.time($0) }
    }
    if let cost = value["edge_us_per_request"], cost != .null {
      rows.append(
        Self.row("edge CPU per request", cost, "us") { Decimals.fixed($0, places: 2) + " us" })
    }
    return card(
      "Figures, means of the slices",
      HTMLText.table(["from schedule", "RPC", "REST", "difference", "95 % interval"], rows))
  }

  private static func row(
    _ name: String, _ figure: JSONValue, _ unit: String, _ text: (Double) -> String
  ) -> [String] {
    [
      name, text(figure["rpc_\(unit)"]?.double ?? 0), text(figure["rest_\(unit)"]?.double ?? 0),
      HopReport.signed(figure["difference_\(unit)"]?.double ?? 0, text),
      figure["half_width_\(unit)"]?.double.map { "± " + text($0) } ?? "-",
    ]
  }

  private var plots: String {
    [(0.5, "p50"), (0.99, "p99"), (0.999, "p99.9")].map { share, name in
      let lines = HopSlice.Carrier.allCases.map { carrier in
        LinePlot.Series(
          name: carrier.rawValue,
          points: elements.compactMap { slice in
            guard slice["over"]?.string == carrier.rawValue, let pair = slice["pair"]?.double,
              let latency = Self.latency(slice)
            else { return nil }
            return LinePlot.Point(x: pair, y: Double(latency.nanoseconds(at: share)))
          })
      }
      return LinePlot(
        title: "\(name) by pair", xTitle: "pair", lines, xUnit: .plain, yUnit: .nanoseconds
      ).html
    }.joined()
  }

  private static func latency(_ slice: JSONValue) -> StoredLatency? {
    slice["result"]?["latency"]?["from_schedule"].flatMap { StoredLatency($0) }
  }

  private var slices: String {
    let rows = elements.map { slice in
      let latency = Self.latency(slice)
      func time(_ share: Double) -> String {
        latency.map { Decimals.time(Double($0.nanoseconds(at: share))) } ?? ""
      }
      let cost = slice["result"]?["edge"]?["us_per_request"]?.double
      return [
        slice["pair"]?.compact ?? "", slice["over"]?.string ?? "",
        Decimals.fixed(slice["result"]?["rate"]?.double ?? 0, places: 1) + "/s", time(0.5),
        time(0.99), time(0.999), Columns.percent(slice["result"]?["error_rate"]?.double ?? 0),
        cost.map { Decimals.fixed($0, places: 2) + " us" } ?? "",
      ]
    }
    let head = ["pair", "over", "achieved", "p50", "p99", "p99.9", "errors", "edge CPU"]
    return card("Slices", HTMLText.table(head, rows))
  }

  private func card(_ title: String, _ content: String) -> String {
    "<div class=\"card\"><figcaption>\(HTMLText.escape(title))</figcaption>\(content)</div>"
  }
}
