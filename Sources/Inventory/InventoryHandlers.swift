public import Contracts
internal import Operations
public import RPC

/// `inventory.v1.Inventory`: requests become rules' values here, and errors of ours become
/// statuses.
public struct InventoryHandlers: InventoryService {
  let reader: StockReader
  let writer: Flusher<StockWrite, StockWritten>
  let settler: HoldSettler
  let settlement: HoldSettlement
  let auditor: StockAuditor
  let lister: StockLister
  let watch: StockWatch
  let deadlines: CallDeadlines

  public func checkStock(
    _ request: CheckStockRequest, _ call: CallContext
  ) async throws(RPCError) -> CheckStockResponse {
    let question: StockQuestion
    do throws(InvalidRequest) {
      question = try StockRequests.question(request)
    } catch {
      throw RPCError(error)
    }
    do throws(WriteFailure) {
      return try await reader.answer(question, deadline: deadlines.effective(call.deadline))
    } catch {
      throw RPCError(error)
    }
  }

  public func reserveStock(
    _ request: ReserveStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReserveStockResponse {
    let holds: [HoldRequest]
    let committed: [OrderID]
    do throws(InvalidRequest) {
      (holds, committed) = try StockRequests.holds(request)
    } catch {
      throw RPCError(error)
    }
    settler.commit(committed)
    let answers = await writer.submit(
      holds.map(StockWrite.hold), deadline: deadlines.effective(call.deadline))
    var response = ReserveStockResponse()
    response.outcomes.reserveCapacity(holds.count)
    for (hold, answer) in zip(holds, answers) {
      // One hold that could not be judged fails the call: its caller repeats all of it, and the
      // holds that were taken answer what is stored.
      guard case .hold(let outcome) = try written(answer) else {
        throw RPCError(WriteFailure.unforeseen)
      }
      response.outcomes.append(HoldOutcome(hold.orderID, outcome))
    }
    return response
  }

  public func settleReservations(
    _ request: SettleReservationsRequest, _ call: CallContext
  ) async throws(RPCError) -> SettleReservationsResponse {
    let asked: [(id: OrderID, isReleased: Bool)]
    do throws(InvalidRequest) {
      asked = try StockRequests.settlements(request)
    } catch {
      throw RPCError(error)
    }
    try call.checkDeadline()
    let ids = asked.map(\.id)
    let states: [OrderID: HoldState]
    do throws(WriteFailure) {
      // One that is both ends released, whichever comes first in the request.
      try await settlement.commit(asked.filter { !$0.isReleased }.map(\.id))
      try await settlement.release(
        asked.filter(\.isReleased).map(\.id), deadline: deadlines.effective(call.deadline))
      states = try await settlement.states(ids)
    } catch {
      throw RPCError(error)
    }
    return SettleReservationsResponse(
      settlements: ids.map {
        SettledReservation(orderID: $0.description, state: states[$0] ?? .unknown)
      })
  }

  public func listStock(
    _ request: ListStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ListStockResponse {
    try await lister.list(request, deadline: deadlines.effective(call.deadline))
  }

  public func watchStock(
    _ request: WatchStockRequest, _ replies: MessageWriter<WatchStockResponse>, _ call: CallContext
  ) async throws(RPCError) {
    try await watch.watch(request, replies)
  }

  public func adjustStock(
    _ request: AdjustStockRequest, _ call: CallContext
  ) async throws(RPCError) -> AdjustStockResponse {
    let change: StockChange
    do throws(InvalidRequest) {
      change = try StockRequests.change(request)
    } catch {
      throw RPCError(error)
    }
    let answer = await writer.submit(
      [.change(change)], deadline: deadlines.effective(call.deadline))
    guard let first = answer.first, case .change(let outcome) = try written(first) else {
      throw RPCError(WriteFailure.unforeseen)
    }
    return try AdjustStockResponse(outcome)
  }

  public func reconcileStock(
    _ request: ReconcileStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReconcileStockResponse {
    let limit: Int
    do throws(InvalidRequest) {
      limit = try StockRequests.violationLimit(request)
    } catch {
      throw RPCError(error)
    }
    do throws(WriteFailure) {
      return try await auditor.audit(limit: limit, deadline: deadlines.effective(call.deadline))
    } catch {
      throw RPCError(error)
    }
  }

  private func written(
    _ answer: Result<StockWritten, WriteFailure>
  ) throws(RPCError) -> StockWritten {
    do throws(WriteFailure) {
      return try answer.get()
    } catch {
      throw RPCError(error)
    }
  }
}
