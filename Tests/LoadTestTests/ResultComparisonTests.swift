import Testing

@testable import LoadTest

@Suite struct ResultComparisonTests {
  /// A result whose latencies are all the same and whose other figures are given.
  private func result(
    rate: Double = 1000, errors: Double = 0, nanoseconds: UInt64 = 1_000_000,
    cpu: Double = 5, _ change: (inout [String: JSONValue]) -> Void = { _ in }
  ) -> StoredResult {
    var histogram = LatencyHistogram()
    for _ in 0..<1000 { histogram.record(nanoseconds) }
    var members: [String: JSONValue] = [
      "schema": .integer(1), "seed": .integer(7), "interrupted": .bool(false),
      "certified": .bool(true), "rate": .number(rate), "error_rate": .number(errors),
      "processors": ["tool_us_per_request": .number(cpu)],
      "configuration": [
        "workload": ["mix": .text("check-stock=1")], "loop": .text("open"), "rate": .text("1000"),
        "connections": .integer(2), "streams": .integer(100),
      ],
      "latency": [
        "from_schedule": [
          "hdr": .text(HistogramCode.encode(histogram)), "max_ns": .integer(nanoseconds),
        ]
      ],
    ]
    change(&members)
    return StoredResult(.object(members.map { .init(name: $0.key, value: $0.value) }))
  }

  private func compare(
    _ pairs: [(StoredResult, StoredResult)], tolerance: String = "5%", isForced: Bool = false
  ) throws -> ResultComparison {
    try ResultComparison(
      pairs.map { .init(base: $0.0, new: $0.1) }, tolerance: LoadShare(parsing: tolerance),
      isForced: isForced)
  }

  @Test func `one pair shows the change and claims no regression`() throws {
    let comparison = try compare([(result(), result(rate: 800, nanoseconds: 2_000_000))])
    #expect(comparison.exitCode == 0)
    #expect(comparison.text.contains("no interval: one run each"))
    #expect(comparison.text.contains("-20.00 %"))
    #expect(comparison.text.contains("+100.00 %") || comparison.text.contains("+99.9"))
  }

  @Test func `a change for the worse beyond tolerance and chance is a regression`() throws {
    let comparison = try compare([
      (result(nanoseconds: 1_000_000), result(nanoseconds: 1_100_000)),
      (result(nanoseconds: 1_010_000), result(nanoseconds: 1_120_000)),
      (result(nanoseconds: 990_000), result(nanoseconds: 1_090_000)),
    ])
    #expect(comparison.exitCode == 3)
    let regressions = comparison.changes.filter(\.isRegression).map(\.figure)
    #expect(regressions == [.p50, .p90, .p99, .p999])
    #expect(comparison.text.contains("REGRESSION"))
  }

  @Test func `a lower rate and more errors are for the worse, the other way is not`() throws {
    let worse = try compare([
      (result(rate: 1000, errors: 0.01), result(rate: 900, errors: 0.02)),
      (result(rate: 1001, errors: 0.01), result(rate: 905, errors: 0.021)),
    ])
    #expect(worse.changes.filter(\.isRegression).map(\.figure) == [.rate, .errorRate])
    let better = try compare([
      (result(rate: 900, errors: 0.02, cpu: 9), result(rate: 1000, errors: 0, cpu: 5)),
      (result(rate: 905, errors: 0.021, cpu: 9), result(rate: 1001, errors: 0, cpu: 5)),
    ])
    #expect(better.exitCode == 0)
  }

  @Test func `errors where there were none are a regression however few`() throws {
    let comparison = try compare([
      (result(), result(errors: 0.0010)), (result(), result(errors: 0.0011)),
      (result(), result(errors: 0.0009)),
    ])
    #expect(comparison.changes.filter(\.isRegression).map(\.figure) == [.errorRate])
  }

  @Test func `what is within the tolerance or within chance passes`() throws {
    let small = try compare([
      (result(cpu: 5), result(cpu: 5.2)), (result(cpu: 5), result(cpu: 5.21)),
    ])
    #expect(small.exitCode == 0)
    let noisy = try compare([
      (result(cpu: 5), result(cpu: 9)), (result(cpu: 5), result(cpu: 4)),
      (result(cpu: 5), result(cpu: 6)),
    ])
    #expect(noisy.exitCode == 0)
  }

  @Test func `ten comparisons of a build with itself find nothing`() throws {
    var random = RandomSource(seed: 11, index: 0)
    func noisy() -> StoredResult {
      let factor = 0.96 + 0.08 * random.unit()
      return result(
        rate: 1000 * factor, nanoseconds: UInt64(1_000_000 / factor), cpu: 5 / factor)
    }
    for _ in 0..<10 {
      let pairs = (0..<5).map { _ in (noisy(), noisy()) }
      #expect(try compare(pairs).exitCode == 0)
    }
  }

  @Test(arguments: ["seed", "rate", "connections", "streams", "workload", "loop"])
  func `results that differ are refused by name unless forced`(name: String) throws {
    let other = result {
      if name == "seed" {
        $0["seed"] = .integer(8)
      } else if case .object(var members) = $0["configuration"],
        let index = members.firstIndex(where: { $0.name == name })
      {
        members[index].value = .text("other")
        $0["configuration"] = .object(members)
      }
    }
    #expect {
      try compare([(result(), other)])
    } throws: {
      let error = $0 as? LoadError
      return error?.exitCode == 64 && error?.description.contains(name + ":") == true
    }
    #expect(try compare([(result(), other)], isForced: true).exitCode == 0)
    #expect(throws: LoadError.self) { try compare([(result(), result()), (other, other)]) }
  }

  @Test func `results that prove nothing are exit 4, forced or not`() {
    let interrupted = result { $0["interrupted"] = .bool(true) }
    let uncertified = result {
      $0["certified"] = .bool(false)
      $0["reasons_not_certified"] = .array([.text("it was late")])
    }
    for untrusted in [interrupted, uncertified] {
      for isForced in [false, true] {
        #expect {
          try compare([(result(), untrusted)], isForced: isForced)
        } throws: {
          ($0 as? LoadError)?.exitCode == 4
        }
      }
    }
  }

  @Test func `the interval is Student's`() {
    let interval = StudentInterval([1, 2, 3, 4, 5])
    #expect(interval.mean == 3)
    // 2.776 · sqrt(2.5 / 5)
    #expect(abs((interval.halfWidth ?? 0) - 1.9629) < 0.0001)
    #expect(interval.isAboveZero)
    #expect(StudentInterval([4]).halfWidth == nil)
    #expect(!StudentInterval([4]).isAboveZero)
    let many = StudentInterval([Double](repeating: 1, count: 500))
    #expect(many.halfWidth == 0)
  }
}
