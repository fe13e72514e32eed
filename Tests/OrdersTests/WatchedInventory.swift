import Contracts
import RPC
import Synchronization

/// An inventory with an ear at the door: it counts calls, and a test may fail some of them before
/// or after the real inventory has done its work, which is what a cut connection looks like.
final class WatchedInventory: InventoryService {
  /// Called with the number of the call, from 1, and may throw what the caller shall see.
  typealias Hook = @Sendable (Int) async throws(RPCError) -> Void

  struct Hooks: Sendable {
    var beforeCheck: Hook = { _ in }
    var afterCheck: Hook = { _ in }
    var beforeReserve: Hook = { _ in }
    var afterReserve: Hook = { _ in }
    var beforeSettle: @Sendable () async throws(RPCError) -> Void = {}
    var afterSettle: @Sendable () async throws(RPCError) -> Void = {}
  }

  struct Counts: Equatable, Sendable {
    var checks = 0
    var reserves = 0
  }

  private let inner: any InventoryService
  private let shared = Mutex((hooks: Hooks(), counts: Counts(), settles: 0))

  init(_ inner: any InventoryService) { self.inner = inner }

  var counts: Counts { shared.withLock { $0.counts } }
  var settleCount: Int { shared.withLock { $0.settles } }

  /// Counting starts anew with the hooks.
  func set(_ hooks: Hooks = Hooks()) {
    shared.withLock { $0 = (hooks, Counts(), 0) }
  }

  func checkStock(
    _ request: CheckStockRequest, _ call: CallContext
  ) async throws(RPCError) -> CheckStockResponse {
    let (hooks, number) = shared.withLock { shared in
      shared.counts.checks += 1
      return (shared.hooks, shared.counts.checks)
    }
    try await hooks.beforeCheck(number)
    let response = try await inner.checkStock(request, call)
    try await hooks.afterCheck(number)
    return response
  }

  func reserveStock(
    _ request: ReserveStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReserveStockResponse {
    let (hooks, number) = shared.withLock { shared in
      shared.counts.reserves += 1
      return (shared.hooks, shared.counts.reserves)
    }
    try await hooks.beforeReserve(number)
    let response = try await inner.reserveStock(request, call)
    try await hooks.afterReserve(number)
    return response
  }

  func reconcileStock(
    _ request: ReconcileStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ReconcileStockResponse {
    try await inner.reconcileStock(request, call)
  }

  func settleReservations(
    _ request: SettleReservationsRequest, _ call: CallContext
  ) async throws(RPCError) -> SettleReservationsResponse {
    let hooks = shared.withLock { shared in
      shared.settles += 1
      return shared.hooks
    }
    try await hooks.beforeSettle()
    let response = try await inner.settleReservations(request, call)
    try await hooks.afterSettle()
    return response
  }

  func listStock(
    _ request: ListStockRequest, _ call: CallContext
  ) async throws(RPCError) -> ListStockResponse {
    try await inner.listStock(request, call)
  }

  func adjustStock(
    _ request: AdjustStockRequest, _ call: CallContext
  ) async throws(RPCError) -> AdjustStockResponse {
    try await inner.adjustStock(request, call)
  }
}

/// Opens once; who comes before waits.
final class Gate: Sendable {
  private typealias Waiting = [CheckedContinuation<Void, Never>]
  private let state = Mutex<(isOpen: Bool, waiting: Waiting)>((false, []))
  private let arrived = Mutex<[CheckedContinuation<Void, Never>]>([])
  private let hasArrival = Mutex(false)

  func pass() async {
    let waiting = arrived.withLock { waiting in
      hasArrival.withLock { $0 = true }
      defer { waiting = [] }
      return waiting
    }
    for continuation in waiting { continuation.resume() }
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  /// Returns when somebody stands at the gate or has passed it.
  func waitForArrival() async {
    await withCheckedContinuation { continuation in
      let isThere = arrived.withLock { waiting in
        let isThere = hasArrival.withLock { $0 }
        if !isThere { waiting.append(continuation) }
        return isThere
      }
      if isThere { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
