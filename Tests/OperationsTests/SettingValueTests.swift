import Testing

@testable import Operations

@Suite struct SettingValueTests {
  @Test(arguments: [
    ("300ms", Duration.milliseconds(300)), ("5s", .seconds(5)), ("2m", .seconds(120)),
    ("1h", .seconds(3600)), ("0s", .zero), ("007s", .seconds(7)), ("250us", .microseconds(250)),
  ])
  func `a duration is a number and its unit`(text: String, duration: Duration) {
    #expect(Duration(settingText: text) == duration)
  }

  @Test(arguments: [
    "", "5", "s", "5 s", "-5s", "+5s", "1.5s", "5S", "5min", "5sec", "1h30m", "٣s",
    "9223372036854775808s", "9223372036854775807h",
  ])
  func `what is no duration is refused, not guessed`(text: String) {
    #expect(Duration(settingText: text) == nil)
  }

  @Test(arguments: ["300ms", "5s", "2m", "1h", "0s", "90s", "1ns", "61m"])
  func `a duration is written as it was read`(text: String) throws {
    #expect(try #require(Duration(settingText: text)).settingText == text)
  }

  @Test func `a duration is written in the coarsest unit that loses nothing`() {
    #expect(Duration.seconds(120).settingText == "2m")
    #expect(Duration.milliseconds(1500).settingText == "1500ms")
    #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
    #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
  }

  @Test(arguments: [
    ("512B", 512), ("16KiB", 16384), ("1MiB", 1_048_576), ("2GiB", 2_147_483_648), ("0B", 0),
  ])
  func `a size is a number and its unit`(text: String, bytes: Int) throws {
    let size = try #require(ByteCount(settingText: text))
    #expect(size.bytes == bytes)
    #expect(size.settingText == text)
  }

  @Test(arguments: ["", "16", "KiB", "16KB", "16kib", "1.5MiB", "-1B", "9223372036854775807KiB"])
  func `what is no size is refused`(text: String) {
    #expect(ByteCount(settingText: text) == nil)
  }

  @Test(arguments: ["+1", "1.0", "1e3", "", " 1", "9223372036854775808", "0x10"])
  func `what is no whole number is refused`(text: String) {
    #expect(Int(settingText: text) == nil)
  }

  @Test(arguments: ["yes", "1", "TRUE", ""])
  func `only true and false are booleans`(text: String) {
    #expect(Bool(settingText: text) == nil)
  }

  @Test func `a list of peers keeps its order`() {
    let peers = PeerList(settingText: "a:1,[::1]:2,10.0.0.7:65535")
    #expect(peers?.targets == ["a:1", "[::1]:2", "10.0.0.7:65535"])
    #expect(peers?.settingText == "a:1,[::1]:2,10.0.0.7:65535")
    let addresses = [PeerAddress(host: "::1", port: 2), PeerAddress(host: "a", port: 1)]
    #expect(PeerList(addresses).targets == ["[::1]:2", "a:1"])
  }

  @Test(arguments: [
    ("a:1", false), ("unix:/run/a", false), ("[::1]:2", false), ("a:1,b:1", true),
    ("ipv4:10.0.0.1:1,10.0.0.2:1", true), ("dns:a:1", true), ("dns:///a:1", true),
  ])
  func `a list of peers may be several servers when it names several, or a name for them`(
    text: String, mayBe: Bool
  ) throws {
    let peers = try #require(PeerList(settingText: text))
    #expect(peers.mayBeSeveral == mayBe)
  }

  @Test(arguments: [
    "dns:inventory:50051", "dns:///inventory:50051", "ipv4:10.0.0.7:1",
    "ipv4:10.0.0.7:1,10.0.0.8:2",
    "ipv6:[::1]:1", "ipv6:[::1]:1,[::2]:2", "unix:/run/inventory.socket", "unix:///run/i.socket",
    "a:1,unix:/run/i.socket,dns:b:2",
  ])
  func `peers are named in all the ways that a client knows`(text: String) {
    #expect(PeerList(settingText: text)?.settingText == text)
  }

  @Test(arguments: ["a", "a.b,spiffe://shop/orders", "10.0.0.7,orders@shop"])
  func `names are a list`(text: String) {
    #expect(NameList(settingText: text)?.settingText == text)
    #expect(NameList(settingText: text)?.names.joined(separator: ",") == text)
  }

  @Test(arguments: ["", ",", "a,", ",a", "a,,b", "a b", "a, b"])
  func `names that are none are refused`(text: String) {
    #expect(NameList(settingText: text) == nil)
  }

  private static let hostNames: [(String, Bool)] = [
    ("inventory", true), ("inventory.shop", true), ("a-1.b", true), ("1.b", true),
    ("", false), (".", false), ("a.", false), ("-a", false), ("a-", false), ("a..b", false),
    ("10.0.0.7", false), ("::1", false), ("ä", false), ("a_b", false), ("a b", false),
    (labels(1, of: 63), true), (labels(1, of: 64), false),
    (labels(127, of: 1), true), (labels(128, of: 1), false),
  ]

  private static func labels(_ count: Int, of length: Int) -> String {
    Array(repeating: String(repeating: "a", count: length), count: count).joined(separator: ".")
  }

  @Test(arguments: hostNames)
  func `a host's name is one that a certificate can bear`(text: String, isName: Bool) {
    #expect(HostName.isValid(text) == isName)
  }

  @Test(arguments: [
    "", "a", "a:", ":1", "a:0", "a:65536", "a:+1", "a:1,", ",a:1", "a:1,,b:2", "::1:50051", "[a]:1",
    "[]:1", "a b:1", "dns:", "dns:50051", "dns:a", "dns://8.8.8.8/a:1", "dns:ä:1", "dns:a:0",
    "ipv4:a:1", "ipv4:[::1]:1", "ipv4:10.0.0.7", "ipv4:10.0.0.7:0", "ipv6:10.0.0.7:1", "unix:",
    "unix:/" + String(repeating: "a", count: 200), "http://a:1", "ä:1",
  ])
  func `what is no peer is refused`(text: String) {
    #expect(PeerList(settingText: text) == nil)
  }
}
