/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
///
/// Each request has a source of its own, made from the seed of the run and the index of the
/// request. That is what lets any number of threads offer the same requests: nobody shares a
/// generator whose state would depend on who asked first.
struct RandomSource: RandomNumberGenerator, Equatable, Sendable {
  private var state: UInt64

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  init(seed: UInt64) {
    state = seed
  }

  /// The source of request number `index`. Both numbers go through the mixer, because neighbouring
  /// indexes added to neighbouring seeds would otherwise give the same sequence shifted by one.
  init(seed: UInt64, index: UInt64) {
    state = Self.mix(Self.mix(seed &+ Self.increment) ^ Self.mix(index &+ 1))
  }

  mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mix(state)
  }

  /// Uniform in 0..<1 with 53 bits.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in 0..<bound without bias (Lemire's multiply and reject); 0 when `bound` is 0.
  mutating func below(_ bound: UInt64) -> UInt64 {
    guard bound > 0 else { return 0 }
    let threshold = (0 &- bound) % bound
    while true {
      let product = next().multipliedFullWidth(by: bound)
      if product.low >= threshold { return product.high }
    }
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
