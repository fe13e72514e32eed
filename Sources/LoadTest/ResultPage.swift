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
      section("Latency", latencyPlots.map(\.html).joined() + percentiles),
      section("Answers", outcomes + violations + steps),
      section("This run", configuration, isWide: true),
    ]
    return HTMLText.page(title: title, content.joined(separator: "\n"))
  }

  private func section(_ title: String, _ content: String, isWide: Bool = false) -> String {
    "<h2>\(title)</h2><div class=\"\(isWide ? "wide" : "plots")\">\(content)</div>"
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
    if let books { lines.append(books) }
    if !result.isOpen {
      lines.append(("warn", "closed loop: stalls are under-reported"))
    }
    return lines.map {
      "<p class=\"verdict \($0.style)\">\(HTMLText.escape($0.text))</p>"
    }.joined()
  }

  /// What comparing the services' books with their answers came to; nil where nobody asked.
  private var books: (style: String, text: String)? {
    guard let verification = value["verification"], verification != .null else { return nil }
    if let cause = verification["impossible"]?.string { return ("warn", "NOT VERIFIED: \(cause)") }
    let orders = verification["acknowledged"]?.unsigned ?? 0
    let count = verification["violation_count"]?.unsigned ?? 0
    guard count > 0 else {
      return ("good", "VERIFIED: no violation, \(orders) orders acknowledged")
    }
    return ("bad", "VIOLATED: \(count) violation(s), \(orders) orders acknowledged")
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
}
