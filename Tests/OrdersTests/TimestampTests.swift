import Contracts
import Testing

@testable import Orders

@Suite struct TimestampTests {
  @Test(arguments: [
    (Int64(1_645_557_742_123_456), Int64(1_645_557_742), Int32(123_456_000)), (0, 0, 0),
    (999_999, 0, 999_999_000), (-1, -1, 999_999_000), (-1_000_000, -1, 0),
    (-1_000_001, -2, 999_999_000), (.max, 9_223_372_036_854, 775_807_000),
    (.min, -9_223_372_036_855, 224_192_000),
  ])
  func `nanoseconds count forward, also before 1970`(micros: Int64, seconds: Int64, nanos: Int32) {
    let time = Timestamp(Microseconds(sinceEpoch: micros))
    #expect(time.seconds == seconds && time.nanos == nanos)
  }

  @Test func `the wall clock goes on and tells this century`() {
    let first = WallClock.system.now()
    #expect(first > Microseconds(sinceEpoch: 1_700_000_000_000_000))
    #expect(first < Microseconds(sinceEpoch: 4_000_000_000_000_000))
  }
}
