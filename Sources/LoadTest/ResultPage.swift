/// A result as one HTML page that stands alone: no script, no request, figures as SVG. It is made
/// from the JSON document, so the page of a run and the page of its file are the same.
struct ResultPage: Sendable {
  let result: StoredResult

  init(_ result: StoredResult) {
    self.result = result
  }

  var value: JSONValue { result.value }

  var html: String {
    let content = [
      "<p class=\"soft\">\(HTMLText.escape(subtitle))</p>", verdicts, tiles,
      section("Over time", timePlots.map(\.html).joined()),
      section("Latency", latencyPlots.map(\.html).joined() + latencyTable),
      section("Answers", outcomes + steps), section("This run", configuration),
    ]
    return HTMLText.page(title: title, content.joined(separator: "\n"))
  }

  private func section(_ title: String, _ content: String) -> String {
    "<h2>\(title)</h2><div class=\"plots\">\(content)</div>"
  }

  var title: String {
    let loop = value["configuration"]?["loop"]?.string ?? "?"
    let asked = value["configuration"]?["rate"]?.string.map { " \($0)/s" } ?? ""
    return "rpcload: \(loop) loop\(asked)"
  }

  private var subtitle: String {
    let host = value["host"]
    let parts = [
      value["start_time"]?.string, host?["cpu"]?.string,
      host?["cores"]?.unsigned.map { "\($0) cores" }, host?["kernel"]?.string,
      value["seed"]?.unsigned.map { "seed \($0)" },
      (value["tool"]?["version"]?.string).map { "rpcload \($0)" },
    ]
    return parts.compactMap { $0 }.joined(separator: " · ")
  }

  private var verdicts: String {
    var lines: [(style: String, text: String)] = []
    if result.isInterrupted { lines.append(("warn", "INTERRUPTED before its end")) }
    if let gate = value["aborted_by"]?.string {
      lines.append(("bad", "ABORTED: \(gate) could no longer be kept"))
    }
    for reason in value["reasons_not_certified"]?.elements ?? [] {
      lines.append(("warn", "NOT CERTIFIED: \(reason.string ?? "")"))
    }
    for gate in value["gates"]?.elements ?? [] {
      let passed = gate["passed"]?.isTrue ?? false
      lines.append(
        (passed ? "good" : "bad", "\(passed ? "PASS" : "FAIL") \(gate["text"]?.string ?? "")"))
    }
    if !result.isOpen {
      lines.append(("warn", "closed loop: stalls are under-reported"))
    }
    return lines.map {
      "<p class=\"verdict \($0.style)\">\(HTMLText.escape($0.text))</p>"
    }.joined()
  }

  private var tiles: String {
    let judged = result.judged
    let clock = result.isOpen ? "from schedule" : "from send"
    var tiles: [(String, String)] = []
    if let rate = value["rate"]?.double {
      tiles.append((Decimals.fixed(rate, places: 1) + "/s", "answers"))
    }
    for (share, name) in [(0.5, "p50"), (0.99, "p99"), (0.999, "p99.9")] {
      guard let judged else { continue }
      tiles.append((Decimals.time(Double(judged.nanoseconds(at: share))), "\(name) \(clock)"))
    }
    if let rate = value["error_rate"]?.double {
      tiles.append((Decimals.shortest(rate * 100, placesMax: 3) + " %", "errors"))
    }
    if let count = value["counts"]?["completed"]?.unsigned {
      tiles.append(("\(count)", "requests answered"))
    }
    if let cost = value["processors"]?["tool_us_per_request"]?.double {
      tiles.append((Decimals.fixed(cost, places: 2) + " µs", "tool CPU per request"))
    }
    if let cost = value["edge"]?["us_per_request"]?.double {
      tiles.append((Decimals.fixed(cost, places: 2) + " µs", "edge CPU per request"))
    }
    let content = tiles.map {
      "<div class=\"tile\"><b>\(HTMLText.escape($0.0))</b>"
        + "<span>\(HTMLText.escape($0.1))</span></div>"
    }
    return "<div class=\"tiles\">\(content.joined())</div>"
  }

  // MARK: Tables

  private var latencyTable: String {
    let clocks = [("from schedule", "from_schedule"), ("from send", "from_send")]
      .compactMap { title, key in result.latency(key).map { (title, $0) } }
    let listed = (value["latency"]?["from_send"]?["percentiles"]?.elements ?? [])
      .compactMap { $0["percentile"]?.double }
    var rows = [["mean"] + clocks.map { Decimals.time($0.1.mean) }]
    for percentile in listed {
      let name = "p" + Decimals.shortest(percentile, placesMax: 9)
      rows.append(
        [name] + clocks.map { Decimals.time(Double($0.1.nanoseconds(at: percentile / 100))) })
    }
    rows.append(["max"] + clocks.map { Decimals.time(Double($0.1.highest)) })
    return card("Percentiles", HTMLText.table([""] + clocks.map(\.0), rows))
  }

  private var outcomes: String {
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
    var content = HTMLText.table(["outcome", "count", "share", "p99", "kinds"], rows)
    if !reasons.isEmpty { content += HTMLText.table(["reason", "count"], reasons) }
    return card("Outcomes", content)
  }

  private var steps: String {
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

  private var configuration: String {
    let rows = (value["configuration"]?.members ?? []).filter { $0.value != .null }.map {
      [$0.name, $0.value.string ?? $0.value.compact]
    }
    return card("Configuration", HTMLText.table(["setting", "value"], rows))
  }

  func card(_ title: String, _ content: String) -> String {
    "<div class=\"card\"><figcaption>\(HTMLText.escape(title))</figcaption>\(content)</div>"
  }
}
