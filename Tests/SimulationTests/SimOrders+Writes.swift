import Contracts
import Operations
import Postgres

@testable import Orders

/// How `OrderStore` writes a batch: new orders first, then wishes to cancel.
extension SimOrders {
  typealias Written = Result<OrderWritten, WriteFailure>

  func write(_ batch: [OrderWrite], _ done: @escaping ([Written]) -> Void) {
    var orders: [NewOrder] = [], cancellations: [Cancellation] = []
    for write in batch {
      switch write {
      case .place(let order): orders.append(order)
      case .cancel(let cancellation): cancellations.append(cancellation)
      }
    }
    place(orders, Array(repeating: nil, count: orders.count)) { [self] placed in
      cancel(cancellations) { cancelled in
        var placed = placed[...], cancelled = cancelled[...]
        done(
          batch.map { write in
            let answer =
              switch write {
              case .place: placed.popFirst()
              case .cancel: cancelled.popFirst()
              }
            return answer ?? .failure(.unforeseen)
          })
      }
    }
  }

  /// Orders of one id are written one after the other.
  private func place(
    _ orders: [NewOrder], _ known: [Written?], _ done: @escaping ([Written]) -> Void
  ) {
    var seen: Set<OrderID> = []
    let round = orders.indices.filter {
      known[$0] == nil && seen.insert(orders[$0].orderID).inserted
    }
    guard !round.isEmpty else { return done(known.map { $0 ?? .failure(.unforeseen) }) }
    var written: [OrderWritten] = []
    stream.write(
      round.map { orders[$0] },
      fast: { [self] orders, position, _, heard in
        writes.pipeline([
          LedgerSQL.insertLog(position, LedgerSQL.placed(orders)), LedgerSQL.insertOrders(orders),
        ]) { error in
          if error == nil { written = orders.map { _ in .placed } }
          heard(error, true)
        }
      },
      slow: { [self] orders, position, isDoubtful, heard in
        slow(orders, position, isDoubtful) { outcomes, error, isLogged in
          written = outcomes
          heard(error, isLogged)
        }
      }
    ) { [self] failure in
      var answers = known
      for (place, index) in round.enumerated() {
        answers[index] =
          failure.map { .failure($0) }
          ?? (place < written.count ? .success(written[place]) : .failure(.unforeseen))
      }
      place(orders, answers, done)
    }
  }

  private func slow(
    _ orders: [NewOrder], _ position: LogPosition, _ isDoubtful: Bool,
    _ done: @escaping ([OrderWritten], PostgresError?, _ isLogged: Bool) -> Void
  ) {
    var new: Set<OrderID> = []
    var stored: [OrderID: StoredOrder] = [:]
    var outcomes: [OrderWritten] = []
    writes.transaction([
      LedgerSQL.insertNewOrders(orders) { new = $0 },
      LedgerSQL.selectOrders(orders.map(\.orderID)) { stored = $0 },
    ]) { [self] in
      guard
        let judged = OrderRules.written(orders, new: new, stored: stored, mayBeOurs: isDoubtful)
      else {
        shop.history.breach("unforeseen: an order neither inserted nor found")
        return nil
      }
      outcomes = judged
      let winners = orders.filter { new.contains($0.orderID) }
      return winners.isEmpty ? nil : [LedgerSQL.insertLog(position, LedgerSQL.placed(winners))]
    } _: {
      done(outcomes, $0, $1)
    }
  }

  private func cancel(_ wishes: [Cancellation], _ done: @escaping ([Written]) -> Void) {
    guard !wishes.isEmpty else { return done([]) }
    var outcomes: [OrderWritten] = []
    stream.write(
      wishes, fast: nil,
      slow: { [self] wishes, position, isDoubtful, heard in
        var stored: [OrderID: StoredOrder] = [:]
        let ids = Set(wishes.map(\.orderID)).sorted()
        writes.transaction([LedgerSQL.lockOrders(ids) { stored = $0 }]) { [self] in
          let judged = OrderRules.cancel(wishes, stored: stored, mayBeOurs: isDoubtful)
          outcomes = judged.outcomes.map { .cancellation($0) }
          guard !judged.changed.isEmpty else { return nil }
          let moves = judged.changed.map {
            SimLedger.Move(
              id: $0.orderID, kind: OrderStatements.cancelledKind, version: $0.version)
          }
          return [
            LedgerSQL.update(judged.changed),
            LedgerSQL.insertSettleDue(judged.changed.map(\.orderID)) { [self] in
              database.wallClock
            },
            LedgerSQL.insertLog(position, moves),
          ]
        } _: {
          heard($0, $1)
        }
      }
    ) { failure in
      done(
        wishes.indices.map { index in
          failure.map { .failure($0) }
            ?? (index < outcomes.count ? .success(outcomes[index]) : .failure(.unforeseen))
        })
    }
  }

  func cancelOrder(_ id: OrderID, _ reply: @escaping (Written) -> Void) {
    let wish = Cancellation(
      orderID: id, customerID: nil, expectedVersion: nil,
      at: Microseconds(sinceEpoch: node.wallClock))
    _ = writer?.submit(.cancel(wish)) { [self] written in
      if case .success(.cancellation(.cancelled)) = written { tellSoon() }
      reply(written)
    }
  }
}
