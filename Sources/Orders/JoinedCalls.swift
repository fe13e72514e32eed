internal import Contracts
internal import Operations
internal import RPC
internal import Synchronization

/// Runs calls for one order one at a time.
///
/// Calls with the body of the first share its work and its answer; the work goes on until the
/// latest of their deadlines. Calls with another body are judged when it has ended.
final class JoinedCalls: Sendable {
  typealias Answer = Result<Placement, Refusal>
  typealias Work = @Sendable (Deadline) async -> Answer

  private struct Running {
    let digest: [UInt8]
    /// The latest deadline of all who wait for this work.
    var latest: Deadline
    var callers: [Caller]
    /// Those with another body, who start over when this has ended.
    var others: [Mailbox<Turn>] = []
  }

  private struct Caller {
    let mailbox: Mailbox<Answer>
    let deadline: Deadline
    var hasTimer: Bool
  }

  private enum Turn {
    case over
    case failed(Refusal)
  }

  private enum Admission {
    case lead(Mailbox<Answer>)
    case join(Mailbox<Answer>)
    case wait(Mailbox<Turn>)
  }

  private let table = Mutex<[OrderID: Running]>([:])
  private let executor: (any TaskExecutor)?

  /// - Parameter executor: where the work runs; nil is any thread.
  init(executor: (any TaskExecutor)? = nil) { self.executor = executor }

  func run(
    _ orderID: OrderID, digest: [UInt8], deadline: Deadline, work: @escaping Work
  ) async -> Answer {
    while true {
      switch admit(orderID, digest, deadline) {
      case .lead(let mailbox):
        // A task of its own, since it may have to outlive the call that started it. It begins at
        // once, for the call has nothing to do but to wait for it.
        Task.immediate(executorPreference: executor) { await self.lead(orderID, deadline, work) }
        return await mailbox.take(ifCancelled: .failure(.write(.cancelled)))
      case .join(let mailbox):
        return await mailbox.take(ifCancelled: .failure(.write(.cancelled)))
      case .wait(let mailbox):
        mailbox.put(.failed(.write(.deadline)), at: deadline)
        if case .failed(let refusal) = await mailbox.take(ifCancelled: .failed(.write(.cancelled)))
        {
          return .failure(refusal)
        }
      }
    }
  }

  /// How many calls wait for an answer, or for their turn.
  var waitingCount: Int {
    table.withLock { $0.values.reduce(0) { $0 + $1.callers.count + $1.others.count } }
  }

  private func admit(_ orderID: OrderID, _ digest: [UInt8], _ deadline: Deadline) -> Admission {
    table.withLock { table in
      guard var running = table[orderID] else {
        let mailbox = Mailbox<Answer>()
        // Its work keeps to its deadline by itself, so it needs a timer only once others join.
        let caller = Caller(mailbox: mailbox, deadline: deadline, hasTimer: false)
        table[orderID] = Running(digest: digest, latest: deadline, callers: [caller])
        return .lead(mailbox)
      }
      defer { table[orderID] = running }
      guard running.digest == digest else {
        let mailbox = Mailbox<Turn>()
        running.others.append(mailbox)
        return .wait(mailbox)
      }
      running.latest = max(running.latest, deadline)
      running.callers.append(
        Caller(mailbox: Mailbox<Answer>(), deadline: deadline, hasTimer: false))
      for index in running.callers.indices {
        let caller = running.callers[index]
        guard !caller.hasTimer, caller.deadline < running.latest else { continue }
        running.callers[index].hasTimer = true
        caller.mailbox.put(.failure(.write(.deadline)), at: caller.deadline)
      }
      return .join(running.callers[running.callers.count - 1].mailbox)
    }
  }

  private func lead(_ orderID: OrderID, _ first: Deadline, _ work: Work) async {
    var deadline = first
    while true {
      let answer = await work(deadline)
      let ended = table.withLock { table -> Running? in
        guard let running = table[orderID] else { return nil }
        if case .failure(.write(.deadline)) = answer, running.latest > deadline {
          deadline = running.latest
          return nil
        }
        return table.removeValue(forKey: orderID)
      }
      guard let ended else { continue }
      tell(answer, to: ended)
      return
    }
  }

  /// The first who still listens hears the answer as it is; for all others it is a replay.
  private func tell(_ answer: Answer, to running: Running) {
    var replay = answer
    if case .success(var placement) = answer {
      placement.isReplay = true
      replay = .success(placement)
    }
    var isTold = false
    for caller in running.callers {
      if caller.mailbox.put(isTold ? replay : answer) { isTold = true }
    }
    for other in running.others { other.put(.over) }
  }
}
