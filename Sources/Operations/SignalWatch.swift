internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// SIGTERM and SIGINT: the first asks for a stop, a second ends the process at once. And SIGHUP,
/// where somebody wants to hear of it.
///
/// The second must work whatever the process is doing, so it is acted upon on a thread of
/// Dispatch's, not by a task that might wait for a free one.
public final class SignalWatch: Sendable {
  /// Kept, because a source that is let go hears nothing any more.
  private let sources: Mutex<[any DispatchSourceSignal]>
  private let signals: AsyncStream<Int32>

  /// From here on the signals no longer end the process by themselves, and a peer that closes its
  /// end of a socket no longer kills it with SIGPIPE.
  public init() {
    let (signals, arrived) = AsyncStream.makeStream(of: Int32.self)
    self.signals = signals
    signal(SIGPIPE, SIG_IGN)
    let came = SignalCount()
    sources = Mutex([])
    for number in [SIGTERM, SIGINT] {
      add(number) {
        if came.next() { _exit(128 + number) }
        arrived.yield(number)
      }
    }
  }

  /// An element for each SIGHUP, which from here on does not end the process. Those that come while
  /// one is being acted upon are one.
  public func hangups() -> AsyncStream<Void> {
    let (hangups, arrived) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    add(SIGHUP) { arrived.yield() }
    return hangups
  }

  private func add(_ number: Int32, _ act: @escaping @Sendable () -> Void) {
    sources.withLock { $0.append(Self.source(of: number, act)) }
  }

  private static func source(
    of number: Int32, _ act: @escaping @Sendable () -> Void
  ) -> any DispatchSourceSignal {
    #if canImport(Darwin)
      // There Dispatch only hears of a signal whose own action does not come first; on Linux it
      // replaces the action itself, and an ignored signal would never reach it.
      signal(number, SIG_IGN)
    #endif
    let queue = DispatchQueue(label: "orderly.signals")
    let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
    source.setEventHandler { act() }
    source.resume()
    return source
  }

  deinit {
    sources.withLock { for source in $0 { source.cancel() } }
  }

  /// Waits for the first signal. Nil when the task was cancelled.
  public func first() async -> Int32? {
    for await signal in signals { return signal }
    return nil
  }
}

/// Whether a signal came before.
private final class SignalCount: Sendable {
  private let came = Atomic(false)

  func next() -> Bool { came.exchange(true, ordering: .relaxed) }
}
