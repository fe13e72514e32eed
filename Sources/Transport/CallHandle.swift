internal import HTTP2
internal import NIOCore
internal import RPC

/// A call under way on a client's event loop: what is to be sent, and who waits for it.
///
/// It is made on the caller's thread and touched only on the loop from then on, so it needs no
/// lock; the caller, once woken, takes the reply.
final class CallHandle: TimerTarget, @unchecked Sendable {
  let path: [UInt8]
  let context: CallContext
  var stream: StreamID?
  // Neither is weak, for a weak reference makes each other one to the same object dear: they are
  // nil once the call has ended.
  /// What carries it, while something does.
  var connection: ClientConnection?
  /// Where it waits for a connection, while it does.
  var queue: ClientChannel?
  /// Whether it belongs to one connection, and is not carried by another.
  var isBound = false
  /// Whether somebody may want to know which server took it.
  var tellsPeer = false
  var timer: LoopTimers.Token?
  var timers: LoopTimers?
  private(set) var isFinished = false
  /// Where its channel counts what is kept of its request; nil keeps nothing.
  var budget: RetryBudget?
  /// The wait for its next attempt.
  var pause: Scheduled<Void>?
  private var attempts: RetryState
  private var buffer: RetryBuffer
  /// Both directions of a streaming call; nil for a unary one.
  private(set) var streams: MessageStreams?
  /// The request of a unary call, as long as an attempt may need it.
  private var body: [UInt8]
  private var isBodyCounted = false
  private var waiter: CheckedContinuation<Void, Never>?
  /// What its last attempt ended with, once that has; then what the call ended with.
  var reply: RawReply?

  init(path: [UInt8], body: [UInt8], context: CallContext, settings: ClientSettings) {
    self.path = path
    self.body = body
    self.context = context
    attempts = RetryState(settings.retry)
    buffer = RetryBuffer(bytesMax: settings.retryBufferBytesMax)
  }

  /// A streaming call: its messages pass through `streams`, and what they wait for is told to the
  /// connection that carries it.
  init(path: [UInt8], context: CallContext, settings: ClientSettings, eventLoop: any EventLoop) {
    self.path = path
    self.context = context
    body = []
    attempts = RetryState(settings.retry)
    buffer = RetryBuffer(bytesMax: settings.retryBufferBytesMax)
    // The closures of both streams need the handle.
    let owner = CallOwner()
    let inbox = MessageInbox { byteCount in
      Self.onLoop(eventLoop) {
        guard let call = owner.call, let stream = call.stream else { return }
        call.connection?.giveBack(byteCount, on: stream)
      }
    }
    let outbox = MessageOutbox(
      unsentBytesMax: settings.streamUnsentBytesMax, messageBytesMax: settings.sendMessageBytesMax
    ) {
      Self.onLoop(eventLoop) {
        guard let call = owner.call else { return }
        call.connection?.sendLater(call)
      }
    }
    streams = MessageStreams(inbox: inbox, outbox: outbox)
    owner.call = self
  }

  /// Set once, before the call is started.
  private final class CallOwner: @unchecked Sendable {
    weak var call: CallHandle?
  }

  private static func onLoop(_ eventLoop: any EventLoop, _ work: @escaping @Sendable () -> Void) {
    if eventLoop.inEventLoop { work() } else { eventLoop.execute(work) }
  }

  func wait(_ waiter: CheckedContinuation<Void, Never>) {
    // It may have ended already: its task was cancelled early.
    if isFinished { waiter.resume() } else { self.waiter = waiter }
  }

  /// What the call has ended with, for who waited for it.
  func takeReply() -> RawReply {
    reply.take() ?? RawReply(RPCError(.internalError, "the call has not ended"), .local)
  }

  /// Ends the call with the reply of its last attempt.
  func finish() {
    guard !isFinished else { return }
    isFinished = true
    connection = nil
    queue = nil
    if let timer { timers?.cancel(timer) }
    timer = nil
    pause?.cancel()
    pause = nil
    commit()
    if let streams {
      // The initial part too: a block of headers that ends the call has not been told before.
      reply?.tellMetadata(context)
      streams.inbox.finish(reply?.error)
      streams.outbox.close(reply?.error ?? RPCError(.cancelled, "the call has ended"))
    }
    waiter?.resume()
    waiter = nil
  }

  /// Ends a call that nothing carries.
  func fail(_ error: RPCError, _ end: RawReply.End) {
    guard !isFinished else { return }
    reply = RawReply(error, end)
    finish()
  }

  func timerFired(_ purpose: TimerPurpose) {
    timer = nil
    expire()
  }

  /// The deadline has passed. Whatever the peer says from now on is not looked at.
  func expire() {
    stop(Self.deadlineError)
  }

  /// The same when the peer has ended the call for it already.
  func expireUnanswered() { fail(Self.deadlineError, .local) }

  private static let deadlineError = RPCError(.deadlineExceeded, "the deadline has passed")

  func cancel() {
    stop(RPCError(.cancelled, "the caller has cancelled the call"))
  }

  private func stop(_ error: RPCError) {
    guard !isFinished else { return }
    queue?.drop(self)
    if let connection, let stream {
      connection.drop(self, stream, error)
    } else {
      fail(error, .local)
    }
  }
}

/// The attempts of a call: what each of them is given, and what follows one that failed.
extension CallHandle {
  /// How often the call was tried before, as its policy counts.
  var previousAttempts: Int { attempts.failures }

  /// The request as an attempt begins with it: what the one before was given, and what has been
  /// written since.
  func takeRequest() -> (body: [UInt8], isComplete: Bool) {
    guard let streams else {
      let body = body
      if let budget, !isBodyCounted { buffer.count(body.count, budget) }
      isBodyCounted = true
      if buffer.isCommitted { self.body = [] }
      return (body, true)
    }
    let earlier = buffer.messages
    let queued = streams.outbox.take()
    keep(queued.messages)
    // One message and the end, as a server stream has them, are a body like that of a unary call.
    let all = earlier.isEmpty ? queued.messages : earlier + queued.messages
    return (all.count == 1 ? all[0] : Array(all.joined()), queued.isFinished)
  }

  /// What a stream's writer has written since.
  func takeMessages() -> OutboxContents? {
    guard let streams else { return nil }
    let queued = streams.outbox.take()
    keep(queued.messages)
    return queued
  }

  private func keep(_ messages: [[UInt8]]) {
    if let budget, !messages.isEmpty { buffer.keep(messages, budget) }
  }

  /// The caller may have seen something of this attempt; no other follows it.
  func commit() {
    guard let budget, !buffer.isCommitted else { return }
    buffer.commit(budget)
    body = []
  }

  /// What follows the attempt that has ended.
  func decide(_ throttle: inout RetryThrottle) -> RetryState.Decision {
    if isFinished { return .done }
    guard let error = reply?.error, let reply else {
      return attempts.ended(
        nil, isCommitted: true, pushback: .none, throttle: &throttle, random: 1)
    }
    var isReset = false
    if case .reset = reply.end { isReset = true }
    let decision = attempts.ended(
      error.code, isRefused: isReset && error.isRetrySafe,
      isCommitted: reply.hasHead || buffer.isCommitted,
      pushback: RetryState.Pushback(reply.pushback), throttle: &throttle,
      random: .random(in: 0.8...1.2))
    // A wait beyond the deadline would only hide what the call failed of.
    if case .retry(let delay) = decision, let remaining = context.deadline.remaining,
      remaining <= delay
    {
      return .done
    }
    return decision
  }

  /// Makes the call as new for another attempt.
  func renew() {
    stream = nil
    connection = nil
    reply = nil
  }
}
