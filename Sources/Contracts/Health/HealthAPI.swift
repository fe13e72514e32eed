public import RPC

/// `service Health` in gRPC's health/v1/health.proto, one constant for each method.
/// Server and client both take these constants, so no path is typed twice.
public enum HealthAPI {
  public static let service = "grpc.health.v1.Health"
  public static let check = Method<HealthCheckRequest, HealthCheckResponse>(service, "Check")
  public static let watch = Method<HealthCheckRequest, HealthCheckResponse>(service, "Watch")
}
