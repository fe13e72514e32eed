import TestSupport
import Testing

@testable import Transport

@Suite struct ConnectionAgeTests {
  @Test func `connections grow old a tenth sooner or later than is set, and not together`() {
    var settings = ServerSettings()
    settings.connectionAge = .seconds(1_000)
    var random = SeededRandom(seed: 1)
    let ages = (0..<1_000).map { _ in settings.drawAge(&random) }
    #expect(ages.allSatisfy { (.seconds(900)...(.seconds(1_100))).contains($0) })
    // Spread over all of it: of a thousand some lie in each twentieth.
    for start in stride(from: 900, to: 1_100, by: 10) {
      let part = Duration.seconds(start)..<Duration.seconds(start + 10)
      #expect(ages.contains { part.contains($0) }, "\(part)")
    }
  }
}
