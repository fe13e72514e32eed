internal import CMalloc
internal import Dispatch
internal import Synchronization

/// Gives memory back to the system after connections that made the process hold much of it.
///
/// The allocator keeps what is freed for the next to come, so a peer that once had hundreds of
/// replies waiting would leave the process as large as it had made it, for good.
enum HeapTrim {
  private static let isUnderWay = Atomic(false)

  /// Trims a moment later on a thread that serves nobody. Requests that come meanwhile are one.
  static func request() {
    guard isUnderWay.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged
    else { return }
    DispatchQueue.global(qos: .background).asyncAfter(deadline: .now() + pause) {
      isUnderWay.store(false, ordering: .relaxed)
      #if canImport(Glibc)
        malloc_trim(0)
      #endif
    }
  }

  /// The connection that asks is still being taken apart; and floods of connections come together.
  private static let pause = DispatchTimeInterval.milliseconds(500)
}
