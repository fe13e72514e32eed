import Contracts
import TestSupport
import Testing

@testable import Inventory

@Suite struct StockFollowerTests {
  private static func sku(_ text: String) throws -> SKU { try #require(SKU(text)) }

  private static func figures(
    _ text: String, _ onHand: Int64, version: Int64, mark: Int64 = 5
  ) throws -> SKUFigures {
    SKUFigures(
      stock: StockFigures(
        sku: try sku(text), onHand: onHand, reserved: 0, backorderLimit: 0, version: version),
      entry: CatalogueEntry(price: .init(minor: 100, currency: "EUR"), lowMark: mark))
  }

  /// What a round tells, as `sku available version`, with `!` where the mark was passed.
  private static func round(
    _ follower: inout StockFollower, _ known: WatchedFigures
  ) -> [String] {
    var told: [String] = []
    guard follower.begin(known) else { return told }
    repeat { told += texts(follower.page(known)) } while !follower.isDone
    return told
  }

  private static func texts(_ page: [WatchedStock]) -> [String] {
    page.map {
      let figure = $0.figure ?? StockFigure()
      return "\(figure.sku) \(figure.available) \(figure.version)\($0.crossedLowMark ? "!" : "")"
    }
  }

  @Test func `a snapshot is followed by what has changed, once`() throws {
    var known = WatchedFigures()
    known.note(try Self.figures("A", 10, version: 1))
    known.note(try Self.figures("B", 2, version: 1))
    var follower = StockFollower(.all)
    #expect(Self.round(&follower, known) == ["A 10 1", "B 2 1"])
    #expect(Self.round(&follower, known) == [])
    known.note(try Self.figures("B", 3, version: 2))
    known.note(try Self.figures("C", 1, version: 1))
    #expect(Self.round(&follower, known) == ["B 3 2", "C 1 1"])
    #expect(Self.round(&follower, known) == [])
  }

  @Test func `changes that were not asked for are told as one, with the mark they passed`() throws {
    var known = WatchedFigures()
    known.note(try Self.figures("A", 10, version: 1))
    var follower = StockFollower(.some([try Self.sku("A")]))
    #expect(Self.round(&follower, known) == ["A 10 1"])
    known.note(try Self.figures("A", 4, version: 2))
    known.note(try Self.figures("A", 9, version: 3))
    // It is above the mark again, but it has been below.
    #expect(Self.round(&follower, known) == ["A 9 3!"])
    known.note(try Self.figures("A", 8, version: 4))
    #expect(Self.round(&follower, known) == ["A 8 4"])
    known.note(try Self.figures("A", 5, version: 5))
    #expect(Self.round(&follower, known) == ["A 5 5"])  // The mark itself is not low.
    known.note(try Self.figures("A", 4, version: 6))
    #expect(Self.round(&follower, known) == ["A 4 6!"])
  }

  @Test func `older figures are passed over`() throws {
    var known = WatchedFigures()
    known.note(try Self.figures("A", 10, version: 3))
    var follower = StockFollower(.all)
    _ = Self.round(&follower, known)
    known.note(try Self.figures("A", 1, version: 2))
    known.note(try Self.figures("A", 1, version: 3))
    #expect(Self.round(&follower, known) == [])
  }

  @Test func `only what was asked for is told`() throws {
    var known = WatchedFigures()
    var follower = StockFollower(.some([try Self.sku("A"), try Self.sku("Z")]))
    #expect(Self.round(&follower, known) == [])
    for name in ["A", "B", "Z"] { known.note(try Self.figures(name, 1, version: 1)) }
    #expect(Self.round(&follower, known) == ["A 1 1", "Z 1 1"])
  }

  /// Pages are told while figures go on changing, to readers of every slowness, and each of them
  /// ends up with what there is, has heard rising versions only, and of every mark that was passed.
  @Test(arguments: 1...8)
  func `however slowly it is read, nothing is lost, doubled or out of order`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var known = WatchedFigures()
    let names = (0..<1_200).map { "S\(1_000 + $0)" }
    var versions: [String: Int64] = [:]
    var followers = [StockFollower(.all), StockFollower(.all)]
    followers.append(StockFollower(.some(Set(try names[..<30].map(Self.sku)))))
    var reading = [false, false, false]
    var told: [[String: (version: Int64, isLow: Bool)]] = [[:], [:], [:]]
    /// Whether the mark was passed since a reader heard of the SKU.
    var passed: [[String: Bool]] = [[:], [:], [:]]
    var current: [String: SKUFigures] = [:]

    func change() throws {
      let name = names[Int.random(in: 0..<names.count, using: &random)]
      let version = (versions[name] ?? 0) + Int64.random(in: 1...3, using: &random)
      versions[name] = version
      let next = try Self.figures(name, Int64.random(in: 0...10, using: &random), version: version)
      let isLow = next.stock.available < 5
      for reader in 0..<3 where current[name].map({ ($0.stock.available < 5) != isLow }) == true {
        passed[reader][name] = true
      }
      current[name] = next
      known.note(next)
    }

    func read(_ reader: Int) {
      if !reading[reader] { reading[reader] = followers[reader].begin(known) }
      guard reading[reader] else { return }
      for item in followers[reader].page(known) {
        guard let figure = item.figure else { continue }
        if let before = told[reader][figure.sku] {
          #expect(figure.version > before.version)
          #expect(item.crossedLowMark == (passed[reader][figure.sku] ?? false), "\(figure.sku)")
        }
        passed[reader][figure.sku] = false
        told[reader][figure.sku] = (figure.version, figure.available < 5)
      }
      reading[reader] = !followers[reader].isDone
    }

    for name in names.shuffled(using: &random).prefix(900) {
      let next = try Self.figures(name, 7, version: 1)
      versions[name] = 1
      current[name] = next
      known.note(next)
    }
    for _ in 0..<4_000 {
      for _ in 0..<Int.random(in: 0...20, using: &random) { try change() }
      if Int.random(in: 0..<3, using: &random) > 0 { read(0) }
      if Int.random(in: 0..<40, using: &random) == 0 { read(1) }
      read(2)
    }
    // More than are kept in their order.
    for reader in 0..<3 { repeat { read(reader) } while reading[reader] }
    for _ in 0..<(WatchedFigures.recentMax + 2_000) { try change() }
    for reader in 0..<3 {
      repeat { read(reader) } while reading[reader]
      repeat { read(reader) } while reading[reader]
      let expected = current.filter { reader < 2 || names[..<30].contains($0.key) }
      #expect(told[reader].mapValues(\.version) == expected.mapValues(\.stock.version))
    }
  }
}
