/// A search as a page: latency against rate, and what became of each step.
struct SearchPage: Sendable {
  private let value: JSONValue

  init(_ result: StoredResult) {
    value = result.value
  }

  var html: String {
    let promises = (value["promises"]?.elements ?? []).compactMap(\.string)
    let kept = HTMLText.escape(promises.joined(separator: ", "))
    return HTMLText.page(
      title: "Highest rate: \(value["answer"]?.string ?? "?")",
      "<p class=\"soft\">that keeps \(kept)</p><div class=\"plots\">\(plot.html)\(table)</div>")
  }

  private var steps: [JSONValue] { value["steps"]?.elements ?? [] }

  private var plot: LinePlot {
    let sorted = steps.sorted { ($0["rate"]?.double ?? 0) < ($1["rate"]?.double ?? 0) }
    let lines = [("p50", "p50_ns"), ("p99", "p99_ns"), ("p99.9", "p999_ns")].map { name, key in
      LinePlot.Series(
        name: name,
        points: sorted.compactMap { step in
          guard let rate = step["rate"]?.double, let y = step[key]?.double, y > 0 else {
            return nil
          }
          return LinePlot.Point(x: rate, y: y)
        })
    }
    return LinePlot(
      title: "Latency against rate", xTitle: "requests per second asked for", lines,
      xUnit: .plain, yUnit: .nanoseconds, yKind: .logarithmic)
  }

  private var table: String {
    let rows = steps.map { step in
      [
        Decimals.shortest(step["rate"]?.double ?? 0, placesMax: 3) + "/s",
        step["verdict"]?.string ?? "", step["confirmation"]?.isTrue ?? false ? "yes" : "",
        Decimals.fixed(step["achieved"]?.double ?? 0, places: 1) + "/s",
        Decimals.time(step["p50_ns"]?.double ?? 0), Decimals.time(step["p99_ns"]?.double ?? 0),
        Columns.percent(step["error_rate"]?.double ?? 0),
      ]
    }
    let head = ["asked", "verdict", "confirming", "achieved", "p50", "p99", "errors"]
    return "<div class=\"card\"><figcaption>Steps</figcaption>\(HTMLText.table(head, rows))</div>"
  }
}
