/// The idempotency key of an order: the seed and the index themselves. No hash is needed for keys
/// to be unique within a run and between seeds, and an odd key in a log leads back to its request.
enum OrderKey {
  static func text(seed: UInt64, slice: UInt64 = 0, index: UInt64) -> String {
    "rl-" + run(seed, slice) + "-" + hex(index)
  }

  /// Customers are of one seed too, so that a run can tell its orders from those of other runs.
  static func customer(seed: UInt64, slice: UInt64 = 0, _ number: UInt64) -> String {
    "customer-" + run(seed, slice) + "-" + String(number)
  }

  private static func run(_ seed: UInt64, _ slice: UInt64) -> String {
    slice == 0 ? hex(seed) : hex(seed) + "." + hex(slice)
  }

  private static func hex(_ value: UInt64) -> String { String(value, radix: 16) }
}
