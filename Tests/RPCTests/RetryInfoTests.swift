import RPC
import Testing
import Wire

@Suite struct RetryInfoTests {
  @Test(arguments: [Duration.zero, .milliseconds(1500), .seconds(-1), .nanoseconds(1)])
  func `a delay goes there and comes back`(delay: Duration) throws {
    #expect(try RetryInfo(wireBytes: RetryInfo(delay).wireBytes).retryDelay == delay)
  }

  @Test func `a delay beyond protobuf's bounds is none, and no trap`() throws {
    for (seconds, nanos) in [(Int64.max, Int32.max), (.min, .min), (0, .max), (.max, 0)] {
      var duration = WireWriter()
      duration.int64(seconds, field: 1)
      duration.int32(nanos, field: 2)
      var info = WireWriter()
      info.bytes(duration.finish(), field: 1)
      #expect(try RetryInfo(wireBytes: info.finish()).retryDelay == nil)
    }
  }
}
