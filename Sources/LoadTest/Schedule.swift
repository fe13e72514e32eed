internal import Foundation

/// When each request of an open loop is meant to be sent: the same times in the same order for
/// every worker that asks, because nothing but the settings and the seed goes in.
struct Schedule: Sendable {
  struct Arrival: Equatable, Sendable {
    var index: UInt64
    /// Nanoseconds after the start of the measured part.
    var offset: UInt64
    /// Which of the steps of the rate it belongs to.
    var step: Int
  }

  /// How the gaps between requests are made.
  enum Gaps: Equatable, Sendable {
    case uniform
    case poisson(RandomSource)
  }

  /// A stretch of time with its own rate.
  private struct Segment {
    var begin: UInt64
    var end: UInt64
    var from: LoadRate
    var to: LoadRate
  }

  private let segments: [Segment]
  private let countMax: UInt64
  private var gaps: Gaps
  private var step = 0
  private var index: UInt64 = 0
  /// Uniform: requests of this segment so far. Poisson: the sum of the gaps, in mean gaps.
  private var indexInSegment: UInt64 = 0
  private var position = 0.0

  /// - Parameters:
  ///   - length: of the whole; each step takes an equal share of it.
  ///   - count: ends the schedule earlier.
  init(_ profile: RateProfile, length: UInt64, count: UInt64 = .max, gaps: Gaps = .uniform) {
    switch profile {
    case .constant(let rate):
      segments = [Segment(begin: 0, end: length, from: rate, to: rate)]
    case .ramp(let from, let to):
      segments = [Segment(begin: 0, end: length, from: from, to: to)]
    case .steps(let rates):
      let each = length / UInt64(max(rates.count, 1))
      segments = rates.enumerated().map { number, rate in
        let begin = UInt64(number) * each
        return Segment(begin: begin, end: begin + each, from: rate, to: rate)
      }
    }
    countMax = count
    self.gaps = gaps
    position = nextGap()
  }

  /// The next arrival; nil after the last.
  mutating func next() -> Arrival? {
    while step < segments.count, index < countMax {
      let segment = segments[step]
      guard let offset = offset(in: segment), offset < segment.end else {
        step += 1
        indexInSegment = 0
        // A step begins anew, so that what it offers does not depend on the step before it.
        position = nextGap()
        continue
      }
      defer {
        index += 1
        indexInSegment += 1
        position += nextGap()
      }
      return Arrival(index: index, offset: offset, step: step)
    }
    return nil
  }

  private mutating func nextGap() -> Double {
    guard case .poisson(var random) = gaps else { return 0 }
    let gap = -log(1 - random.unit())  // 1 - u is in 0 < x ≤ 1, so the logarithm is finite.
    gaps = .poisson(random)
    return gap
  }

  private func offset(in segment: Segment) -> UInt64? {
    if gaps == .uniform, segment.from == segment.to {
      return Pacer(startNanoseconds: segment.begin, rate: segment.from).intended(indexInSegment)
    }
    let position = gaps == .uniform ? Double(indexInSegment) : position
    let length = Double(segment.end - segment.begin) / 1e9
    guard
      let seconds = Self.seconds(
        to: position, from: segment.from.perSecond, to: segment.to.perSecond, over: length)
    else { return nil }
    return segment.begin + UInt64(seconds * 1e9)
  }

  /// When a rate that goes straight from `begin` to `end` over `length` has offered `position`
  /// requests: the time t with begin·t + (end − begin)·t² / 2·length = position.
  private static func seconds(
    to position: Double, from begin: Double, to end: Double, over length: Double
  ) -> Double? {
    let slope = (end - begin) / length
    guard abs(slope) > 1e-9 else { return position / begin }
    let square = begin * begin + 2 * slope * position
    guard square >= 0 else { return nil }  // A falling rate reaches 0 before that many.
    // Not (√square − begin) / slope, which loses its digits where the slope is small.
    return 2 * position / (square.squareRoot() + begin)
  }

  /// How many requests it will offer, without drawing them.
  var count: UInt64 {
    var copy = self
    var count: UInt64 = 0
    if case .poisson = gaps {
      let total = segments.reduce(0.0) { sum, segment in
        let mean = (segment.from.perSecond + segment.to.perSecond) / 2
        return sum + mean * Double(segment.end - segment.begin) / 1e9
      }
      return min(countMax, UInt64(total))
    }
    for (number, segment) in segments.enumerated() {
      copy.step = number
      count += copy.uniformCount(segment)
    }
    return min(countMax, count)
  }

  private func uniformCount(_ segment: Segment) -> UInt64 {
    let length = segment.end - segment.begin
    guard segment.from != segment.to else {
      return Pacer(startNanoseconds: 0, rate: segment.from).count(before: length)
    }
    let mean = (segment.from.perSecond + segment.to.perSecond) / 2
    return UInt64((mean * Double(length) / 1e9).rounded(.up))
  }
}
