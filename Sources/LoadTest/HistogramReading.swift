internal import Foundation

/// Reads what `HistogramCode` wrote. A file is input like any other: whatever it holds, this
/// answers with buckets or nil.
enum HistogramReading {
  private static let headerBytes = 40
  private static let prefixBytes = 8

  /// The buckets that are not empty, by their highest value, in rising order.
  static func decode(_ text: String) -> [(nanoseconds: UInt64, count: UInt64)]? {
    guard let data = Data(base64Encoded: text), data.count > prefixBytes,
      let plain = inflate(Array(data.dropFirst(prefixBytes))), plain.count >= headerBytes
    else { return nil }
    return counts(plain[headerBytes...])
  }

  private static func counts(
    _ bytes: ArraySlice<UInt8>
  ) -> [(nanoseconds: UInt64, count: UInt64)]? {
    var buckets: [(nanoseconds: UInt64, count: UInt64)] = []
    var place = 0
    var rest = bytes
    let last = HistogramCode.index(of: LatencyHistogram.nanosecondsMax)
    while !rest.isEmpty {
      guard let number = zigZag(&rest) else { return nil }
      if number > 0 {
        guard place <= last else { return nil }
        let highest = HistogramCode.value(at: place + 1) - 1
        buckets.append((max(highest, 1), UInt64(number)))
        place += 1
      } else {
        let run = number == 0 ? 1 : -number
        guard run <= Int64(last) else { return nil }
        place += Int(run)
      }
    }
    return buckets
  }

  private static func zigZag(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    var value: UInt64 = 0
    for position in 0..<9 {
      guard let byte = rest.popFirst() else { return nil }
      let isLast = position == 8
      value |= UInt64(isLast ? byte : byte & 0x7F) << UInt64(7 * position)
      if isLast || byte < 0x80 { break }
    }
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// Stored blocks only, which is all that the tool itself writes.
  private static func inflate(_ stream: [UInt8]) -> [UInt8]? {
    var rest = stream.dropFirst(2)
    var bytes: [UInt8] = []
    while true {
      guard let kind = rest.popFirst(), kind <= 1, rest.count >= 4 else { return nil }
      let head = Array(rest.prefix(4))
      let length = Int(head[0]) | Int(head[1]) << 8
      rest = rest.dropFirst(4)
      guard rest.count >= length else { return nil }
      bytes += rest.prefix(length)
      rest = rest.dropFirst(length)
      if kind == 1 { return bytes }
    }
  }
}
