internal import Contracts
internal import Operations

/// Decides how an order is placed. A value without a clock, a socket or a task: `PlaceOrder` is the
/// shell.
///
///     quote ──▶ hold ──▶ order row, which is the commit point ──▶ receipt
///       │        │ ▲
///       │        ▼ │ asked again once pieces are held that the first quote did not know
///       │       quote
///       └──▶ our own row, before an order with a key is refused
///
/// A quote that is short or unknown ends an attempt without a key. With a key it may be the retry
/// of the order that took the last piece, so the hold is asked for all the same, and before any
/// refusal our own row is read.
struct PlaceOrderFlow: Sendable {
  /// What has to be done next, one thing at a time.
  enum Action: Equatable, Sendable {
    case quote
    case hold
    case write(lines: [PricedLine], totalMinor: Int64)
    /// Our own row of this order.
    case read
    /// `closesID` is true when pieces may be held for an order that nobody can ask for again: its
    /// id has to be closed, and the pieces go back.
    case end(Result<Placement, Refusal>, closesID: Bool)
  }

  /// What became of it.
  enum Event: Sendable {
    case quoted([QuotedLine])
    case held(InventoryCaller.Held)
    case placed(NewOrder)
    case stored(StoredOrder)
    /// Nil when there is no row.
    case read(StoredOrder?)
    case failed(Refusal)
  }

  private enum Step: Sendable {
    case quoting
    case holding(lines: [PricedLine], totalMinor: Int64)
    /// The quote did not know a SKU.
    case holdingUnpriced
    case quotingAgain
    case writing
    case reading(Refusal)
  }

  let order: NormalOrder
  /// Nobody's until `name` gives it, which is before the hold.
  private(set) var orderID = OrderID(high: 0, low: 0)
  private(set) var isNamed = false
  /// Of the order's body. Where it was not made before, it is once the quote lets the order pass:
  /// when everything is sold out, refusing must cost no more than asking.
  private(set) var digest: [UInt8]
  private var step = Step.quoting

  /// - Parameter digest: of an order with a key.
  init(_ order: NormalOrder, as orderID: OrderID, digest: [UInt8]? = nil) {
    self.init(order)
    name(orderID)
    self.digest = digest ?? []
  }

  /// An order without a key, which gets an id when it needs one: when everything is sold out, that
  /// is never.
  init(_ order: NormalOrder) {
    self.order = order
    digest = []
  }

  mutating func name(_ orderID: OrderID) {
    self.orderID = orderID
    isNamed = true
  }

  /// The first thing to do.
  var begin: Action { .quote }

  mutating func next(_ event: Event) -> Action {
    switch (step, event) {
    case (_, .failed(let refusal)): fail(refusal)
    // Rules take one line of a quote for each of the order's.
    case (_, .quoted(let quote)) where quote.count != order.lines.count:
      fail(.write(.unforeseen))
    case (.quoting, .quoted(let quote)): priced(OrderRules.price(order, quote: quote))
    case (.holding(let lines, let total), .held(.held)): write(lines, total)
    case (.holdingUnpriced, .held(.held)):
      // It has come into the catalogue since.
      move(to: .quotingAgain, .quote)
    case (.holding, .held(let held)), (.holdingUnpriced, .held(let held)): notHeld(held)
    case (.quotingAgain, .quoted(let quote)):
      pricedAgain(OrderRules.price(order, quote: quote))
    case (.writing, .placed(let written)):
      .end(.success(Placement(receipt: Receipt(written), isReplay: false)), closesID: false)
    case (.writing, .stored(let stored)), (.reading, .read(let stored?)): answer(stored)
    case (.reading(let refusal), .read(nil)): fail(refusal)
    default:
      // The shell answered something it was not asked for.
      fail(.write(.unforeseen))
    }
  }

  private mutating func move(to next: Step, _ action: Action) -> Action {
    step = next
    return action
  }

  private mutating func write(_ lines: [PricedLine], _ totalMinor: Int64) -> Action {
    move(to: .writing, .write(lines: lines, totalMinor: totalMinor))
  }

  private mutating func priced(_ pricing: Pricing) -> Action {
    switch pricing {
    case .currencyMismatch(let skus): return storedOr(.currencyMismatch(skus))
    case .totalOverflow: return storedOr(.totalOverflow)
    case .unknown(let skus):
      guard order.isKeyed else { return fail(.skuUnknown(skus)) }
      return move(to: .holdingUnpriced, .hold)
    case .priced(let lines, let total, let short):
      if !order.isKeyed, !short.isEmpty { return fail(.outOfStock(short)) }
      if digest.isEmpty { digest = OrderRules.bodyDigest(order) }
      return move(to: .holding(lines: lines, totalMinor: total), .hold)
    }
  }

  private mutating func pricedAgain(_ pricing: Pricing) -> Action {
    switch pricing {
    case .unknown(let skus): storedOr(.skuUnknown(skus))
    case .currencyMismatch(let skus): storedOr(.currencyMismatch(skus))
    case .totalOverflow: storedOr(.totalOverflow)
    case .priced(let lines, let total, _): write(lines, total)
    }
  }

  private mutating func notHeld(_ held: InventoryCaller.Held) -> Action {
    switch held {
    case .held: fail(.write(.unforeseen))
    case .outOfStock(let short): storedOr(.outOfStock(short))
    case .unknownSKU(let skus): storedOr(.skuUnknown(skus))
    // Another body holds under this key and is not decided yet.
    case .conflict: storedOr(.requestInProgress)
    // Nothing can ever be held under this id again, so no order will exist under it.
    case .released: storedOr(.orderAborted)
    }
  }

  /// What our own row says, if there is one, else the refusal. Without a key there is none.
  private mutating func storedOr(_ refusal: Refusal) -> Action {
    order.isKeyed ? move(to: .reading(refusal), .read) : fail(refusal)
  }

  private func answer(_ stored: StoredOrder) -> Action {
    switch OrderRules.answer(stored: stored, asked: digest) {
    case .receipt(let body):
      let placement = Placement(receipt: Receipt(stored, body), isReplay: true)
      return .end(.success(placement), closesID: false)
    case .reused: return fail(.requestIDReused(orderID))
    case .aborted: return fail(.orderAborted)
    }
  }

  /// The caller of an order without a key is gone, or has stopped waiting, when pieces may be held
  /// for it: nobody can ask for this order again. An order with a key is left to its retry, or to
  /// be asked about.
  private func fail(_ refusal: Refusal) -> Action {
    let isUnheard = refusal == .write(.cancelled) || refusal == .write(.deadline)
    let mayHold =
      switch step {
      case .holding, .writing: true
      case .quoting, .holdingUnpriced, .quotingAgain, .reading: false
      }
    return .end(.failure(refusal), closesID: !order.isKeyed && isUnheard && mayHold)
  }
}
