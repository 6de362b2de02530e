extension Contract {
    /// How a process is doing, and what it offers.
    static let server: [Operation] = [
        Operation(
            "server.health", .get, "/health", "See whether the process runs", isOpen: true,
            answers: [Operation.Answer(200, .one(.health), note: "It does.")]),
        Operation(
            "server.ready", .get, "/ready", "See whether it can do its work", isOpen: true,
            answers: [Operation.Answer(200, .one(.health), note: "It can.")], errors: ["server.not_ready"]),
        Operation(
            "server.metrics", .get, "/metrics", "Read the metrics", note: "Prometheus text format.", isOpen: true,
            answers: [Operation.Answer(200, .text("text/plain"), note: "All meters.")]),
        Operation(
            "server.manifest", .get, "/api/v1/manifest", "Read the manifest",
            note: "The resources, their fields, verbs and paths.", isOpen: true,
            answers: [Operation.Answer(200, .json, note: "The manifest.")]),
        Operation(
            "server.openapi", .get, "/openapi.json", "Read the OpenAPI description", note: "OpenAPI 3.1.", isOpen: true,
            answers: [Operation.Answer(200, .json, note: "The description.")]),
    ]
}
