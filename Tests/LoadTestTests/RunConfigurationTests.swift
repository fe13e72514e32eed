import Testing

@testable import LoadTest

@Suite struct RunConfigurationTests {
  @Test func `the defaults are valid`() throws {
    try RunConfiguration().validate()
  }

  @Test func `as many requests as the streams carry pass, one more does not`() throws {
    var configuration = RunConfiguration()
    configuration.connections = 3
    configuration.streams = 7
    configuration.concurrency = 21
    try configuration.validate()
    configuration.concurrency = 22
    #expect {
      try configuration.validate()
    } throws: { error in
      let error = error as? LoadError
      return error?.exitCode == 64 && error?.description.contains("22") == true
        && error?.description.contains("21") == true
    }
  }

  @Test func `what contradicts itself is a bad option`() throws {
    let method = WorkloadSettings.Content.method(try RawMethod(parsing: "a/b", bodies: []))
    let address = TargetAddress(host: "h", port: 1)
    let changes: [(inout RunConfiguration) -> Void] = [
      { $0.concurrency = 0 }, { $0.connections = 0 }, { $0.connections = 10_001 },
      { $0.streams = 0 }, { $0.streams = 1_000_001 }, { $0.ending = .count(0) },
      { $0.ending = .duration(.seconds(0)) }, { $0.timeout = .seconds(0) },
      { $0.workload.content = method }, { $0.target = address }, { $0.preparedStock = 0 },
      { $0.preparedStock = RunConfiguration.preparedStockMax + 1 },
      {
        $0.workload.content = method
        $0.target = address
        $0.preparedStock = 1
      },
    ]
    for change in changes {
      var configuration = RunConfiguration()
      change(&configuration)
      #expect { try configuration.validate() } throws: { ($0 as? LoadError)?.exitCode == 64 }
    }
  }

  @Test func `only the servers that are asked get connections`() throws {
    var configuration = RunConfiguration()
    #expect(configuration.servers.map(\.role) == [.inventory, .orders])
    configuration.workload.content = .mix(try RequestMix(parsing: "check-stock=0,place-order=1"))
    #expect(configuration.servers.map(\.role) == [.orders])
    configuration.preparedStock = 5
    #expect(configuration.servers.map(\.role) == [.inventory, .orders])
  }
}
