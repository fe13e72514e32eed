/// What belongs to each open stream, by its number.
///
/// Stream numbers of one side are consecutive (1, 3, 5, …), so half the number, cut to the table's
/// size, is a place of its own for as many young streams as there are places: no hashing and no
/// search. A stream that finds its place taken by one that stays open for long goes to the
/// overflow, an ordinary dictionary.
///
/// It is a class, and internal, so that no look at it pays for a runtime check of exclusive access.
@safe final class StreamTable<Element> {
  private(set) var keys: UnsafeMutablePointer<Int32>  // Stream 0 is the connection: free.
  private(set) var elements: UnsafeMutablePointer<Element?>
  private(set) var places = 16
  private(set) var overflow: [Int32: Element] = [:]
  private var overflowCount = 0  // Apart, because looking into the dictionary costs such a check.
  /// How many streams are in the table.
  private(set) var count = 0

  init() {
    unsafe keys = .allocate(capacity: places)
    unsafe keys.initialize(repeating: 0, count: places)
    unsafe elements = .allocate(capacity: places)
    unsafe elements.initialize(repeating: nil, count: places)
  }

  deinit {
    unsafe elements.deinitialize(count: places)
    unsafe elements.deallocate()
    unsafe keys.deallocate()
  }

  /// `places` is a power of two, so the result is below it whatever the key.
  func place(of key: Int32) -> Int { Int(key >> 1) & (places - 1) }

  subscript(stream: StreamID) -> Element? {
    let key = stream.rawValue
    guard key > 0 else { return nil }
    let place = place(of: key)
    if unsafe keys[place] == key { return unsafe elements[place] }
    return overflowCount == 0 ? nil : overflow[key]
  }

  /// Puts `element` in, in place of the one that was there. Stream 0 and negative numbers are no
  /// streams and are not taken.
  func insert(_ element: Element, for stream: StreamID) {
    let key = stream.rawValue
    guard key > 0 else { return }
    if count >= places { grow() }
    let place = place(of: key)
    let present = unsafe keys[place]
    if present == key {
      unsafe elements[place] = element
    } else if overflowCount > 0 && overflow[key] != nil {
      overflow[key] = element
    } else if present == 0 {
      unsafe keys[place] = key
      unsafe elements[place] = element
      count += 1
    } else {
      overflow[key] = element
      overflowCount += 1
      count += 1
    }
  }

  @discardableResult
  func remove(_ stream: StreamID) -> Element? {
    let key = stream.rawValue
    guard key > 0 else { return nil }
    let place = place(of: key)
    guard unsafe keys[place] == key else {
      guard overflowCount > 0, let element = overflow.removeValue(forKey: key) else { return nil }
      overflowCount -= 1
      count -= 1
      return element
    }
    unsafe keys[place] = 0
    count -= 1
    var removed: Element?
    unsafe swap(&removed, &elements[place])
    return removed
  }

  func removeAll() {
    for place in 0..<places {
      unsafe keys[place] = 0
      unsafe elements[place] = nil
    }
    overflow = [:]
    overflowCount = 0
    count = 0
  }

  /// Calls `body` for each stream, in no particular order.
  func forEach(_ body: (StreamID, Element) -> Void) {
    for place in 0..<places {
      if let element = unsafe elements[place] {
        unsafe body(StreamID(rawValue: keys[place]), element)
      }
    }
    for (key, element) in overflow { body(StreamID(rawValue: key), element) }
  }

  private func grow() {
    var entries: [(StreamID, Element)] = []
    forEach { entries.append(($0, $1)) }
    unsafe elements.deinitialize(count: places)
    unsafe elements.deallocate()
    unsafe keys.deallocate()
    places *= 2
    unsafe keys = .allocate(capacity: places)
    unsafe keys.initialize(repeating: 0, count: places)
    unsafe elements = .allocate(capacity: places)
    unsafe elements.initialize(repeating: nil, count: places)
    overflow = [:]
    overflowCount = 0
    count = 0
    for (stream, element) in entries { insert(element, for: stream) }
  }
}
