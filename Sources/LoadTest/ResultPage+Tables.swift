/// What a page lists.
extension ResultPage {
  var percentiles: String {
    let clocks = [("from schedule", "from_schedule"), ("from send", "from_send")]
      .compactMap { title, key in result.latency(key).map { (title, key, $0) } }
    let listed = (value["latency"]?["from_send"]?["percentiles"]?.elements ?? [])
      .compactMap { $0["percentile"]?.double }
    var rows = [["mean"] + clocks.map { Decimals.time($0.2.mean) }]
    var hasRough = false
    for percentile in listed {
      let cells = clocks.map { _, key, latency in
        let time = Decimals.time(Double(latency.nanoseconds(at: percentile / 100)))
        guard isRough(percentile, key) else { return time }
        hasRough = true
        return "~ " + time
      }
      rows.append(["p" + Decimals.shortest(percentile, placesMax: 9)] + cells)
    }
    rows.append(["max"] + clocks.map { Decimals.time(Double($0.2.highest)) })
    let table = HTMLText.table([""] + clocks.map(\.0), rows)
    let count = LatencyHistogram.samplesAboveMin
    let note =
      hasRough ? "<p class=\"note\">~ fewer than \(count) samples lie above it</p>" : ""
    return card("Percentiles", table + note)
  }

  private func isRough(_ percentile: Double, _ clock: String) -> Bool {
    let lines = value["latency"]?[clock]?["percentiles"]?.elements ?? []
    return lines.first { $0["percentile"]?.double == percentile }?["rough"]?.isTrue ?? false
  }

  var outcomes: String {
    let total = value["latency"]?["from_send"]?["count"]?.double ?? 0
    let rows = (value["outcomes"]?.elements ?? []).map { line -> [String] in
      let count = line["count"]?.double ?? 0
      let kinds = (line["kinds"]?.members ?? []).map { "\($0.name) \($0.value.compact)" }
      let set = line["latency"]
      let clock = set?["from_schedule"].flatMap { $0 == .null ? nil : $0 } ?? set?["from_send"]
      let p99 = clock.flatMap { StoredLatency($0) }.map { Double($0.nanoseconds(at: 0.99)) }
      return [
        line["outcome"]?.string ?? "", Decimals.fixed(count, places: 0),
        Columns.percent(count / max(total, 1)), p99.map { Decimals.time($0) } ?? "",
        kinds.joined(separator: ", "),
      ]
    }
    let reasons = (value["reasons"]?.elements ?? []).map { line in
      [
        "\(line["outcome"]?.string ?? "")/\(line["reason"]?.string ?? "")",
        line["count"]?.compact ?? "",
      ]
    }
    var content = HTMLText.table(
      ["outcome", "count", "share", "p99", "kinds"], rows, endsInWords: true)
    if !reasons.isEmpty { content += HTMLText.table(["reason", "count"], reasons) }
    return card("Outcomes", content)
  }

  var violations: String {
    let rows = (value["verification"]?["violations"]?.elements ?? []).map { line in
      ["key", "order_id", "sku", "expected", "found", "rule"].map { line[$0]?.string ?? "-" }
    }
    guard !rows.isEmpty else { return "" }
    let titles = ["key", "order", "SKU", "expected", "found", "what must not be"]
    return card("Violations", HTMLText.table(titles, rows, endsInWords: true))
  }

  var steps: String {
    let rows = (value["steps"]?.elements ?? []).map { step -> [String] in
      let set = step["latency"]
      let latency = set?["from_schedule"].flatMap { StoredLatency($0) }
      return [
        Decimals.fixed(step["asked_per_s"]?.double ?? 0, places: 0) + "/s",
        Decimals.fixed(step["achieved_per_s"]?.double ?? 0, places: 1) + "/s",
        latency.map { Decimals.time(Double($0.nanoseconds(at: 0.5))) } ?? "",
        latency.map { Decimals.time(Double($0.nanoseconds(at: 0.99))) } ?? "",
        Columns.percent(step["error_rate"]?.double ?? 0),
      ]
    }
    guard !rows.isEmpty else { return "" }
    return card("Steps", HTMLText.table(["asked", "achieved", "p50", "p99", "errors"], rows))
  }

  var configuration: String {
    let rows = (value["configuration"]?.members ?? []).flatMap { Self.rows($0, under: "") }
    return card("Configuration", HTMLText.table(["setting", "value"], rows, endsInWords: true))
  }

  /// A setting as a person reads it: what has members is taken apart, and times have their unit.
  private static func rows(_ member: JSONValue.Member, under parent: String) -> [[String]] {
    let isTime = member.name.hasSuffix("_ns")
    let name =
      parent
      + (isTime ? String(member.name.dropLast(3)) : member.name)
      .map { $0 == "_" ? " " : String($0) }.joined()
    switch member.value {
    case .null: return []
    case .object: return member.value.members.flatMap { rows($0, under: name + ": ") }
    case .array(let values) where values.isEmpty: return []
    default: break
    }
    if isTime, let time = member.value.double { return [[name, Decimals.time(time)]] }
    return [[name, member.value.string ?? member.value.compact]]
  }

  func card(_ title: String, _ content: String) -> String {
    "<div class=\"card\"><figcaption>\(HTMLText.escape(title))</figcaption>\(content)</div>"
  }
}
