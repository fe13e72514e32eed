import Testing

@testable import LoadTest

@Suite struct ZipfSamplerTests {
  private func counts(_ count: Int, _ exponent: Double, seed: UInt64, _ draws: Int) -> [Int] {
    let sampler = ZipfSampler(count: count, exponent: exponent)
    var random = RandomSource(seed: seed)
    var counts = [Int](repeating: 0, count: count)
    for _ in 0..<draws { counts[sampler.rank(from: &random)] += 1 }
    return counts
  }

  @Test(arguments: [(10_000, 1.1, 1_000_000), (10_000, 0.0, 200_000), (50_000, 0.8, 200_000)])
  func `the first ten ranks have their exact share within one per cent`(
    count: Int, exponent: Double, draws: Int
  ) {
    let weights = ZipfSampler.weights(count: count, exponent: exponent)
    let total = weights.reduce(0, +)
    let counts = counts(count, exponent, seed: 42, draws)
    let share = Double(counts.prefix(10).reduce(0, +)) / Double(draws)
    let exact = weights.prefix(10).reduce(0, +) / total
    // One per cent, or five standard deviations where a share is too small for that.
    let deviation = (exact * (1 - exact) / Double(draws)).squareRoot()
    #expect(abs(share - exact) <= max(0.01 * exact, 5 * deviation))
    for rank in 0..<10 {
      let expected = weights[rank] / total * Double(draws)
      #expect(abs(Double(counts[rank]) - expected) <= 5 * expected.squareRoot())
    }
  }

  @Test func `no rank lies outside the catalogue, and a catalogue of one has one`() {
    #expect(counts(1, 1.1, seed: 1, 1000) == [1000])
    #expect(counts(3, 10, seed: 1, 1000).reduce(0, +) == 1000)
  }

  @Test func `a bound draws each of its numbers equally often`() {
    var random = RandomSource(seed: 9)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<140_000 { counts[Int(random.below(7))] += 1 }
    for count in counts { #expect(abs(count - 20_000) < 700) }
    #expect(random.below(0) == 0)
    #expect(random.below(1) == 0)
  }
}
