internal import Contracts
internal import Operations

/// What a watcher has heard of: all of each stream up to a position.
///
///     token   version, 1 byte; then for each stream, ascending, what is added to the stream before
///             it and its position, both as varints
struct LogCursor: Equatable, Sendable {
  private(set) var positions: [Int16: Int64] = [:]

  init() {}

  init(_ heads: LogHeads) { positions = heads.positions }

  subscript(stream: Int16) -> Int64 { positions[stream] ?? 0 }

  mutating func advance(to place: LogPosition) { positions[place.stream] = place.position }

  /// Whether all that this watcher has heard of is there.
  func isWithin(_ heads: LogHeads) -> Bool {
    positions.allSatisfy { heads[$0.key] >= $0.value }
  }
}

extension LogCursor {
  static let invalid = InvalidRequest(
    "resume_token", "must be the resume_token of a message of a watch of these orders")

  private static let version: UInt8 = 1

  /// More than any token of ours: 2^15 streams, each with a difference and a position.
  private static let tokenBytesMax = 1_000_000

  private static var name: CanonicalBytes {
    var name = CanonicalBytes()
    name.string("orders.v1.WatchOrders")
    return name
  }

  var token: String {
    var bytes = [Self.version]
    var before: Int16 = 0
    for (stream, position) in positions.sorted(by: { $0.key < $1.key }) {
      Self.append(UInt64(clamping: Int(stream) - Int(before)), to: &bytes)
      Self.append(UInt64(clamping: position), to: &bytes)
      before = stream
    }
    return PageToken.seal(bytes, for: Self.name)
  }

  /// - Throws: for a token that no watch of ours has written.
  init(token: String) throws(InvalidRequest) {
    guard let bytes = PageToken.open(token, for: Self.name, bytesMax: Self.tokenBytesMax),
      bytes.first == Self.version
    else { throw Self.invalid }
    var rest = bytes.dropFirst()
    var last: UInt64?
    while !rest.isEmpty {
      guard let difference = Self.varint(&rest), let number = Self.varint(&rest),
        let position = Int64(exactly: number), position > 0,
        // Only the first may be stream 0, and each comes once.
        difference > 0 || last == nil
      else { throw Self.invalid }
      let (sum, overflow) = (last ?? 0).addingReportingOverflow(difference)
      guard !overflow, let stream = Int16(exactly: sum) else { throw Self.invalid }
      positions[stream] = position
      last = sum
    }
  }

  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    var number = number
    while number >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: number) | 0x80)
      number >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: number))
  }

  /// Nil for one that is cut short or longer than 64 bits.
  private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 63, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
    }
    return nil
  }
}
