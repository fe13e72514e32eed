import Operations
import Testing

@Suite struct MetricsRegistryTests {
  private let registry = MetricsRegistry()

  @Test func `a page is these bytes`() throws {
    let counter = try registry.counter("b_total", "Things\nwith \\.", [("what", "a\"b\\c\nd")])
    try registry.gauge("a", "Level.") { 1.5 }
    counter.increment()
    counter.increment(by: 2)
    let page = """
      # HELP a Level.
      # TYPE a gauge
      a 1.5
      # HELP b_total Things\\nwith \\\\.
      # TYPE b_total counter
      b_total{what="a\\"b\\\\c\\nd"} 3

      """
    #expect(String(decoding: registry.page.bytes, as: UTF8.self) == page)
    let text = try MetricsText(registry.page.bytes)
    #expect(text.value("b_total", ["what": "a\"b\\c\nd"]) == 3)
  }

  @Test func `a histogram counts up to each bound and ends with all`() throws {
    let histogram = LatencyHistogram()
    try registry.histogram("h_seconds", "Time.", [("m", "x")], of: histogram)
    for nanoseconds: UInt64 in [0, 100_000, 100_001, 1_000_000, 10_000_000_001] {
      histogram.record(nanoseconds: nanoseconds)
    }
    let text = try MetricsText(registry.page.bytes)
    func bucket(_ bound: String) -> Double? {
      text.value("h_seconds_bucket", ["m": "x", "le": bound])
    }
    #expect(bucket("0.0001") == 2)
    #expect(bucket("0.00025") == 3)
    #expect(bucket("0.001") == 4)
    #expect(bucket("10") == 4)
    #expect(bucket("+Inf") == 5)
    #expect(text.value("h_seconds_count", ["m": "x"]) == 5)
    #expect(text.value("h_seconds_sum", ["m": "x"]) == 10.001200002)
    let counts = text.samples.filter { $0.name == "h_seconds_bucket" }.map(\.value)
    #expect(counts.count == 17)
    #expect(counts == counts.sorted())
  }

  @Test func `bounds rise`() throws {
    try registry.histogram("h_seconds", "Time.", of: LatencyHistogram())
    let bounds = try MetricsText(registry.page.bytes).samples.compactMap { $0.labels["le"] }
    let numbers = bounds.dropLast().compactMap(Double.init)
    #expect(numbers.count == 16)
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
    #expect(bounds.last == "+Inf")
  }

  @Test func `numbers that are not finite have their own words`() throws {
    try registry.gauge("nan", "N.") { .nan }
    try registry.gauge("up", "U.") { .infinity }
    try registry.gauge("low", "L.") { -.infinity }
    try registry.gauge("gone", "G.") { nil }
    let page = String(decoding: registry.page.bytes, as: UTF8.self)
    #expect(page.contains("nan NaN\n"))
    #expect(page.contains("up +Inf\n"))
    #expect(page.contains("low -Inf\n"))
    #expect(!page.contains("gone"))
  }

  @Test func `what Prometheus would refuse is refused at registration`() throws {
    func refusal(
      _ name: String, _ labels: MetricsRegistry.Labels
    ) -> MetricsError.Reason? {
      let result = Result { try registry.counter(name, "H.", labels) }
      guard case .failure(let error as MetricsError) = result else { return nil }
      return error.reason
    }
    #expect(refusal("ok_total", [("a", "1"), ("b", "2")]) == nil)
    #expect(refusal("ok_total", [("a", "1"), ("b", "3")]) == nil)
    #expect(refusal("ok_total", [("b", "2"), ("a", "1")]) == .alreadyThere)
    #expect(refusal("", []) == .badName)
    #expect(refusal("1x", []) == .badName)
    #expect(refusal("a-b", []) == .badName)
    #expect(refusal("a\nb 1", []) == .badName)
    #expect(refusal("x", [("le", "1")]) == .badLabel("le"))
    #expect(refusal("x", [("__a", "1")]) == .badLabel("__a"))
    #expect(refusal("x", [("a b", "1")]) == .badLabel("a b"))
    #expect(throws: MetricsError(reason: .otherKind, name: "ok_total")) {
      try registry.gauge("ok_total", "H.") { 1 }
    }
  }

  @Test func `counting from many threads loses nothing`() async throws {
    let counter = try registry.counter("n_total", "N.")
    let histogram = LatencyHistogram()
    try registry.histogram("n_seconds", "N.", of: histogram)
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<10_000 {
            counter.increment()
            histogram.record(nanoseconds: 1_000_000)
          }
        }
      }
    }
    let text = try MetricsText(registry.page.bytes)
    #expect(text.value("n_total") == 80_000)
    #expect(text.value("n_seconds_count") == 80_000)
    #expect(text.value("n_seconds_sum") == 80)
  }
}
