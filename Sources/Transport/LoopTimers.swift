internal import NIOCore
internal import Synchronization

/// What a timer is for.
enum TimerPurpose: Equatable {
  case deadline(Int32)
  case handshake
  case headerBlock
  case drain
  case keepalive
  case idle
  case age
  case ageGrace
  case stall
}

/// Who is told when a timer has fired.
protocol TimerTarget: AnyObject {
  func timerFired(_ purpose: TimerPurpose)
}

/// The timers of one event loop: a wheel, and one timer of the loop itself that turns it.
final class LoopTimers: @unchecked Sendable {
  typealias Token = TimerWheel<Entry>.Token

  struct Entry {
    let target: any TimerTarget
    let purpose: TimerPurpose
  }

  /// A tick is half a millisecond: with the time the loop takes to wake up, no timer is later than
  /// one. A power of two, because every timer divides by it.
  private static let tickBits: UInt64 = 19

  private static let all = Mutex<[ObjectIdentifier: LoopTimers]>([:])

  private let eventLoop: any EventLoop
  private var wheel: TimerWheel<Entry>
  private var turning: Scheduled<Void>?
  private var turnsAt = UInt64.max

  /// The one of `eventLoop`, made when it is first asked for.
  static func of(_ eventLoop: any EventLoop) -> LoopTimers {
    all.withLock { all in
      if let timers = all[ObjectIdentifier(eventLoop)] { return timers }
      let timers = LoopTimers(eventLoop)
      all[ObjectIdentifier(eventLoop)] = timers
      return timers
    }
  }

  private init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
    wheel = TimerWheel(now: NIODeadline.now().uptimeNanoseconds >> Self.tickBits)
  }

  /// How many are set.
  var count: Int { wheel.count }

  /// Tells `target` after `duration`, once, on the event loop. The wheel holds it until then.
  func set(_ target: any TimerTarget, _ purpose: TimerPurpose, after duration: Duration) -> Token {
    let (sum, overflow) = NIODeadline.now().uptimeNanoseconds.addingReportingOverflow(
      UInt64(clamping: TimeAmount(duration).nanoseconds))
    // Rounded up: a deadline never fires early.
    let tick = (overflow ? UInt64.max : sum) >> Self.tickBits + 1
    let token = wheel.insert(Entry(target: target, purpose: purpose), at: tick)
    if let next = wheel.nextTick, next < turnsAt { turn(at: next) }
    return token
  }

  func cancel(_ token: Token) { wheel.cancel(token) }

  private func turn(at tick: UInt64) {
    turning?.cancel()
    turnsAt = tick
    turning = eventLoop.scheduleTask(
      deadline: .uptimeNanoseconds(tick << Self.tickBits)
    ) { self.fire() }
  }

  private func fire() {
    turning = nil
    turnsAt = .max
    let now = NIODeadline.now().uptimeNanoseconds >> Self.tickBits
    while let entry = wheel.takeDue(at: now) { entry.target.timerFired(entry.purpose) }
    if let next = wheel.nextTick, next < turnsAt { turn(at: next) }
  }
}
