/// The memory of a `StreamTable`, which says what it is for.
@safe @usableFromInline struct StreamPlaces<Element> {
  /// Stream 0 is the connection and stands for a free place.
  @usableFromInline var keys: UnsafeMutablePointer<Int32>
  /// Initialised where the key is not 0.
  @usableFromInline var elements: UnsafeMutablePointer<Element>
  @usableFromInline var places = 16
  @usableFromInline var overflow: [Int32: UnsafeMutablePointer<Element>] = unsafe [:]
  /// Apart, because looking into the dictionary costs such a check.
  @usableFromInline var overflowCount = 0
  @usableFromInline var total = 0
  /// `update` has an element in hand: nothing may move it.
  @usableFromInline var isUpdating = false

  @usableFromInline init() {
    unsafe keys = .allocate(capacity: places)
    unsafe keys.initialize(repeating: 0, count: places)
    unsafe elements = .allocate(capacity: places)
  }

  /// Frees everything; nothing may be done with it afterwards.
  @usableFromInline mutating func deallocate() {
    removeAll()
    unsafe elements.deallocate()
    unsafe keys.deallocate()
  }

  /// `places` is a power of two, so the result is below it whatever the key.
  @inlinable func place(of key: Int32) -> Int { Int(key >> 1) & (places - 1) }

  @inlinable subscript(stream: StreamID) -> Element? {
    let key = stream.rawValue
    guard key > 0 else { return nil }
    let place = place(of: key)
    if unsafe keys[place] == key { return unsafe elements[place] }
    return unsafe overflowCount == 0 ? nil : overflow[key]?.pointee
  }

  /// Where the element of a stream lies.
  @inlinable func element(of key: Int32) -> UnsafeMutablePointer<Element>? {
    guard key > 0 else { return nil }
    let place = place(of: key)
    if unsafe keys[place] == key { return unsafe elements + place }
    return unsafe overflowCount == 0 ? nil : overflow[key]
  }

  /// Puts `element` in, in place of the one that was there. Stream 0 and negative numbers are no
  /// streams and are not taken.
  @inlinable mutating func insert(_ element: consuming Element, for stream: StreamID) {
    assert(!isUpdating, "a stream inserted while another is updated")
    let key = stream.rawValue
    guard key > 0 else { return }
    if total >= places { grow() }
    let place = place(of: key)
    let present = unsafe keys[place]
    if present == key {
      unsafe elements[place] = element
    } else if overflowCount > 0, let apart = unsafe overflow[key] {
      unsafe apart.pointee = element
    } else if present == 0 {
      unsafe keys[place] = key
      unsafe (elements + place).initialize(to: element)
      total += 1
    } else {
      let apart = UnsafeMutablePointer<Element>.allocate(capacity: 1)
      unsafe apart.initialize(to: element)
      unsafe overflow[key] = apart
      overflowCount += 1
      total += 1
    }
  }

  @inlinable mutating func remove(_ stream: StreamID) -> Element? {
    assert(!isUpdating, "a stream removed while it or another is updated")
    let key = stream.rawValue
    guard key > 0 else { return nil }
    let place = place(of: key)
    guard unsafe keys[place] == key else {
      guard overflowCount > 0, let apart = unsafe overflow.removeValue(forKey: key) else {
        return nil
      }
      defer { unsafe apart.deallocate() }
      overflowCount -= 1
      total -= 1
      return unsafe apart.move()
    }
    unsafe keys[place] = 0
    total -= 1
    return unsafe (elements + place).move()
  }

  @inlinable mutating func discard(_ stream: StreamID) {
    assert(!isUpdating, "a stream removed while it or another is updated")
    let place = place(of: stream.rawValue)
    guard stream.rawValue > 0, unsafe keys[place] == stream.rawValue else {
      _ = remove(stream)
      return
    }
    unsafe keys[place] = 0
    total -= 1
    unsafe (elements + place).deinitialize(count: 1)
  }

  @inlinable mutating func removeAll() {
    for place in 0..<places where unsafe keys[place] != 0 {
      unsafe keys[place] = 0
      unsafe (elements + place).deinitialize(count: 1)
    }
    for unsafe(_, apart) in unsafe overflow {
      unsafe apart.deinitialize(count: 1)
      unsafe apart.deallocate()
    }
    unsafe overflow = [:]
    overflowCount = 0
    total = 0
  }

  /// Calls `body` for each stream, in no particular order.
  @inlinable func forEach(_ body: (StreamID, Element) -> Void) {
    for place in 0..<places where unsafe keys[place] != 0 {
      unsafe body(StreamID(rawValue: keys[place]), elements[place])
    }
    for unsafe(key, apart) in unsafe overflow {
      unsafe body(StreamID(rawValue: key), apart.pointee)
    }
  }

  @inlinable mutating func grow() {
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
