import Synchronization
import Testing

@testable import RPC

@Suite struct InterceptorChainTests {
  /// Notes that it was passed on the way in and on the way out.
  private struct Layer: CallInterceptor {
    let name: String
    let notes: Notes
    var refusal: RPCError?
    var changed: StatusCode?

    func intercept<Result>(
      _ call: CallContext, to path: String,
      _ proceed: (CallContext) async throws(RPCError) -> Result
    ) async throws(RPCError) -> Result {
      notes.add("\(name) in \(path)")
      if let refusal { throw refusal }
      var more = Metadata()
      do throws(MetadataError) { try more.add("x-\(name)", "yes") } catch {
        throw RPCError(.internalError, "\(error)")
      }
      do throws(RPCError) {
        let result = try await proceed(call.adding(more))
        notes.add("\(name) out")
        return result
      } catch {
        notes.add("\(name) out \(error.code.name)")
        if let changed { throw RPCError(changed, error.message) }
        throw error
      }
    }
  }

  private final class Notes: Sendable {
    private let all = Mutex<[String]>([])
    func add(_ note: String) { all.withLock { $0.append(note) } }
    var taken: [String] { all.withLock { $0 } }
  }

  private static func run(
    _ layers: [Layer], _ call: CallContext = CallContext(),
    _ work: (CallContext) async throws(RPCError) -> Int
  ) async -> Result<Int, RPCError> {
    guard let chain = InterceptorChain(layers) else {
      return .failure(RPCError(.internalError, "no chain"))
    }
    do throws(RPCError) {
      return .success(try await chain.run(call, to: "/p.S/M", work))
    } catch {
      return .failure(error)
    }
  }

  @Test func `interceptors run in their order and unwind in reverse`() async {
    let notes = Notes()
    let layers = ["a", "b", "c"].map { Layer(name: $0, notes: notes) }
    let result = await Self.run(layers) { call in
      notes.add(call.metadata.entries.map(\.name).joined(separator: " "))
      return 7
    }
    #expect(result == .success(7))
    #expect(
      notes.taken == [
        "a in /p.S/M", "b in /p.S/M", "c in /p.S/M", "x-a x-b x-c", "c out", "b out", "a out",
      ])
  }

  @Test func `one that does not proceed ends the call for all inside it`() async {
    let notes = Notes()
    let refusal = RPCError(.permissionDenied, "not you")
    let layers = [
      Layer(name: "a", notes: notes), Layer(name: "b", notes: notes, refusal: refusal),
      Layer(name: "c", notes: notes),
    ]
    let result = await Self.run(layers) { _ in
      notes.add("work")
      return 7
    }
    #expect(result == .failure(refusal))
    #expect(notes.taken == ["a in /p.S/M", "b in /p.S/M", "a out PERMISSION_DENIED"])
  }

  @Test func `an outcome that one changes is what those outside it see`() async {
    let notes = Notes()
    let layers = [
      Layer(name: "a", notes: notes), Layer(name: "b", notes: notes, changed: .aborted),
    ]
    let result = await Self.run(layers) { _ throws(RPCError) in
      throw RPCError(.dataLoss, "gone")
    }
    #expect(result == .failure(RPCError(.aborted, "gone")))
    #expect(notes.taken.suffix(2) == ["b out DATA_LOSS", "a out ABORTED"])
  }

  @Test func `what is answered into a changed context stands in the caller's`() async throws {
    var metadata = Metadata()
    try metadata.add("x-own", "1")
    var answer = Metadata()
    try answer.add("x-answer", "2")
    let call = CallContext(metadata: metadata, peer: "p", waitsForReady: true)
    let sent = answer
    let layers = ["a", "b"].map { Layer(name: $0, notes: Notes()) }
    _ = await Self.run(layers, call) { inner in
      #expect(inner !== call)
      #expect(inner.metadata.entries.map(\.name) == ["x-own", "x-a", "x-b"])
      #expect(inner.waitsForReady && inner.peer == "p")
      inner.initialMetadata = sent
      inner.trailingMetadata = sent
      inner.reached("q")
      return 7
    }
    #expect(call.initialMetadata == answer && call.trailingMetadata == answer)
    #expect(call.peer == "q")
    #expect(call.metadata == metadata, "the caller's own context is left as it was")
  }

  @Test func `a deadline can be made earlier and not later`() throws {
    let call = CallContext(deadline: .after(.seconds(50)))
    #expect(call.limited(to: .never).deadline == call.deadline)
    #expect(call.limited(to: .after(.seconds(500))).deadline == call.deadline)
    #expect(call.limited(to: .after(.seconds(5))).deadline < call.deadline)
  }

  @Test func `a call without a deadline gets the default one, and another keeps its own`()
    async throws
  {
    let chain = try #require(InterceptorChain([DefaultTimeout(.seconds(60))]))
    let given = Deadline.after(.seconds(600))
    let (unset, own) = (CallContext(), CallContext(deadline: given))
    let isSet = try await chain.run(unset, to: "/p.S/M") { !$0.deadline.isNever }
    #expect(isSet)
    let isKept = try await chain.run(own, to: "/p.S/M") { $0.deadline == given && $0 === own }
    #expect(isKept)
  }

  @Test func `a router without interceptors and checks keeps its very routes`() throws {
    let block = RequestHeadTests.block()
    let route = try RequestHead(block, router: RequestHeadTests.router).route
    let same = RequestHeadTests.router.guarded(by: [], within: [])
    let unguarded = try RequestHead(block, router: same).route
    #expect(unguarded === route)
    #expect(InterceptorChain([]) == nil)
    let other = RequestHeadTests.router.guarded(
      by: [], within: [DefaultTimeout(.seconds(1))])
    let guarded = try RequestHead(block, router: other).route
    #expect(guarded !== route)
    #expect(other.paths == same.paths)
  }
}
