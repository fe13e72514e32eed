import Testing

@testable import LoadTest

@Suite struct RateSearchTests {
  private func rate(_ perSecond: UInt64) -> LoadRate {
    LoadRate(perThousandSeconds: perSecond * 1000)
  }

  private func search(
    _ lowest: UInt64, _ highest: UInt64, precision: Int = 2
  ) -> RateSearch {
    RateSearch(
      from: rate(lowest), to: rate(highest), precision: LoadShare(percent: precision))
  }

  /// Runs a search against a server that holds up to a limit, and returns the rates it tried.
  private func tried(
    _ search: inout RateSearch, _ verdict: (RateSearch.Step) -> RateSearch.Verdict
  ) -> [Double] {
    var rates: [Double] = []
    while let step = search.next, rates.count < 1000 {
      rates.append(step.rate.perSecond)
      search.take(verdict(step))
    }
    return rates
  }

  @Test func `rates double until one fails, and the gap is halved until it is narrow`() {
    var search = search(1000, 500_000, precision: 5)
    let rates = tried(&search) { $0.rate.perSecond <= 10_000 ? .pass : .fail }
    #expect(
      rates == [1000, 2000, 4000, 8000, 16000, 12000, 10000, 11000, 10500, 10000])
    #expect(search.answer == .highest(rate(10_000)))
  }

  @Test func `the answer lies within the precision below every limit`() {
    for limit in stride(from: 1000, through: 480_000, by: 777) {
      var search = search(1000, 500_000)
      _ = tried(&search) { $0.rate.perSecond <= Double(limit) ? .pass : .fail }
      guard case .highest(let found) = search.answer else {
        Issue.record("\(limit): \(String(describing: search.answer))")
        return
      }
      #expect(found.perSecond <= Double(limit))
      #expect(found.perSecond * 1.02 + 0.001 >= Double(limit), "\(limit)")
    }
  }

  @Test func `a rate that does not hold for longer is not the answer, and one below it is sought`()
  {
    var search = search(1000, 500_000)
    let rates = tried(&search) { step in
      step.rate.perSecond <= (step.isConfirmation ? 9000 : 10_000) ? .pass : .fail
    }
    #expect(rates.count > 10)
    guard case .highest(let found) = search.answer else {
      Issue.record("\(String(describing: search.answer))")
      return
    }
    #expect((8800...9000).contains(found.perSecond))
  }

  @Test func `the highest rate ends the search when it holds`() {
    var search = search(1000, 3000)
    #expect(tried(&search) { _ in .pass } == [1000, 2000, 3000, 3000])
    #expect(search.answer == .highest(rate(3000)))
  }

  @Test func `nothing is found when even the lowest rate fails`() {
    var one = search(1000, 3000)
    #expect(tried(&one) { _ in .fail } == [1000])
    #expect(one.answer == RateSearch.Answer.none)
    var confirmed = search(1000, 1000)
    #expect(tried(&confirmed) { $0.isConfirmation ? .fail : .pass } == [1000, 1000])
    #expect(confirmed.answer == RateSearch.Answer.none)
  }

  @Test func `a generator at its limit is given one more try, and then what held is the answer`() {
    var patient = search(1000, 8000)
    var isFirst = true
    let rates = tried(&patient) { _ in
      defer { isFirst = false }
      return isFirst ? .limited : .pass
    }
    #expect(rates == [1000, 1000, 2000, 4000, 8000, 8000])
    var limited = search(1000, 500_000)
    _ = tried(&limited) { $0.rate.perSecond > 5000 ? .limited : .pass }
    #expect(limited.answer == .atLeast(rate(4000)))
    var hopeless = search(1000, 500_000)
    _ = tried(&hopeless) { _ in .limited }
    #expect(hopeless.answer == .atLeast(nil))
  }

  @Test func `neighbouring rates and the narrowest precision end too`() throws {
    let precision = try LoadShare(parsing: "0.000001%")
    var search = RateSearch(from: rate(1), to: rate(4), precision: precision)
    let rates = tried(&search) { $0.rate.perSecond < 2.5 ? .pass : .fail }
    #expect(rates.count < 40)
    #expect(search.answer == .highest(LoadRate(perThousandSeconds: 2499)))
  }
}
