import HTTP2
import Testing
import Wire

@testable import RPC

@Suite struct RequestHeadTests {
  struct Empty: WireMessage {
    mutating func merge(from reader: inout WireReader) throws(WireError) {
      while let tag = try reader.nextTag() { try reader.skip(tag) }
    }
    func write(to writer: inout WireWriter) {}
  }

  static let router: Router = {
    var router = Router()
    for name in ["M", "N", "Other"] {
      router.unary(Method<Empty, Empty>("p.S", name)) { request, _ in request }
    }
    return router
  }()

  static func block(
    _ change: [String: String] = [:], without missing: String = "", more: [(String, String)] = []
  ) -> HeaderBlock {
    let base = [
      (":method", "POST"), (":scheme", "http"), (":path", "/p.S/M"), (":authority", "a"),
      ("content-type", "application/grpc"), ("te", "trailers"),
    ]
    let fields = base.filter { $0.0 != missing }.map { ($0.0, change[$0.0] ?? $0.1) }
    return HeaderBlock(fields + more)
  }

  static func refusal(_ block: HeaderBlock) -> RequestHead.Refusal? {
    do throws(RequestHead.Refusal) {
      _ = try RequestHead(block, router: router)
      return nil
    } catch {
      return error
    }
  }

  static func status(_ block: HeaderBlock) -> RPCError? {
    if case .status(let error, _) = refusal(block) { return error }
    return nil
  }

  @Test func `a request of gRPC finds its route`() throws {
    let head = try RequestHead(Self.block(), router: Self.router)
    let (path, deadline, hasMetadata) = (head.route.path, head.deadline, head.hasMetadata)
    #expect(path == "/p.S/M")
    #expect(deadline.isNever)
    #expect(!hasMetadata)
  }

  @Test(arguments: ["GET", "PUT", "post", "POST ", ""])
  func `what is no POST is not allowed`(method: String) {
    guard case .methodNotAllowed = Self.refusal(Self.block([":method": method])) else {
      Issue.record("\(method) was taken")
      return
    }
  }

  @Test(arguments: [
    "application/grpc", "application/grpc+proto", "Application/gRPC", "application/grpc;a=b",
    "application/grpc+proto; charset=utf-8", "application/grpc ;x",
  ])
  func `gRPC's content types are taken in any case and with parameters`(type: String) {
    #expect(Self.refusal(Self.block(["content-type": type])) == nil)
  }

  @Test(arguments: [
    "application/json", "application/grpc-web", "application/grpc+json", "application/grp", "",
    "text/plain", "application/grpcx",
  ])
  func `another content type is not gRPC`(type: String) {
    guard case .unsupportedMediaType = Self.refusal(Self.block(["content-type": type])) else {
      Issue.record("\(type) was taken")
      return
    }
  }

  @Test func `no content type is not gRPC`() {
    guard case .unsupportedMediaType = Self.refusal(Self.block(without: "content-type")) else {
      Issue.record("a request without content-type was taken")
      return
    }
  }

  @Test(arguments: [
    "p.S/M", "//p.S/M", "/p.S/M/", "/p.S/M?x", "/P.S/M", "/p.s/M", "*", "", "/", "/p.S/", "/p.S",
    "/p.S/m", "/p.S/%4D", "/p.S/M\u{0}",
  ])
  func `a path that is only similar reaches nobody`(path: String) {
    #expect(Self.status(Self.block([":path": path]))?.code == .unimplemented)
  }

  @Test(arguments: ["", "1", "123456789S", "-1S", " 1S", "1x", "S"])
  func `a timeout of another form is named`(timeout: String) throws {
    let error = try #require(Self.status(Self.block(more: [("grpc-timeout", timeout)])))
    #expect(error.code == .internalError)
    #expect(error.message.contains("\"\(timeout)\""))
  }

  @Test func `a deadline that has passed on arrival reaches no handler`() {
    let error = Self.status(Self.block(more: [("grpc-timeout", "0n")]))
    #expect(error?.code == .deadlineExceeded)
  }

  @Test func `a timeout becomes a deadline, and one too long to count is none`() throws {
    let soon = try RequestHead(Self.block(more: [("grpc-timeout", "1H")]), router: Self.router)
      .deadline
    #expect(soon < .after(.seconds(3601)))
    let never = try RequestHead(
      Self.block(more: [("grpc-timeout", "99999999H")]), router: Self.router
    ).deadline
    #expect(never.isNever)
  }

  @Test func `an unknown encoding is refused with the ones there are`() throws {
    let refusal = Self.refusal(Self.block(more: [("grpc-encoding", "zstd")]))
    guard case .status(let error, let offers) = refusal else {
      Issue.record("taken")
      return
    }
    #expect(error.code == .unimplemented)
    #expect(error.message.contains("zstd") && error.message.contains("identity"))
    #expect(offers)
    #expect(Self.refusal(Self.block(more: [("grpc-encoding", "identity")])) == nil)
  }

  @Test(arguments: [
    "gzip", "identity, deflate, gzip", "gzip,identity", "a ,gzip", ", ,gzip ,", "gzip x",
  ])
  func `gzip is found among the encodings a client takes`(list: String) throws {
    let block = Self.block(more: [("grpc-accept-encoding", list)])
    let acceptsGzip = try RequestHead(block, router: Self.router).acceptsGzip
    #expect(acceptsGzip)
  }

  @Test(arguments: ["", " ", ",", "identity", "gzipx", "xgzip", "g,zip", "GZIP", "x gzip"])
  func `what is not gzip is not taken for it`(list: String) throws {
    let block = Self.block(more: [("grpc-accept-encoding", list)])
    let acceptsGzip = try RequestHead(block, router: Self.router).acceptsGzip
    #expect(!acceptsGzip)
  }

  @Test func `what a proxy adds is no metadata`() throws {
    let block = Self.block(more: [("content-length", "19"), ("te", "trailers"), ("date", "x")])
    let hasMetadata = try RequestHead(block, router: Self.router).hasMetadata
    #expect(!hasMetadata)
  }

  @Test(arguments: ["q6s", "q6s=", "", "q6s,AAAA", "AA=="])
  func `binary metadata is taken with and without padding`(value: String) {
    #expect(Self.refusal(Self.block(more: [("k-bin", value)])) == nil)
  }

  @Test(arguments: ["q", "q6s*", "====", "q=6s", "q6s==", "AA=", "AAAAA"])
  func `binary metadata that is no base64 is named`(value: String) throws {
    let error = try #require(Self.status(Self.block(more: [("k-bin", value)])))
    #expect(error.code == .internalError)
    #expect(error.message.contains("k-bin"))
  }

  @Test func `metadata holds what is the application's, in order, and nothing else`() throws {
    let block = Self.block(more: [
      ("user-agent", "x"), ("k", " 1 "), ("grpc-accept-encoding", "gzip"), ("grpc-tags-bin", "*"),
      ("k", "2"), ("bad", "\u{E4}"), ("b-bin", "q6s,AQ"), ("grpc-trace-bin", "q6s"),
    ])
    let hasMetadata = try RequestHead(block, router: Self.router).hasMetadata
    #expect(hasMetadata)
    var expected = Metadata()
    try expected.add("k", "1")
    try expected.add("k", "2")
    try expected.add("b-bin", binary: [0xAB, 0xAB])
    try expected.add("b-bin", binary: [1])
    #expect(Metadata(received: block) == expected)
  }
}
