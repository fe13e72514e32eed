import Foundation
import Testing

@testable import LoadTest

/// A histogram as another implementation writes it. The bytes are those of `hdrhistogram` 0.10.8
/// for Python, before they are compressed, made by
///
///     import base64, zlib
///     from hdrh.histogram import HdrHistogram
///     h = HdrHistogram(1, 3_600_000_000_000, 3)
///     for i in range(1000): h.record_value(1 + i * i * i * 977)
///     for v, n in ((1, 3), (2047, 5), (2048, 70_000), (4096, 1), (3_600_000_000_000, 2)):
///         h.record_value(v, n)
///     print(base64.b64encode(zlib.decompress(base64.b64decode(h.encode())[8:])).decode())
@Suite struct HistogramVectorTests {
  private static let plain = """
    HISTEwAACCAAAAAAAAAAAwAAAAAAAAABAAADRjC4oAA/8AAAAAAAAAEInw8C1xAK4MUI/Q8CwQ4CmRsC4RQCoQ8C9QsC\
    1woChwoClwcChwgC/wUC8wUCzQYChwQC1wQCrQUC3wMCtQMC5wMCnQQCtQMCxwIC6QIChwMCqwMCnwMC9wECjQICnwIC\
    tQICyQIC4QIClwICxQEC0wEC3wEC6wEC+QEChQIClQICmwIClwECnwECpQECrwECtwECvQECxwECzwEC2QEC4QECuwEC\
    dwJ9AoMBAocBAosBApEBApUBAp0BAp8BAqcBAqsBArMBArcBAl0CXwJjAmcCaQJrAnECcQJ3AnkCfQJ/AoMBAocBAosB\
    Ao0BAosBAkkCSwJNAk8CUQJRAlUCVwJZAlsCWwJfAmECYwJlAmcCawJrAm0CcQJzAkUCOQI7Aj0CPQI/AkECQQJDAkMC\
    RQJHAkcCSQJJAk0CTQJNAk8CUQJTAlMCVQJXAlkCWQJbAi0CLQIvAi0CMQIvAjECMwIzAjMCMwI1AjcCNwI3AjcCOQI7\
    AjsCOwI7Aj8CPQI/Aj8CQQJBAkMCQwJFAkUCRQJHAkECIwIjAiMCJQIlAiUCJQInAicCJwInAicCKQIpAikCKwIrAisC\
    KwItAisCLQIvAi0CLwIvAjECLwIxAjECMwIxAjMCNQIzAjUCNQI1AjcCNwI3AjkCJwIbAhsCGwIdAhsCHQIdAh0CHQIf\
    Ah0CHwIfAh8CHwIfAiECHwIhAiECIQIhAiMCIQIjAiMCIwIjAiMCJQIlAiUCJQIlAiUCJwIlAicCJwIpAicCKQInAikC\
    KQIrAikCKwIrAikCLQIrAi0CFQIVAhUCFQIVAhcCFQIVAhcCFwIVAhcCFwIXAhkCFwIXAhkCFwIZAhkCFwIZAhkCGwIZ\
    AhkCGwIZAhsCGwIZAhsCGwIbAh0CGwIdAhsCHQIdAhsCHQIfAh0CHQIdAh8CHwIdAh8CHwIfAh8CIQIfAiECHwIhAiEC\
    IQIhAiECIQIjAiECIwIbAg8CEQIPAhECEQIPAhECEQIRAhECEQIRAhECEQIRAhMCEQITAhECEwIRAhMCEwIRAhMCEwIT\
    AhMCEwITAhUCEwITAhUCEwIVAhMCFQIVAhUCEwIVAhUCFQIXAhUCFQIVAhcCFQIXAhUCFwIXAhUCFwIXAhcCFwIXAhcC\
    GQIXAhcCGQIXAhkCGQIXAhkCGQIZAhkCGQIZAhkCGwIZAhsCGQIbAhkCGwIbAhcCDQILAg0CCwINAgsCDQINAg0CCwIN\
    Ag0CDQINAg0CDQINAg0CDQINAg8CDQINAg0CDwINAg8CDQIPAg0CDwINAg8CDwIPAg0CDwIPAg8CDwIPAg8CDwIPAg8C\
    DwIRAg8CDwIPAhECDwIRAg8CEQIPAhECEQIPAhECEQIRAhECEQIRAhECEQIRAhECEQIRAhECEwIRAhECEwIRAhMCEQIT\
    AhMCEQITAhMCEwIRAhMCEwITAhMCEwITAhUCEwITAhMCFQITAhUCEwITAhUCFQITAhUCFQIVAgkCCQIJAgkCCQIJAgkC\
    CQIJAgkCCQILAgkCCQIJAgkCCwIJAgkCCwIJAgkCCwIJAgsCCQILAgkCCwILAgkCCwILAgkCCwILAgkCCwILAgsCCwIL\
    AgsCCQILAgsCCwILAgsCDQILAgsCCwILAgsCDQILAgsCCwINAgsCDQILAgsCDQILAg0CCwINAgsCDQINAgsCDQINAg0C\
    CwINAg0CDQINAg0CDQILAg0CDQINAg8CDQINAg0CDQINAg0CDwINAg0CDwINAg0CDwINAg8CDQIPAg0CDwINAg8CDwIN\
    Ag8CDwIPAg0CDwIPAg8CDwIPAg8CDwIPAg8CDwIPAg8CDwIPAhECDwIPAg8CEQIPAgkCBwIFAgcCBwIHAgUCBwIHAgcC\
    BwIHAgUCBwIHAgcCBwIHAgcCBwIHAgcCBwIHAgcCBwIHAgcCBwIHAgcCCQIHAgcCBwIHAgkCBwIHAgcCCQIHAgcCCQIH\
    AgcCCQIHAgcCCQIHAgkCBwIJAgcCCQIHAgkCBwIJAgcCCQIJAgcCCQIJAgcCCQIJAgcCCQIJAgkCCQIHAgkCCQIJAgkC\
    CQIJAgcCCQIJAgkCCQIJAgkCCQIJAgsCCQIJAgkCCQIJAgkCCQILAgkCCQIJAgsCCQIJAgsCCQIJAgsCCQIJAgsCCQIL\
    AgkCCwIJAgsCCQILAgkCCwIJAgsCCwIJAgsCCwIJAgsCCwILAgkCCwILAgsCCwIJAgsCCwILAgsCCwILAgsCCwILAgsC\
    CwILAgsCCwILAg0CCwILAgsCCwINAgsCCwILAg0CCwILAg0CCwILAg0CCwIJAgUCBQIDAgUCBQIFAgMCBQIFAgUCBQID\
    AgUCBQIFAgUCBQIFAgMCBQIFAgUCBQIFAgUCBQIFAgUCBQIFAgUCBQIFAgUCBQIFAgUCBQIFAgUCBQIHAgUCBQIFAgUC\
    BQIFAgcCBQIFAgUCBQIHAgUCBQIFAgcCBQIFAgUCBwIFAgUCBwIFAgUCBwIFAgcCBQIFAgcCBQIHAgUCBQIHAgUCBwIF\
    AgcCBQIHAgUCBwIFAgcCBwIFAgcCBQIHAgcCBQIHAgUCBwIHAgUCBwIHAgcCBQIHAgcCBQIHAgcCBwIHAgUCBwIHAgcC\
    BwIHAgUCBwIHAgcCBwIHAgcCBwIHAgcCBwIHAgcCBQIJAgcCBwIHAgcCBwIHAgcCBwIHAgcCBwIHAgkCBwIHAgcCBwIH\
    AgkCBwIHAgcCCQIHAgcCBwIJAgcCBwIJAgcCBwIJAgcCBwIJAgcCCQIHAgcCCQLpHQQ=
    """

