internal import Contracts

/// The orders of one customer in the books beside the answers that were given about them.
///
/// A pure comparison: whoever read the books does not matter.
struct CustomerCheck {
  /// A key of this run with what was answered about it.
  private struct Key {
    var index: UInt64
    var order: DrawnOrder
    var acknowledged: [AnswerLog.Entry] = []
    var isMatched = false
  }

  let workload: Workload
  /// The mix cancels orders, so a cancelled one is no surprise.
  let cancels: Bool
  /// When the first order of this run was made; nil when none was.
  private let since: Moment?
  /// Pieces that should be reserved, by rank.
  private(set) var units: [Int: Int64] = [:]
  private(set) var report = VerificationReport()

  init(_ workload: Workload, since: Moment?) {
    self.workload = workload
    self.since = since
    cancels = workload.settings.sends(.cancelOrder)
  }

  /// - Parameters:
  ///   - entries: all of one customer.
  ///   - orders: all that the service lists for this customer.
  mutating func compare(_ entries: [AnswerLog.Entry], with orders: [Order]) {
    var keys: [UInt64: Key] = [:]
    for entry in entries {
      guard let order = workload.order(keyIndex: entry.keyIndex) else { continue }
      var key = keys[entry.keyIndex] ?? Key(index: entry.keyIndex, order: order)
      switch entry.kind {
      case .acknowledged: key.acknowledged.append(entry)
      case .inDoubt: break
      case .conflictAccepted:
        report.add(
          Violation(
            "an order was made for another order's key", key: name(entry.keyIndex),
            expected: Expectation.conflictReason, found: "OK"))
      }
      keys[entry.keyIndex] = key
    }
    var books: [UInt64: Order] = [:]
    for order in orders {
      guard let id = OrderID(order.orderID) else { continue }
      books[AnswerLog.fold(high: id.high, low: id.low)] = order
    }
    for index in keys.keys.sorted() {
      guard var key = keys[index], let first = key.acknowledged.first else { continue }
      report.acknowledged += 1
      checkAnswers(key)
      key.isMatched = true
      keys[index] = key
      // Answers that were only ever told again are of an earlier run, unless this one's was lost.
      let isOlder = key.acknowledged.allSatisfy(\.isReplay) && !hasLostAnswer(entries, index)
      if isOlder { report.older += 1 }
      guard let order = books.removeValue(forKey: first.order) else {
        report.add(
          Violation(
            "an acknowledged order is not in the books", key: name(index), expected: "the order",
            found: "nothing"))
        continue
      }
      checkLines(key, order)
      if !isOlder { count(key.order, order) }
    }
    for order in books.values.sorted(by: { $0.orderID < $1.orderID }) {
      explain(order, &keys)
    }
    report.inDoubt += UInt64(keys.values.count { $0.acknowledged.isEmpty })
  }

  private func hasLostAnswer(_ entries: [AnswerLog.Entry], _ index: UInt64) -> Bool {
    entries.contains { $0.keyIndex == index && $0.kind == .inDoubt }
  }

  private func name(_ index: UInt64) -> String { workload.key(index) }

  /// All definite answers to one key are equal.
  private mutating func checkAnswers(_ key: Key) {
    guard let first = key.acknowledged.first else { return }
    if key.acknowledged.contains(where: { $0.order != first.order }) {
      report.add(
        Violation(
          "two orders of one key", key: name(key.index), expected: "one order",
          found: "answers with different orders"))
    } else if key.acknowledged.contains(where: { $0.checksum != first.checksum }) {
      report.add(
        Violation(
          "two answers to one key differ", key: name(key.index), expected: "the same bytes",
          found: "others"))
    }
  }

  private mutating func checkLines(_ key: Key, _ order: Order) {
    let asked = pieces(key.order)
    let kept = pieces(order)
    for sku in Set(asked.keys).union(kept.keys).sorted() where asked[sku] != kept[sku] {
      report.add(
        Violation(
          "an order has other lines than were asked for", key: name(key.index),
          orderID: order.orderID, sku: sku, expected: "\(asked[sku] ?? 0)",
          found: "\(kept[sku] ?? 0)"))
    }
    if order.status == .cancelled, !cancels {
      report.add(
        Violation(
          "an order was cancelled that nobody cancelled", key: name(key.index),
          orderID: order.orderID, expected: "CONFIRMED", found: "CANCELLED"))
    }
  }

  /// An order that no answer told of: one whose answer was lost, or one too many.
  private mutating func explain(_ order: Order, _ keys: inout [UInt64: Key]) {
    guard let since, Moment(order.createdAt) >= since else {
      report.older += 1
      return
    }
    let kept = pieces(order)
    let lost = keys.values.filter { !$0.isMatched && pieces($0.order) == kept }
    if let key = lost.min(by: { $0.index < $1.index }) {
      keys[key.index]?.isMatched = true
      report.inDoubtFound += 1
      return count(key.order, order)
    }
    let twin = keys.values.filter { pieces($0.order) == kept }.min { $0.index < $1.index }
    report.add(
      Violation(
        twin == nil ? "an order that nobody placed" : "two orders of one key",
        key: twin.map { name($0.index) }, orderID: order.orderID, expected: "no order",
        found: order.status.name ?? "status \(order.status.rawValue)"))
  }

  private mutating func count(_ drawn: DrawnOrder, _ order: Order) {
    guard order.status != .cancelled else { return }
    for line in drawn.lines { units[line.rank, default: 0] += line.quantity }
  }

  private func pieces(_ order: DrawnOrder) -> [String: Int64] {
    order.lines.reduce(into: [:]) {
      $0[workload.catalogue.names[$1.rank], default: 0] += $1.quantity
    }
  }

  /// Figures of a peer may be anything, so their sum stops at the end of its type.
  private func pieces(_ order: Order) -> [String: Int64] {
    order.lines.reduce(into: [:]) { sum, line in
      let (pieces, overflow) = sum[line.sku, default: 0].addingReportingOverflow(line.quantity)
      sum[line.sku] = overflow ? .max : pieces
    }
  }
}
