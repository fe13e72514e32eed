import Testing

@testable import LoadTest

@Suite struct WorkloadTests {
  private func settings(
    seed: UInt64 = 7, mix: String = "check-stock=80,place-order=20",
    _ change: (inout WorkloadSettings) throws -> Void = { _ in }
  ) throws -> WorkloadSettings {
    var settings = WorkloadSettings()
    settings.seed = seed
    settings.content = .mix(try RequestMix(parsing: mix))
    try change(&settings)
    return settings
  }

  private func orders(_ workload: Workload, _ count: UInt64) -> [DrawnOrder] {
    (0..<count).compactMap { index in
      if case .placeOrder(let order) = workload.draw(index) { order } else { nil }
    }
  }

  @Test func `one seed gives the same requests in whatever order they are drawn`() async throws {
    let one = try Workload(settings())
    let forwards = (0..<2000).map { one.draw(UInt64($0)) }
    let other = try Workload(settings())
    let scattered = await withTaskGroup(of: (Int, RequestDraw).self) { group in
      for index in (0..<2000).reversed() { group.addTask { (index, other.draw(UInt64(index))) } }
      var draws = [RequestDraw?](repeating: nil, count: 2000)
      for await (index, draw) in group { draws[index] = draw }
      return draws.compactMap { $0 }
    }
    #expect(forwards == scattered)
    let reseeded = try Workload(settings(seed: 8))
    #expect(forwards != (0..<2000).map { reseeded.draw(UInt64($0)) })
  }

  @Test(arguments: [
    ("check-stock=80,place-order=20", 0.2), ("place-order=1", 1),
    ("check-stock=1,place-order=3", 0.75),
  ])
  func `kinds have their shares within half a point`(mix: String, share: Double) throws {
    let workload = try Workload(settings(mix: mix))
    let count = Double(orders(workload, 100_000).count)
    #expect(abs(count / 100_000 - share) <= 0.005)
  }

  @Test func `lines and quantities are uniform over their ranges`() throws {
    let workload = try Workload(
      settings(mix: "place-order=1") {
        $0.lines = NumberRange(2...5)
        $0.quantity = NumberRange(3...4)
      })
    let orders = orders(workload, 20_000)
    for length in 2...5 {
      let share = Double(orders.count { $0.lines.count == length }) / 20_000
      #expect(abs(share - 0.25) < 0.02)
    }
    let quantities = orders.flatMap { $0.lines.map(\.quantity) }
    #expect(Set(quantities) == [3, 4])
    #expect(abs(Double(quantities.count { $0 == 3 }) / Double(quantities.count) - 0.5) < 0.02)
  }

  @Test func `an order never repeats a SKU, even when it asks for all at a steep slope`() throws {
    let workload = try Workload(
      settings(mix: "place-order=1") {
        $0.skus = 20
        $0.zipfExponent = 10
        $0.lines = NumberRange(20...20)
      })
    for order in orders(workload, 200) { #expect(Set(order.lines.map(\.rank)) == Set(0..<20)) }
  }

  @Test func `a SKU is repeated only when that is asked for`() throws {
    let workload = try Workload(
      settings(mix: "place-order=1") {
        $0.skus = 2
        $0.lines = NumberRange(5...5)
        $0.repeatsSKU = true
      })
    #expect(orders(workload, 10).allSatisfy { $0.lines.count == 5 })
    #expect(throws: LoadError.self) {
      try Workload(
        settings {
          $0.skus = 2
          $0.lines = NumberRange(1...3)
        })
    }
  }

  @Test func `keys are unique within a run, between seeds and from the warm-up`() throws {
    var keys = Set<String>()
    var count = 0
    for seed: UInt64 in [1, 2, 0x10] {
      let workload = try Workload(settings(seed: seed, mix: "place-order=1"))
      for index in Array(0..<5000) + (0..<100).map({ Workload.warmUpIndexBase + $0 }) {
        guard case .placeOrder(let order) = workload.draw(index) else { continue }
        keys.insert(OrderKey.text(seed: seed, index: order.keyIndex))
        count += 1
      }
    }
    #expect(count == 3 * 5100)
    #expect(keys.count == count)
    #expect(keys.allSatisfy { $0.utf8.count <= 128 })
  }

  @Test func `duplicates repeat an earlier order whole, conflicts only its key`() throws {
    let workload = try Workload(
      settings(mix: "check-stock=1,place-order=1") {
        $0.duplicateKeys = try LoadShare(parsing: "5%")
        $0.conflictKeys = try LoadShare(parsing: "1%")
      })
    var originals: [UInt64: DrawnOrder] = [:]
    var duplicates = 0
    var conflicts = 0
    for index: UInt64 in 0..<100_000 {
      guard case .placeOrder(let order) = workload.draw(index) else { continue }
      if order.keyIndex == index {
        originals[index] = order
        continue
      }
      let original = try #require(originals[order.keyIndex])
      #expect(order.customer == original.customer)
      if order.mustConflict {
        conflicts += 1
        #expect(order.lines != original.lines)
      } else {
        duplicates += 1
        #expect(order == original)
      }
    }
    #expect(abs(Double(duplicates) / 50_000 - 0.05) < 0.005)
    #expect(abs(Double(conflicts) / 50_000 - 0.01) < 0.002)
  }

  @Test(arguments: [
    "check-stock", "check-stock=", "check-stock=-1", "check-stock=1,check-stock=1", "raw=1", "",
    "check-stock=0", "check-stock=1,", "buy=1", "check-stock=1000001", "check-stock=1=2",
  ])
  func `what is no mix is refused`(text: String) {
    #expect(throws: LoadError.self) { try RequestMix(parsing: text) }
  }

  @Test func `settings outside their limits are refused`() {
    let changes: [(inout WorkloadSettings) -> Void] = [
      { $0.seed = WorkloadSettings.seedMax + 1 }, { $0.skus = 0 }, { $0.skus = 1_000_000 },
      { $0.zipfExponent = -0.1 }, { $0.zipfExponent = 10.1 }, { $0.zipfExponent = .nan },
      { $0.currency = "eur" }, { $0.currency = "EURO" },
    ]
    for change in changes {
      var settings = WorkloadSettings()
      change(&settings)
      #expect(throws: LoadError.self) { try settings.validate() }
    }
  }

  @Test func `bodies are used in turn`() throws {
    let method = try RawMethod(parsing: "/a.B/C", bodies: [[1], [2], []])
    let workload = try Workload(settings { $0.content = .method(method) })
    let requests = RequestSource(workload)
    var recent = RecentOrders()
    let sent = (0..<4).map { requests.request(at: $0, recent: &recent) }
    #expect(sent.map(\.body) == [[1], [2], [], [1]])
    #expect(sent[0].path == "/a.B/C")
  }
}
