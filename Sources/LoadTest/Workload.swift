/// Every request of a run, as a pure function of the seed and the index of the request.
///
/// Nothing here depends on time, threads or earlier calls, so two runs with one seed offer the
/// same requests in the same order however many connections or threads carry them.
public struct Workload: Sendable {
  public let settings: WorkloadSettings
  private let sampler: ZipfSampler
  let catalogue: Catalogue

  /// Warm-up requests have indexes of their own from here on. If they took the first ones, the
  /// measured part would begin at an index that depends on how fast the warm-up went.
  static let warmUpIndexBase: UInt64 = 1 << 62

  /// As many customers as make two orders of one customer at once rare but possible.
  static let customers: UInt64 = 10_000

  /// How far back a repeated key is taken from, and how close: near enough to be remembered by
  /// whoever serves it, far enough to have been answered as a rule.
  static let repeatDistanceMax: UInt64 = 10_000
  static let repeatDistanceMin: UInt64 = 1_000

  public init(_ settings: WorkloadSettings) throws(LoadError) {
    try settings.validate()
    self.settings = settings
    sampler = ZipfSampler(count: settings.skus, exponent: settings.zipfExponent)
    catalogue = Catalogue(count: settings.skus)
  }

  func draw(_ index: UInt64) -> RequestDraw {
    let mix: RequestMix
    switch settings.content {
    case .method(let method):
      return .raw(body: Int(index % UInt64(max(method.bodies.count, 1))))
    case .mix(let shares): mix = shares
    }
    var random = RandomSource(seed: settings.seed, index: index)
    switch mix.pick(from: &random) {
    case .placeOrder: return drawOrder(index, from: &random, mix)
    case .getOrder: return .getOrder(random.below(.max))
    case .listOrders: return .listOrders(customer: random.below(Self.customers))
    case .cancelOrder: return .cancelOrder
    case .checkStock, .raw: return .checkStock(lines(from: &random))
    }
  }

  private func drawOrder(
    _ index: UInt64, from random: inout RandomSource, _ mix: RequestMix
  ) -> RequestDraw {
    let repetition = Repetition(from: &random, settings)
    if repetition != .none, var order = earlierOrder(than: index, from: &random, mix) {
      if repetition == .conflict { order.contradictOriginal() }
      return .placeOrder(order)
    }
    return .placeOrder(freshOrder(index, from: &random))
  }

  /// The order that first carried the key of this index; nil when that index is no order.
  func order(keyIndex index: UInt64) -> DrawnOrder? {
    guard case .mix(let mix) = settings.content else { return nil }
    var random = RandomSource(seed: settings.seed, index: index)
    guard mix.pick(from: &random) == .placeOrder, Repetition(from: &random, settings) == .none
    else {
      // A repetition that found no order to repeat is a new one.
      guard case .placeOrder(let order) = draw(index), order.keyIndex == index else { return nil }
      return order
    }
    return freshOrder(index, from: &random)
  }

  /// The idempotency key of an order.
  func key(_ index: UInt64) -> String {
    OrderKey.text(seed: settings.seed, slice: settings.slice, index: index)
  }

  /// The name of a customer.
  func customer(_ number: UInt64) -> String {
    OrderKey.customer(seed: settings.seed, slice: settings.slice, number)
  }

  /// What kind of request `draw` will make of this index.
  func kind(_ index: UInt64) -> RequestKind {
    guard case .mix(let mix) = settings.content else { return .raw }
    var random = RandomSource(seed: settings.seed, index: index)
    return mix.pick(from: &random)
  }

  private enum Repetition {
    case none
    case duplicate
    case conflict

    init(from random: inout RandomSource, _ settings: WorkloadSettings) {
      let ticket = random.unit()
      let conflicts = settings.conflictKeys.value
      self =
        ticket < conflicts
        ? .conflict
        : ticket < conflicts + settings.duplicateKeys.value ? .duplicate : .none
    }
  }

  private func freshOrder(_ index: UInt64, from random: inout RandomSource) -> DrawnOrder {
    let customer = random.below(Self.customers)
    return DrawnOrder(customer: customer, lines: lines(from: &random), keyIndex: index)
  }

  /// An order before `index` that repeats no other itself; nil when none is near.
  private func earlierOrder(
    than index: UInt64, from random: inout RandomSource, _ mix: RequestMix
  ) -> DrawnOrder? {
    let base = index >= Self.warmUpIndexBase ? Self.warmUpIndexBase : 0
    let before = index - base
    let nearest = min(Self.repeatDistanceMin, before / 2 + 1)
    let farthest = min(Self.repeatDistanceMax, before)
    guard nearest <= farthest else { return nil }
    let distance = nearest + random.below(farthest - nearest + 1)
    // Orders may be rare in the mix, so the search goes on backwards, but not for ever.
    for candidate in (base...(index - distance)).suffix(Self.searchMax).reversed() {
      var source = RandomSource(seed: settings.seed, index: candidate)
      guard mix.pick(from: &source) == .placeOrder,
        Repetition(from: &source, settings) == .none
      else { continue }
      return freshOrder(candidate, from: &source)
    }
    return nil
  }

  private static let searchMax = 64

  /// Lines of distinct SKUs, unless repeats are allowed.
  private func lines(from random: inout RandomSource) -> [DrawnLine] {
    let count = draw(settings.lines, from: &random)
    var lines: [DrawnLine] = []
    lines.reserveCapacity(count)
    for _ in 0..<count {
      let rank = rank(notIn: lines, from: &random)
      lines.append(DrawnLine(rank: rank, quantity: Int64(draw(settings.quantity, from: &random))))
    }
    return lines
  }

  private func rank(notIn lines: [DrawnLine], from random: inout RandomSource) -> Int {
    let first = sampler.rank(from: &random)
    guard !settings.repeatsSKU else { return first }
    var rank = first
    for _ in 0..<Self.redrawsMax {
      if !lines.contains(where: { $0.rank == rank }) { return rank }
      rank = sampler.rank(from: &random)
    }
    // With a steep distribution or a small catalogue the same few ranks would come up for ever.
    // The next free one ends it; there is one, since no order has more lines than there are SKUs.
    while lines.contains(where: { $0.rank == rank }) { rank = (rank + 1) % settings.skus }
    return rank
  }

  private static let redrawsMax = 32

  private func draw(_ range: NumberRange, from random: inout RandomSource) -> Int {
    range.lowest + Int(random.below(UInt64(range.count)))
  }
}

extension DrawnOrder {
  /// The same key for other lines, which a service must refuse.
  fileprivate mutating func contradictOriginal() {
    mustConflict = true
    guard let quantity = lines.first?.quantity else { return }
    lines[0].quantity = quantity < WorkloadSettings.quantityMax ? quantity + 1 : quantity - 1
  }
}
