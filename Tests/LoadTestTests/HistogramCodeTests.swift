import Testing

@testable import LoadTest

@Suite struct HistogramCodeTests {
  @Test func `a histogram comes back with the same count in every bucket`() throws {
    var histogram = LatencyHistogram()
    var random = RandomSource(seed: 5)
    for _ in 0..<20_000 { histogram.record(1 + random.next() >> (20 + random.below(40))) }
    for edge: UInt64 in [0, 1, 2047, 2048, 2049, 4095, 4096, LatencyHistogram.nanosecondsMax, .max]
    {
      histogram.record(edge)
    }
    let text = HistogramCode.encode(histogram)
    #expect(text.hasPrefix("HISTFAAA"))
    let buckets = try #require(HistogramReading.decode(text))
    let recorded = histogram.recorded
    #expect(buckets.map(\.nanoseconds) == recorded.map(\.nanoseconds))
    #expect(buckets.map(\.count) == recorded.map(\.count))
  }

  @Test func `places and values of buckets are each other's inverse`() {
    for place in 0..<40_000 {
      #expect(HistogramCode.index(of: HistogramCode.value(at: place)) == place)
    }
    #expect(HistogramCode.value(at: 2048) == 2048)
    #expect(HistogramCode.value(at: 2049) == 2050)
  }

  @Test func `whatever a file holds in place of a histogram is answered, not trapped on`() {
    var histogram = LatencyHistogram()
    for value: UInt64 in 1...50 { histogram.record(value * value * 1000) }
    let text = HistogramCode.encode(histogram)
    for length in 0..<text.count { _ = HistogramReading.decode(String(text.prefix(length))) }
    var random = RandomSource(seed: 9)
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    for _ in 0..<2000 {
      var letters2 = Array(text)
      letters2[Int(random.below(UInt64(text.count)))] = letters[Int(random.below(64))]
      _ = HistogramReading.decode(String(letters2))
    }
    #expect(HistogramReading.decode("") == nil)
    #expect(HistogramReading.decode("not base64") == nil)
  }
}
