extension EdgeServer {
  /// The template of every path that is served, for example `/v1/orders/{order_id}`: all the values
  /// that `EdgeExchange.route` can have.
  public static var routeTemplates: [String] { Routes.all.routes.map(\.pattern.template) }
}
