/// What belongs to each open stream, by its number.
///
/// Stream numbers of one side are consecutive (1, 3, 5, …), so half the number, cut to the table's
/// size, is a place of its own for as many young streams as there are places: no hashing and no
/// search. A stream that finds its place taken by one that stays open for long goes to the
/// overflow, an ordinary dictionary.
///
/// It is a class, so that a look at it neither copies it nor pays for a runtime check of exclusive
/// access, and inlinable, so that each use is compiled for its own kind of element. Elements may be
/// large values: `update` changes one where it lies.
@safe public final class StreamTable<Element> {
  /// Stream 0 is the connection and stands for a free place.
  @usableFromInline var keys: UnsafeMutablePointer<Int32>
  /// Initialised where the key is not 0.
  @usableFromInline var elements: UnsafeMutablePointer<Element>
  @usableFromInline var places = 16
  @usableFromInline var overflow: [Int32: Element] = [:]
  /// Apart, because looking into the dictionary costs such a check.
  @usableFromInline var overflowCount = 0
  @usableFromInline var total = 0
  /// `update` has an element in hand: nothing may move it.
  @usableFromInline var isUpdating = false

  /// How many streams are in the table.
  @inlinable public var count: Int { total }

  public init() {
    unsafe keys = .allocate(capacity: places)
    unsafe keys.initialize(repeating: 0, count: places)
    unsafe elements = .allocate(capacity: places)
  }

  deinit {
    removeAll()
    unsafe elements.deallocate()
    unsafe keys.deallocate()
  }

  /// `places` is a power of two, so the result is below it whatever the key.
  @inlinable func place(of key: Int32) -> Int { Int(key >> 1) & (places - 1) }

  @inlinable public subscript(stream: StreamID) -> Element? {
    let key = stream.rawValue
    guard key > 0 else { return nil }
    let place = place(of: key)
    if unsafe keys[place] == key { return unsafe elements[place] }
    return overflowCount == 0 ? nil : overflow[key]
  }

  /// Changes the element of a stream where it lies. `body` must not insert or remove streams.
  /// - Returns: what `body` does, or nil when there is no such stream.
  @inlinable public func update<Answer, Failure>(
    _ stream: StreamID, _ body: (inout Element) throws(Failure) -> Answer
  ) throws(Failure) -> Answer? {
    let key = stream.rawValue
    guard key > 0 else { return nil }
    let place = place(of: key)
    isUpdating = true
    defer { isUpdating = false }
    if unsafe keys[place] == key { return unsafe try body(&elements[place]) }
    guard overflowCount > 0, var element = overflow[key] else { return nil }
    defer { overflow[key] = element }
    return try body(&element)
  }

  /// Puts `element` in, in place of the one that was there. Stream 0 and negative numbers are no
  /// streams and are not taken.
  @inlinable public func insert(_ element: Element, for stream: StreamID) {
    assert(!isUpdating, "a stream inserted while another is updated")
    let key = stream.rawValue
    guard key > 0 else { return }
    if total >= places { grow() }
    let place = place(of: key)
    let present = unsafe keys[place]
    if present == key {
      unsafe elements[place] = element
    } else if overflowCount > 0 && overflow[key] != nil {
      overflow[key] = element
    } else if present == 0 {
      unsafe keys[place] = key
      unsafe (elements + place).initialize(to: element)
      total += 1
    } else {
      overflow[key] = element
      overflowCount += 1
      total += 1
    }
  }

  @discardableResult
  @inlinable public func remove(_ stream: StreamID) -> Element? {
    assert(!isUpdating, "a stream removed while it or another is updated")
    let key = stream.rawValue
    guard key > 0 else { return nil }
    let place = place(of: key)
    guard unsafe keys[place] == key else {
      guard overflowCount > 0, let element = overflow.removeValue(forKey: key) else { return nil }
      overflowCount -= 1
      total -= 1
      return element
    }
    unsafe keys[place] = 0
    total -= 1
    return unsafe (elements + place).move()
  }

  @inlinable public func removeAll() {
    for place in 0..<places where unsafe keys[place] != 0 {
      unsafe keys[place] = 0
      unsafe (elements + place).deinitialize(count: 1)
    }
    overflow = [:]
    overflowCount = 0
    total = 0
  }

  /// The streams of the moment, in no particular order.
  public var streams: [StreamID] {
    var streams: [StreamID] = []
    forEach { stream, _ in streams.append(stream) }
    return streams
  }

  /// Calls `body` for each stream, in no particular order.
  @inlinable public func forEach(_ body: (StreamID, Element) -> Void) {
    for place in 0..<places where unsafe keys[place] != 0 {
      unsafe body(StreamID(rawValue: keys[place]), elements[place])
    }
    for (key, element) in overflow { body(StreamID(rawValue: key), element) }
  }

  @inlinable func grow() {
    var entries: [(StreamID, Element)] = []
    forEach { entries.append(($0, $1)) }
    removeAll()
    unsafe elements.deallocate()
    unsafe keys.deallocate()
    places *= 2
    unsafe keys = .allocate(capacity: places)
    unsafe keys.initialize(repeating: 0, count: places)
    unsafe elements = .allocate(capacity: places)
    for (stream, element) in entries { insert(element, for: stream) }
  }
}
