import Testing

@testable import Edge

@Suite struct EdgeSettingsTests {
  @Test func `the defaults are those that are documented`() {
    let settings = EdgeSettings()
    #expect(settings.host == "127.0.0.1")
    #expect(settings.port == 8080)
    #expect(settings.timeoutDefault == .seconds(5))
    #expect(settings.timeoutMax == .seconds(10))
    #expect(settings.bodyMax == 1_048_576)
    #expect(settings.headerMax == 16_384)
    #expect(settings.headerFieldsMax == 100)
    #expect(settings.targetMax == 8_192)
    #expect(settings.inflightMax == 1_000)
    #expect(settings.connectionsMax == 10_000)
    #expect(settings.bodyTimeout == .seconds(30))
    #expect(settings.idleTimeout == .seconds(60))
    #expect(!settings.keyRequired)
    #expect(settings.accessLog == .errors)
  }
}
