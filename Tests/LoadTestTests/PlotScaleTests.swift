import Testing

@testable import LoadTest

@Suite struct PlotScaleTests {
  @Test func `a linear axis begins at nothing, holds every value and has a few round marks`() {
    for top in [0.0003, 1, 7, 99, 1234, 20_000, 999_999] {
      let scale = PlotScale(.linear, .plain, over: [top / 3, top])
      #expect(scale.low == 0)
      #expect(scale.high >= top * 0.999)
      #expect((3...9).contains(scale.ticks.count), "\(top): \(scale.ticks)")
      #expect(scale.ticks.allSatisfy { (0...1.001).contains($0.position) })
    }
  }

  @Test func `a logarithmic axis spans whole powers of ten and names them`() {
    let scale = PlotScale(.logarithmic, .nanoseconds, over: [150_000, 4_000_000])
    #expect(scale.ticks.map(\.label) == ["100 µs", "1 ms", "10 ms"])
    #expect(scale.position(1_000_000) == 0.5)
  }

  @Test func `nothing, one value and values that are none make an axis all the same`() {
    for values in [[], [0], [.infinity, .nan]] {
      for kind in [PlotScale.Kind.linear, .logarithmic] {
        let scale = PlotScale(kind, .plain, over: values)
        #expect(scale.high > scale.low)
        #expect(scale.position(1).isFinite)
      }
    }
  }

  @Test func `each mark of the axis of nines is one nine more`() {
    let scale = PlotScale(.linear, .nines, over: [0, 3.2])
    #expect(scale.ticks.map(\.label).prefix(4) == ["0 %", "90 %", "99 %", "99.9 %"])
  }
}
