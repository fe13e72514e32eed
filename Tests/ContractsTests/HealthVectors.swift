import Contracts

/// The values of Tests/Vectors for grpc.health.v1.
enum HealthVectors {
  static let all: [Vector] = [
    healthCheckRequest,
    healthCheckResponse,
  ].flatMap(\.self)

  static let healthCheckRequest = Vector.of(
    "grpc.health.v1.HealthCheckRequest",
    [
      "empty": HealthCheckRequest(),
      "typical": HealthCheckRequest(service: "inventory.v1.Inventory"),
      "lowest": HealthCheckRequest(service: "\n\"\\\u{0}"),
      "highest": HealthCheckRequest(service: String(repeating: "z", count: 300)),
      "unicode": HealthCheckRequest(service: "Tée ☕️ 茶 𝛑 é 👩‍🚀"),
    ])

  static let healthCheckResponse = Vector.of(
    "grpc.health.v1.HealthCheckResponse",
    [
      "empty": HealthCheckResponse(),
      "serving": HealthCheckResponse(status: ServingStatus.serving),
      "notServing": HealthCheckResponse(status: ServingStatus.notServing),
      "lowest": HealthCheckResponse(status: ServingStatus(rawValue: -2147483648)),
      "highest": HealthCheckResponse(status: ServingStatus(rawValue: 2147483647)),
      "unicode": HealthCheckResponse(status: ServingStatus(rawValue: -1)),
    ])
}
