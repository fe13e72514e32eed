/// What belongs to each open stream, by its number.
///
/// Stream numbers of one side are consecutive (1, 3, 5, …), so the number itself spreads them
/// perfectly: half of it, cut to the table's size, is the place. Streams that stay open for long
/// make later ones move on to the next free place (linear probing); removal moves those back, so
/// no tombstones pile up over the millions of streams of a long connection.
@frozen public struct StreamTable<Element> {
  @usableFromInline var keys: [Int32]
  @usableFromInline var elements: [Element?]
  @usableFromInline var mask: Int
  /// How many streams are in the table.
  public private(set) var count = 0

  public init() {
    keys = [Int32](repeating: 0, count: 16)  // Stream 0 is the connection, so 0 means free.
    elements = [Element?](repeating: nil, count: 16)
    mask = 15
  }

  @inlinable static func home(_ key: Int32, _ mask: Int) -> Int { Int(key >> 1) & mask }

  @inlinable public subscript(stream: StreamID) -> Element? {
    let key = stream.rawValue
    guard key > 0 else { return nil }
    var place = Self.home(key, mask)
    while keys[place] != 0 {
      if keys[place] == key { return elements[place] }
      place = (place + 1) & mask
    }
    return nil
  }

  /// Puts `element` in, in place of the one that was there. Stream 0 and negative numbers are no
  /// streams and are not taken.
  public mutating func insert(_ element: Element, for stream: StreamID) {
    let key = stream.rawValue
    guard key > 0 else { return }
    if 2 * (count + 1) > keys.count { grow() }
    var place = Self.home(key, mask)
    while keys[place] != 0 && keys[place] != key { place = (place + 1) & mask }
    if keys[place] == 0 { count += 1 }
    keys[place] = key
    elements[place] = element
  }

  @discardableResult
  public mutating func remove(_ stream: StreamID) -> Element? {
    let key = stream.rawValue
    guard key > 0 else { return nil }
    var place = Self.home(key, mask)
    while keys[place] != key {
      if keys[place] == 0 { return nil }
      place = (place + 1) & mask
    }
    let removed = elements[place]
    closeGap(at: place)
    count -= 1
    return removed
  }

  public mutating func removeAll() { self = StreamTable() }

  /// Calls `body` for each stream, in no particular order.
  public func forEach(_ body: (StreamID, Element) -> Void) {
    for place in keys.indices {
      if let element = elements[place] { body(StreamID(rawValue: keys[place]), element) }
    }
  }

  /// Moves back whatever could not sit at its own place because of the one removed.
  private mutating func closeGap(at start: Int) {
    var gap = start
    var place = (gap + 1) & mask
    while keys[place] != 0 {
      let distanceFromHome = (place - Self.home(keys[place], mask)) & mask
      if distanceFromHome >= (place - gap) & mask {
        keys[gap] = keys[place]
        elements[gap] = elements[place]
        gap = place
      }
      place = (place + 1) & mask
    }
    keys[gap] = 0
    elements[gap] = nil
  }

  private mutating func grow() {
    let oldKeys = keys
    let oldElements = elements
    let size = keys.count * 2
    keys = [Int32](repeating: 0, count: size)
    elements = [Element?](repeating: nil, count: size)
    mask = size - 1
    count = 0
    for place in oldKeys.indices {
      if let element = oldElements[place] {
        insert(element, for: StreamID(rawValue: oldKeys[place]))
      }
    }
  }
}

extension StreamTable: Sendable where Element: Sendable {}
