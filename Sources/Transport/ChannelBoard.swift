internal import RPC
internal import Synchronization

/// What a channel posts for other threads. Calls only touch a counter; the rest changes with the
/// connections.
final class ChannelBoard: Sendable {
  struct Row {
    let address: String
    let gauges: [ConnectionGauge]
    let lastError: RPCError?
  }

  let waitingCalls = Atomic(0)
  private let posted = Mutex<(state: ChannelState, rows: [Row])>((.idle, []))

  func post(_ state: ChannelState, _ rows: [Row]) { posted.withLock { $0 = (state, rows) } }

  var status: ChannelStatus {
    let (state, rows) = posted.withLock { $0 }
    return ChannelStatus(
      state: state, waitingCalls: waitingCalls.load(ordering: .relaxed),
      addresses: rows.map { row in
        ChannelStatus.Address(
          address: row.address,
          openStreams: row.gauges.map { $0.openStreams.load(ordering: .relaxed) },
          lastError: row.lastError)
      })
  }
}
