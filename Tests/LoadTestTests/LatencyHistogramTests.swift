import Testing

@testable import LoadTest

@Suite struct LatencyHistogramTests {
  private func percentile(_ text: String) throws -> Percentile { try #require(Percentile(text)) }

  @Test func `values keep three significant digits from 1 ns to 1 h`() throws {
    for value: UInt64 in [1, 999, 1_234_567, 5_000_000, 60_000_000_000, 3_600_000_000_000] {
      var histogram = LatencyHistogram()
      histogram.record(value)
      histogram.record(value)
      let read = histogram.value(at: try percentile("50"))
      #expect(abs(Double(read) - Double(value)) <= Double(value) / 1000)
      #expect(histogram.lowest == value)
      #expect(histogram.highest == value)
    }
  }

  @Test func `what takes longer than an hour counts as an hour and is not lost`() {
    var histogram = LatencyHistogram()
    histogram.record(LatencyHistogram.nanosecondsMax)
    #expect(histogram.overflow == 0)
    histogram.record(LatencyHistogram.nanosecondsMax + 1)
    histogram.record(.max)
    #expect(histogram.count == 3)
    #expect(histogram.overflow == 2)
    #expect(histogram.highest == LatencyHistogram.nanosecondsMax)
  }

  @Test func `percentiles are those of the values`() throws {
    var histogram = LatencyHistogram()
    for value: UInt64 in 1...1000 { histogram.record(value) }
    #expect(histogram.value(at: try percentile("50")) == 500)
    #expect(histogram.value(at: try percentile("99")) == 990)
    #expect(histogram.value(at: try percentile("99.9")) == 999)
    #expect(histogram.value(at: try percentile("100")) == 1000)
    #expect(abs(histogram.mean - 500.5) < 1)
  }

  @Test func `a percentile is rough with nine samples above it and not with ten`() throws {
    var histogram = LatencyHistogram()
    for _ in 0..<999 { histogram.record(5) }
    #expect(histogram.samplesAbove(try percentile("99")) == 9)
    #expect(histogram.isRough(try percentile("99")))
    histogram.record(5)
    #expect(histogram.samplesAbove(try percentile("99")) == 10)
    #expect(!histogram.isRough(try percentile("99")))
    #expect(histogram.isRough(try percentile("100")))
  }

  @Test func `an empty histogram has no figures and no trap`() throws {
    let histogram = LatencyHistogram()
    #expect(histogram.count == 0)
    #expect(histogram.lowest == 0)
    #expect(histogram.highest == 0)
    #expect(histogram.mean == 0)
    #expect(histogram.value(at: try percentile("99")) == 0)
    #expect(histogram.isRough(try percentile("50")))
  }

  @Test func `adding two gives the counts of both`() throws {
    var one = LatencyHistogram()
    var other = LatencyHistogram()
    for value: UInt64 in 1...500 { one.record(value) }
    for value: UInt64 in 501...1000 { other.record(value) }
    other.record(.max)
    one.add(other)
    #expect(one.count == 1001)
    #expect(one.overflow == 1)
    #expect(one.lowest == 1)
    #expect(one.value(at: try percentile("50")) == 501)
  }
}
