/// The events of one turn. Its memory is used again, so recording one allocates nothing; and they
/// are moved in and out, so that no reference is counted.
@safe final class EventQueue {
  private var storage: UnsafeMutablePointer<HTTP2Event>
  private var capacity = EventQueue.usualCapacity
  private var first = 0
  private var end = 0

  /// What most turns need.
  private static let usualCapacity = 64
  /// Above this the memory of a burst is given back, so that an idle connection is small.
  private static let keptCapacityMax = 512

  init() { unsafe storage = .allocate(capacity: capacity) }

  deinit {
    unsafe (storage + first).deinitialize(count: end - first)
    unsafe storage.deallocate()
  }

  var isEmpty: Bool { first == end }

  func append(_ event: consuming HTTP2Event) {
    if end == capacity { grow() }
    unsafe (storage + end).initialize(to: event)
    end += 1
  }

  func next() -> HTTP2Event? {
    guard first < end else { return nil }
    let event = unsafe (storage + first).move()
    first += 1
    if first == end {
      first = 0
      end = 0
      if capacity > Self.keptCapacityMax { shrink() }
    }
    return event
  }

  func isEndNext(of stream: StreamID) -> Bool {
    guard first < end, case .endStream(stream) = unsafe storage[first] else { return false }
    return true
  }

  private func shrink() {
    unsafe storage.deallocate()
    capacity = Self.usualCapacity
    unsafe storage = .allocate(capacity: capacity)
  }

  private func grow() {
    let count = end - first
    let larger = UnsafeMutablePointer<HTTP2Event>.allocate(capacity: 2 * capacity)
    unsafe larger.moveInitialize(from: storage + first, count: count)
    unsafe storage.deallocate()
    unsafe storage = larger
    capacity *= 2
    first = 0
    end = count
  }
}
