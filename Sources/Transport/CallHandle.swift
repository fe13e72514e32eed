internal import HTTP2
internal import NIOCore
internal import RPC

/// A call under way on a client's event loop: its state, and who waits for it.
///
/// It is made on the caller's thread and touched only on the loop from then on, so it needs no
/// lock.
final class CallHandle: TimerTarget, @unchecked Sendable {
  let path: [UInt8]
  let context: CallContext
  var state: ClientCall
  var stream: StreamID?
  weak var connection: ClientConnection?
  /// Where it waits for a connection, while it does.
  weak var queue: ClientChannel?
  /// Whether it belongs to one connection, and is not carried by another.
  var isBound = false
  /// Whether somebody may want to know which server took it.
  var tellsPeer = false
  var timer: LoopTimers.Token?
  var timers: LoopTimers?
  private(set) var isFinished = false
  /// How often the call was tried before, as its policy counts.
  let previousAttempts: Int
  /// A server refused it unseen once; a second refusal is told.
  private var wasRefused = false
  /// Both directions of a streaming call; nil for a unary one.
  private(set) var streams: MessageStreams?
  private var body: [UInt8]
  private var waiter: CheckedContinuation<RawReply, Never>?
  /// What the call ended with before anybody waited for it: its task was cancelled early.
  private var early: RawReply?

  init(
    path: [UInt8], body: [UInt8], context: CallContext, settings: ClientSettings,
    previousAttempts: Int = 0
  ) {
    self.previousAttempts = previousAttempts
    self.path = path
    self.body = body
    self.context = context
    state = ClientCall(
      receiveMessageBytesMax: settings.receiveMessageBytesMax,
      errorBodyBytesMax: settings.errorBodyBytesMax)
  }

  /// A streaming call: its messages pass through `streams`, and what they wait for is told to the
  /// connection that carries it.
  init(path: [UInt8], context: CallContext, settings: ClientSettings, eventLoop: any EventLoop) {
    self.path = path
    self.context = context
    previousAttempts = 0
    body = []
    // The inbox is part of the state, and its closure needs the handle.
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
    state = ClientCall(
      receiveMessageBytesMax: settings.receiveMessageBytesMax,
      errorBodyBytesMax: settings.errorBodyBytesMax, inbox: inbox)
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

  /// The bytes to send. They share the session's memory, and are there for another attempt.
  var wholeBody: [UInt8] { body }

  /// Makes the call as new for another connection, when its failure means that no server has seen
  /// it. What never left is tried again for ever, what was refused once. (gRFC A6, transparent
  /// retries)
  /// - Returns: false when the failure is to be told.
  func restart(wasSent: Bool, _ settings: ClientSettings) -> Bool {
    guard !isFinished, !isBound else { return false }
    if wasSent {
      // Messages of a stream that were sent are not kept.
      guard streams == nil, !wasRefused else { return false }
      wasRefused = true
    }
    stream = nil
    connection = nil
    if streams == nil {
      state = ClientCall(
        receiveMessageBytesMax: settings.receiveMessageBytesMax,
        errorBodyBytesMax: settings.errorBodyBytesMax)
    }
    return true
  }

  func wait(_ waiter: CheckedContinuation<RawReply, Never>) {
    if let early {
      waiter.resume(returning: early)
    } else {
      self.waiter = waiter
    }
  }

  func finish(_ reply: RawReply) {
    guard !isFinished else { return }
    isFinished = true
    if let timer { timers?.cancel(timer) }
    timer = nil
    if let streams {
      if !reply.trailingMetadata.isEmpty { context.trailingMetadata = reply.trailingMetadata }
      streams.inbox.finish(reply.error)
      streams.outbox.close(reply.error ?? RPCError(.cancelled, "the call has ended"))
    }
    guard let waiter else {
      early = reply
      return
    }
    self.waiter = nil
    waiter.resume(returning: reply)
  }

  func fail(_ error: RPCError, _ end: RawReply.End) {
    if let reply = state.fail(error, end) { finish(reply) }
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
  func expireUnanswered() {
    var reply = RawReply()
    reply.error = Self.deadlineError
    finish(reply)
  }

  private static let deadlineError = RPCError(.deadlineExceeded, "the deadline has passed")

  func cancel() {
    stop(RPCError(.cancelled, "the caller has cancelled the call"))
  }

  private func stop(_ error: RPCError) {
    guard !isFinished else { return }
    fail(error, .local)
    connection?.drop(self)
    queue?.drop(self)
  }
}
