/// A handler with its request and the place for its answer, ready to be run once.
///
/// It is a struct because a closure that goes by itself into an array or through a generic function
/// is wrapped on its way in and on its way out, which allocates each time.
public struct PreparedHandler: Sendable {
  let run: @Sendable () async -> Void

  @usableFromInline init(_ run: @escaping @Sendable () async -> Void) { self.run = run }
}
