internal import Foundation

/// A histogram as text: base64 of HdrHistogram's V2 compressed form, which its Java and Python
/// libraries read. Buckets keep their exact counts.
///
///     compressed: cookie ┊ length ┊ zlib stream of:
///     plain:      cookie ┊ payload length ┊ 0 ┊ digits ┊ lowest ┊ highest ┊ ratio ┊ counts
///
/// Counts are ZigZag LEB128 numbers; a negative one is a run of empty buckets. That is compact
/// enough for the zlib stream to hold it stored: a compressor of our own would earn little.
enum HistogramCode {
  private static let plainCookie: UInt32 = 0x1C84_9303 | 0x10
  private static let compressedCookie: UInt32 = 0x1C84_9304 | 0x10
  private static let digits: UInt32 = 3
  /// Values below this have a bucket each: 2048, the power of two above 2 · 10^digits.
  private static let subBucketMagnitude = 11
  private static var halfCount: Int { 1 << (subBucketMagnitude - 1) }

  static func encode(_ histogram: LatencyHistogram) -> String {
    let counts = payload(histogram)
    var plain: [UInt8] = []
    append(plainCookie, to: &plain)
    append(UInt32(truncatingIfNeeded: counts.count), to: &plain)
    append(UInt32(0), to: &plain)
    append(digits, to: &plain)
    append(UInt64(1), to: &plain)
    append(LatencyHistogram.nanosecondsMax, to: &plain)
    append(Double(1).bitPattern, to: &plain)
    plain += counts
    let stream = stored(plain)
    var bytes: [UInt8] = []
    append(compressedCookie, to: &bytes)
    append(UInt32(truncatingIfNeeded: stream.count), to: &bytes)
    return Data(bytes + stream).base64EncodedString()
  }

  private static func payload(_ histogram: LatencyHistogram) -> [UInt8] {
    var bytes: [UInt8] = []
    var next = 0
    for bucket in histogram.recorded {
      let index = index(of: bucket.nanoseconds)
      if index > next { appendZigZag(-Int64(index - next), to: &bytes) }
      appendZigZag(Int64(clamping: bucket.count), to: &bytes)
      next = index + 1
    }
    return bytes
  }

  /// The place of a value among the counts: bucket 0 has 2048, each further one 1024 places.
  static func index(of value: UInt64) -> Int {
    let bucket = max(0, UInt64.bitWidth - value.leadingZeroBitCount - subBucketMagnitude)
    return bucket * halfCount + Int(value >> UInt64(bucket))
  }

  /// The lowest value of a place.
  static func value(at index: Int) -> UInt64 {
    guard index >= 2 * halfCount else { return UInt64(max(index, 0)) }
    let bucket = index / halfCount - 1
    return UInt64(index - bucket * halfCount) << UInt64(bucket)
  }

  private static func appendZigZag(_ value: Int64, to bytes: inout [UInt8]) {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    // The ninth byte holds eight bits, so that no number takes more than nine.
    for _ in 0..<8 {
      guard rest >= 0x80 else { break }
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  // MARK: zlib (RFC 1950, RFC 1951 §3.2.4)

  private static let blockBytesMax = 65_535

  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let end = min(start + blockBytesMax, bytes.count)
      let length = UInt16(end - start)
      stream.append(end == bytes.count ? 1 : 0)
      for number in [length, ~length] {
        stream.append(UInt8(truncatingIfNeeded: number))
        stream.append(UInt8(truncatingIfNeeded: number >> 8))
      }
      stream += bytes[start..<end]
      start = end
    } while start < bytes.count
    append(adler32(bytes), to: &stream)
    return stream
  }

  private static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in bytes {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return high << 16 | low
  }
}
