internal import Contracts

/// A change of what is on hand, applied once for its ref, all items or none.
struct StockChange: Equatable, Sendable {
  struct Price: Equatable, Sendable {
    let minor: Int64
    let currency: String
  }

  struct Item: Equatable, Sendable {
    let sku: SKU
    let delta: Int64
    let price: Price?
    let lowMark: Int64?
  }

  let ref: String
  let reason: String
  let actor: String
  /// Each SKU once, in the order sent.
  let items: [Item]
}

/// A row of `catalogue`.
struct CatalogueEntry: Equatable, Sendable {
  var price: StockChange.Price
  var lowMark: Int64
}

/// Everything there is to say about a SKU.
struct SKUFigures: Equatable, Sendable {
  var stock: StockFigures
  var entry: CatalogueEntry
}

/// What became of a change.
enum StockChangeAnswer: Equatable, Sendable {
  /// The figures after it, in the order of the items.
  case applied([SKUFigures])
  /// This very change had been applied before; the figures as they are now.
  case repeated([SKUFigures])
  case refReused([SKU])
  case unknownSKU([SKU])
  /// More would be on hand than any figure may tell.
  case tooMuch(item: Int)
  case belowReserved([SKU])
}

/// What the database has for the SKUs of a change.
struct StockChangeGround: Equatable, Sendable {
  /// What the same ref did to each SKU before.
  var earlier: [SKU: Int64] = [:]
  var catalogue: [SKU: CatalogueEntry] = [:]
  var stock: [SKU: StockFigures] = [:]
}

extension StockRules {
  /// Judges a change; nothing of it is applied unless all of it can be.
  static func change(_ change: StockChange, on ground: StockChangeGround) -> StockChangeAnswer {
    let known = change.items.filter { ground.earlier[$0.sku] != nil }
    if !known.isEmpty {
      // A ref stands for one change. What it did to some of the items but not to others, or by
      // other amounts, is another change.
      let others = change.items.filter { ground.earlier[$0.sku] != $0.delta }
      guard others.isEmpty else { return .refReused(others.map(\.sku)) }
      return figures(change.items, ground)
    }
    let unknown = change.items.filter { ground.catalogue[$0.sku] == nil && $0.price == nil }
    guard unknown.isEmpty else { return .unknownSKU(unknown.map(\.sku)) }

    var after: [SKUFigures] = []
    var below: [SKU] = []
    for (index, item) in change.items.enumerated() {
      let figures = changed(item, ground)
      guard let figures else { return .tooMuch(item: index) }
      let (promised, overflow) = figures.stock.onHand.addingReportingOverflow(
        figures.stock.backorderLimit)
      if figures.stock.onHand < 0 || !overflow && promised < figures.stock.reserved {
        below.append(item.sku)
      }
      after.append(figures)
    }
    return below.isEmpty ? .applied(after) : .belowReserved(below)
  }

  /// Nil when the sum passes what a figure may tell.
  private static func changed(
    _ item: StockChange.Item, _ ground: StockChangeGround
  ) -> SKUFigures? {
    var stock =
      ground.stock[item.sku]
      ?? StockFigures(sku: item.sku, onHand: 0, reserved: 0, backorderLimit: 0, version: 0)
    let (onHand, overflow) = stock.onHand.addingReportingOverflow(item.delta)
    guard !overflow, onHand <= DomainLimits.amountMax else { return nil }
    stock.onHand = onHand
    if item.delta != 0 { stock.version += 1 }
    let known = ground.catalogue[item.sku]
    guard let price = item.price ?? known?.price else { return nil }
    let entry = CatalogueEntry(price: price, lowMark: item.lowMark ?? known?.lowMark ?? 0)
    return SKUFigures(stock: stock, entry: entry)
  }

  private static func figures(
    _ items: [StockChange.Item], _ ground: StockChangeGround
  ) -> StockChangeAnswer {
    let figures = items.compactMap { item -> SKUFigures? in
      guard let stock = ground.stock[item.sku], let entry = ground.catalogue[item.sku] else {
        return nil
      }
      return SKUFigures(stock: stock, entry: entry)
    }
    // A movement without its rows: somebody deleted them, and the ref cannot be used again.
    guard figures.count == items.count else { return .refReused(items.map(\.sku)) }
    return .repeated(figures)
  }
}
