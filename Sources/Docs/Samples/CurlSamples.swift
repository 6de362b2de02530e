import Domain
import JSON

/// The curl commands, in the order in which one can be run after the other: what deletes comes last.
enum CurlSamples {
    static let all = sources + runs + records + catalogue + applications + server + endings

    private static let sources = [
        CurlSample(operation: "datasources.list", query: "status=connected&sort=name&limit=10"),
        CurlSample(
            operation: "datasources.create", header: "Idempotency-Key: register-customers",
            body: [
                "name": "Customers", "type": "file", "config": ["path": "customers.csv", "primary_key": ["id"]],
            ]),
        CurlSample(operation: "datasources.get"),
        CurlSample(operation: "datasources.update", body: ["name": "Our customers", "sync_schedule": "@hourly"]),
        CurlSample(operation: "datasources.sync", query: "wait=30"),
        CurlSample(operation: "datasources.check"),
        CurlSample(operation: "datasources.entities"),
    ]

    private static let runs = [
        CurlSample(operation: "runs.list", query: "limit=10"),
        CurlSample(operation: "runs.get"),
        CurlSample(operation: "runs.rejects"),
        CurlSample(operation: "runs.events"),
        CurlSample(operation: "runs.cancel"),
    ]

    private static let records = [
        CurlSample(operation: "records.list", query: "limit=10"),
        CurlSample(
            operation: "records.push",
            body: [["id": 1, "name": "Ada"], ["id": 2, "name": "Grace"], ["id": 3, "_deleted": true]],
            places: ["id": "$PUSH_ID"]),
        CurlSample(operation: "records.changes", query: "limit=100"),
    ]

    private static let catalogue = [
        CurlSample(operation: "connectors.list"),
        CurlSample(
            operation: "connectors.create",
            body: .object(JSONObject(Resource.manifest.fields.map { ($0.name, $0.example) }))),
        CurlSample(operation: "connectors.get"),
        CurlSample(operation: "connectors.check", body: ["config": ["path": "customers.csv"]]),
        CurlSample(operation: "connectors.preview_schedule", body: ["schedule": "0 6 * * 1-5", "count": 3]),
    ]

    private static let applications = [
        CurlSample(operation: "applications.list", query: "limit=10"),
        CurlSample(
            operation: "applications.create",
            body: ["name": "Billing", "scope": "datasources:read datasources:sync records:read"]),
        CurlSample(operation: "applications.get"),
        CurlSample(operation: "applications.update", body: ["name": "Billing, nightly"]),
        CurlSample(operation: "applications.create_key", body: ["name": "production"]),
        CurlSample(operation: "applications.list_keys"),
        CurlSample(
            operation: "auth.token",
            options: ["-u \"$APP_ID:$APP_SECRET\"", "-d grant_type=client_credentials"]),
        CurlSample(operation: "auth.keys"),
        CurlSample(operation: "audit.list", query: "limit=10"),
    ]

    private static let server = [
        CurlSample(operation: "server.health"),
        CurlSample(operation: "server.ready"),
        CurlSample(operation: "server.metrics"),
        CurlSample(operation: "server.manifest"),
        CurlSample(operation: "server.openapi"),
    ]

    private static let endings = [
        CurlSample(operation: "datasources.erase", body: ["entity": "customers"]),
        CurlSample(operation: "datasources.delete"),
        CurlSample(operation: "applications.revoke_key"),
        CurlSample(operation: "applications.delete"),
    ]
}
