internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import RPC

/// Takes holds, a batch at a time.
///
/// A batch goes through the database like this, and mostly takes the first arrow alone:
///
/// ```
///   admitted by the view ──▶ fast path ──▶ held
///                               │ a guard fails
///                               ▼
///   doubtful ──▶ look ──▶   slow path  ──▶ held, or the stored state, or what is short
///                 └──▶ the stored state, or what is short
/// ```
/// Nobody hears "out of stock" but by committed figures read after a look for a hold of their own.
struct StockStore: Sendable {
  let stream: WriteStream
  let view: StockView
  /// Given when this replica is the only one that writes, or none.
  var lease: StreamLease?
  let logger: Logger
  /// When nobody waits any more for what is being written.
  var deadline = Deadline.never

  typealias Answer = Result<HoldAnswer, WriteFailure>

  /// Answers each hold, in order. Requests for one order are judged one after the other.
  func take(_ holds: [HoldRequest]) async -> [Answer] {
    var answers: [Answer?] = Array(repeating: nil, count: holds.count)
    var waiting = Array(holds.indices)
    var isFirstRound = true
    while !waiting.isEmpty {
      var seen: Set<OrderID> = []
      var round: [Int] = []
      var later: [Int] = []
      for index in waiting {
        if seen.insert(holds[index].orderID).inserted {
          round.append(index)
        } else {
          later.append(index)
        }
      }
      waiting = later
      // From the second round on there may be a hold of the same order from the first.
      let settled = await takeRound(round.map { holds[$0] }, looksFirst: !isFirstRound)
      for (index, answer) in zip(round, settled) { answers[index] = answer }
      isFirstRound = false
    }
    return answers.map { $0 ?? .failure(.unforeseen) }
  }

  /// Answers holds of different orders.
  private func takeRound(_ holds: [HoldRequest], looksFirst: Bool) async -> [Answer] {
    var round = Round(holds)
    // Who would be short even alone, or names a SKU never seen, is looked up before anything is
    // written: when everything is sold out, refusing must not cost a commit.
    let alone = view.available(holds.lazy.flatMap(\.lines).map(\.sku))
    let doubtful = round.open.filter { looksFirst || !Self.fits(holds[$0], alone) }
    round.answer(doubtful, await look(doubtful.map { holds[$0] }))

    let open = round.open
    let available =
      doubtful.isEmpty
      ? alone : view.available(open.lazy.flatMap { holds[$0].lines }.map(\.sku))
    let allocated = StockRules.allocate(available: available, holds: open.map { holds[$0] })
    let admitted = zip(open, allocated).filter { $1 == .taken }.map(\.0)
    round.answer(admitted, await write(admitted.map { holds[$0] }, paths))

    // What was short only by what others of this batch wanted had to wait until they have it.
    let late = round.open
    round.answer(late, await look(late.map { holds[$0] }))
    let left = round.open
    round.answer(left, await write(left.map { holds[$0] }, slowPath))
    return round.answers.map { $0 ?? .failure(.unforeseen) }
  }

  private static func fits(_ hold: HoldRequest, _ available: [SKU: Int64]) -> Bool {
    hold.lines.allSatisfy { available[$0.sku, default: -1] >= Int64($0.quantity) }
  }

  private func write(
    _ holds: [HoldRequest], _ paths: BatchPaths<HoldRequest, HoldAnswer>
  ) async -> [Answer?] {
    await stream.write(holds, paths, until: deadline)
  }

  /// Holds of one batch and what is known of each.
  private struct Round {
    var answers: [Answer?]

    init(_ holds: [HoldRequest]) { answers = Array(repeating: nil, count: holds.count) }

    /// The indices of those without an answer, in order of arrival.
    var open: [Int] { answers.indices.filter { answers[$0] == nil } }

    mutating func answer(_ indices: [Int], _ found: [Answer?]) {
      for (index, answer) in zip(indices, found) { answers[index] = answer }
    }
  }
}
