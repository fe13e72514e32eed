/// What belongs to each open stream, by its number.
///
/// Stream numbers of one side are consecutive (1, 3, 5, …), so half the number, cut to the table's
/// size, is a place of its own for as many young streams as there are places: no hashing and no
/// search. A stream that finds its place taken by one that stays open for long lies apart, where an
/// ordinary dictionary finds it.
///
/// It is a class, so that a look at it never copies it, and inlinable, so that each use is compiled
/// for its own kind of element. Its memory hangs on a pointer that never changes, because
/// properties that other modules see are checked for exclusive access at each look, ten times a
/// call. Elements may be large values: `update` changes one where it lies.
@safe public final class StreamTable<Element> {
  @usableFromInline let places: UnsafeMutablePointer<StreamPlaces<Element>>

  /// How many streams are in the table.
  @inlinable public var count: Int { unsafe places.pointee.total }

  public init() {
    unsafe places = .allocate(capacity: 1)
    unsafe places.initialize(to: StreamPlaces())
  }

  deinit {
    unsafe places.pointee.deallocate()
    unsafe places.deinitialize(count: 1)
    unsafe places.deallocate()
  }

  @inlinable public subscript(stream: StreamID) -> Element? { unsafe places.pointee[stream] }

  /// Changes the element of a stream where it lies. `body` must not insert or remove streams.
  ///
  /// Always inlined, or what `body` captures is counted in and out at each look.
  /// - Returns: what `body` does, or nil when there is no such stream.
  @inlinable @inline(__always) public func update<Answer, Failure>(
    _ stream: StreamID, _ body: (inout Element) throws(Failure) -> Answer
  ) throws(Failure) -> Answer? {
    guard let element = unsafe places.pointee.element(of: stream.rawValue) else { return nil }
    unsafe places.pointee.isUpdating = true
    defer { unsafe places.pointee.isUpdating = false }
    return unsafe try body(&element.pointee)
  }

  /// Puts `element` in, in place of the one that was there. Stream 0 and negative numbers are no
  /// streams and are not taken.
  @inlinable public func insert(_ element: consuming Element, for stream: StreamID) {
    unsafe places.pointee.insert(element, for: stream)
  }

  @discardableResult
  @inlinable public func remove(_ stream: StreamID) -> Element? {
    unsafe places.pointee.remove(stream)
  }

  /// Ends the element of a stream where it lies, which spares moving it out.
  @inlinable public func discard(_ stream: StreamID) {
    unsafe places.pointee.discard(stream)
  }

  @inlinable public func removeAll() { unsafe places.pointee.removeAll() }

  /// The streams of the moment, in no particular order.
  public var streams: [StreamID] {
    var streams: [StreamID] = []
    forEach { stream, _ in streams.append(stream) }
    return streams
  }

  /// Calls `body` for each stream, in no particular order.
  @inlinable public func forEach(_ body: (StreamID, Element) -> Void) {
    unsafe places.pointee.forEach(body)
  }
}
