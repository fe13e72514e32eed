internal import Contracts
internal import Crypto

extension OrderRules {
  /// The id of a keyed order: a UUID version 8 that everybody who knows customer and key can work
  /// out again, so that the primary key alone makes a retry find the first attempt.
  ///
  ///     d         SHA-256("orderly.order.1" 0x00 string(customer_id) string(request_id))
  ///     order_id  6 bytes of time, then d[6...15] with version 8 and the RFC's variant
  ///
  /// The time is that of the key when the key is a UUIDv7, so that such ids land side by side in
  /// the index; else d[0...5] stand there.
  static func orderID(customerID: String, requestID: String) -> OrderID {
    var canonical = CanonicalBytes()
    canonical.raw("orderly.order.1")
    canonical.raw(byte: 0)
    canonical.string(customerID)
    canonical.string(requestID)
    let digest = digest(canonical)
    let derived = OrderID(high: number(digest[0..<8]), low: number(digest[8..<16]))
    var time = derived.time48
    if let key = OrderID(requestID), key.version == 7, key.isRFCVariant { time = key.time48 }
    return marked(time: time, high: derived.high, low: derived.low, version: 8)
  }

  /// A fresh UUIDv7 for an order without a key. `random` supplies the bits that are not time.
  static func freshOrderID(
    at moment: Microseconds, random: inout some RandomNumberGenerator
  ) -> OrderID {
    let milliseconds = UInt64(clamping: moment.sinceEpoch / 1000)
    return marked(time: milliseconds, high: random.next(), low: random.next(), version: 7)
  }

  private static func marked(time: UInt64, high: UInt64, low: UInt64, version: UInt64) -> OrderID {
    OrderID(
      high: time << 16 | version << 12 | high & 0xFFF,
      low: 0b10 << 62 | low & 0x3FFF_FFFF_FFFF_FFFF)
  }

  /// What makes two requests the same: who asks, under which key, in which currency, for what.
  /// Never a price or a time, which differ from one attempt to the next.
  static func bodyDigest(_ order: NormalOrder) -> [UInt8] {
    var canonical = CanonicalBytes()
    canonical.string(order.customerID)
    canonical.string(order.requestID ?? "")
    canonical.string(order.currency)
    canonical.count(order.lines.count)
    for line in order.lines {
      canonical.string(line.sku.text)
      canonical.quantity(line.quantity)
    }
    return digest(canonical)
  }

  private static func digest(_ canonical: CanonicalBytes) -> [UInt8] {
    Array(SHA256.hash(data: canonical.bytes))
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