  private var histogram: LatencyHistogram {
    var histogram = LatencyHistogram()
    for i: UInt64 in 0..<1000 { histogram.record(1 + i * i * i * 977) }
    let more: [(UInt64, Int)] = [
      (1, 3), (2047, 5), (2048, 70_000), (4096, 1), (3_600_000_000_000, 2),
    ]
    for (value, count) in more { for _ in 0..<count { histogram.record(value) } }
    return histogram
  }

  @Test func `a histogram has the bytes that another implementation gives it`() throws {
    let written = try #require(Data(base64Encoded: HistogramCode.encode(histogram)))
    // Cookie and length, then one stored block after the two bytes of zlib's head.
    #expect(Array(written.prefix(4)) == [0x1C, 0x84, 0x93, 0x14])
    let stream = Array(written.dropFirst(8))
    #expect(Array(written[4..<8]) == Array(UInt32(stream.count).bigEndianBytes))
    let plain = try #require(Data(base64Encoded: Self.plain))
    #expect(stream == HistogramCode.stored(Array(plain)))
  }

  @Test func `bytes of another implementation are read bucket by bucket`() throws {
    let plain = try #require(Data(base64Encoded: Self.plain))
    let stream = HistogramCode.stored(Array(plain))
    let text = Data([0x1C, 0x84, 0x93, 0x14] + UInt32(stream.count).bigEndianBytes + stream)
      .base64EncodedString()
    let buckets = try #require(HistogramReading.decode(text))
    #expect(buckets.map(\.nanoseconds) == histogram.recorded.map(\.nanoseconds))
    #expect(buckets.map(\.count) == histogram.recorded.map(\.count))
  }
}

extension UInt32 {
  fileprivate var bigEndianBytes: [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> UInt32($0)) }
  }
}
