/// A connection, as far as the balancer has to know.
protocol BalancedLink: AnyObject {
  /// Whether it takes a call now.
  var hasRoom: Bool { get }
}
