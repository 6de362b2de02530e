/// The Swift samples by operation, each as `Tests/DocsTests/SwiftSampleRuns.swift` has it, where it is compiled and run.
enum SwiftSamples {
    /// What a program needs before the samples run, and what each is.
    static let constants: [(name: String, meaning: String)] = [
        ("client", "`TributaryClient(url: url, token: token)` of `import TributaryClient`"),
        ("sourceID", "the id of a DataSource with an entity `customers`"),
        ("runID", "the id of one of its runs"),
        ("pushID", "the id of a DataSource of type `push`"),
        ("appID", "the id of an Application"),
        ("keyID", "the id of one of its keys"),
        ("url", "the server's address"),
        ("secret", "such a key itself"),
    ]

    static let texts = sources.merging(runs) { $1 }.merging(records) { $1 }.merging(catalogue) { $1 }
        .merging(server) { $1 }.merging(applications) { $1 }

    private static let sources = [
        "datasources.list": """
        var filter = DataSourceFilter()
        filter.status = "connected"
        for try await source in client.datasources.all(filter) {
            print(source.name, source.lastSyncAt ?? "never")
        }
        """,
        "datasources.create": """
        let source = try await client.datasources.create(
            NewDataSourceBody(
                name: "Customers", type: "file",
                config: ["path": "customers.csv", "primary_key": ["id"]]))
        print(source.id, source.status)
        """,
        "datasources.get": """
        let source = try await client.datasources.get(sourceID)
        print(source.status, source.lastError?.message ?? "no error")
        """,
        "datasources.update": """
        let source = try await client.datasources.update(
            sourceID, ["name": "Our customers", "sync_schedule": "@hourly"])
        print(source.nextSyncAt ?? "not scheduled")
        """,
        "datasources.sync": """
        let run = try await client.datasources.sync(sourceID)
        let ended = try await client.datasources.finished(run)
        print(ended.status, ended.error?.message ?? "no error")
        """,
        "datasources.check": """
        let check = try await client.datasources.check(sourceID)
        print(check.error?.message ?? "it works")
        """,
        "datasources.entities": """
        for entity in try await client.datasources.entities(sourceID) {
            print(entity.name, entity.primaryKey)
        }
        """,
        "datasources.erase": """
        let erasure = try await client.datasources.erase(sourceID, entity: "customers")
        print(erasure.erased)
        """,
        "datasources.delete": """
        try await client.datasources.delete(sourceID)
        """,
    ]

    private static let runs = [
        "runs.list": """
        for try await run in client.datasources.allRuns(sourceID) {
            print(run.id, run.status)
        }
        """,
        "runs.get": """
        let run = try await client.datasources.run(sourceID, runID)
        print(run.status, run.entities.map(\\.read))
        """,
        "runs.rejects": """
        for try await reject in client.datasources.allRejects(sourceID, runID) {
            print(reject.entity, reject.reason, reject.excerpt)
        }
        """,
        "runs.events": """
        let run = try await client.datasources.run(sourceID, runID)
        for try await snapshot in client.datasources.watch(run) {
            print(snapshot.status, snapshot.entities.map(\\.read))
        }
        """,
        "runs.cancel": """
        let run = try await client.datasources.cancel(sourceID, runID)
        print(run.status)
        """,
    ]

    private static let records = [
        "records.list": """
        for try await record in client.datasources.allRecords(sourceID, "customers") {
            print(record.key.text, record.data?.text ?? "deleted")
        }
        """,
        "records.push": """
        let items: [JSONValue] = [
            ["id": 1, "name": "Ada"], ["id": 2, "name": "Grace"], ["id": 3, "_deleted": true],
        ]
        let push = try await client.datasources.push(pushID, "customers", items)
        print(push.inserted, push.rejects.map(\\.detail))
        """,
        "records.changes": """
        var cursor: String?  // the one that you stored last time
        for try await page in client.datasources.catchUp(sourceID, from: cursor) {
            for change in page.items {
                print(change.seq, change.key.text, change.isDeleted ? "deleted" : "stored")
            }
            cursor = page.cursor  // store it together with what you made of the items
        }
        """,
    ]

    private static let catalogue = [
        "connectors.list": """
        for connector in try await client.connectors.list().items {
            print(connector.type, connector.title)
        }
        """,
        "connectors.create": """
        let connector = try await client.connectors.create("acme-crm", manifest: manifest)
        print(connector.type, connector.version)
        """,
        "connectors.get": """
        let connector = try await client.connectors.get("file")
        print(connector.configSchema)
        """,
        "connectors.check": """
        let check = try await client.connectors.check("file", config: ["path": "customers.csv"])
        print(check.error?.message ?? "it works")
        """,
        "connectors.preview_schedule": """
        let preview = try await client.schedules.preview("0 6 * * 1-5", count: 3)
        print(preview.times)
        """,
    ]

    private static let applications = [
        "applications.list": """
        for try await application in client.applications.all() {
            print(application.id, application.name)
        }
        """,
        "applications.create": """
        let application = try await client.applications.create(
            NewApplicationBody(name: "Billing", scope: "datasources:read datasources:sync records:read"))
        print(application.id)
        """,
        "applications.get": """
        let application = try await client.applications.get(appID)
        print(application.scope)
        """,
        "applications.update": """
        let application = try await client.applications.update(appID, ["name": "Billing, nightly"])
        print(application.name)
        """,
        "applications.create_key": """
        let key = try await client.applications.keys.create(appID, NewAPIKeyBody(name: "production"))
        print(key.id, key.prefix)  // key.secret is here, and nowhere later
        """,
        "applications.list_keys": """
        for key in try await client.applications.keys.list(appID).items {
            print(key.prefix, key.lastUsedAt ?? "never used")
        }
        """,
        "applications.revoke_key": """
        try await client.applications.keys.revoke(appID, keyID)
        """,
        "applications.delete": """
        try await client.applications.delete(appID)
        """,
        "auth.token": """
        // Gets tokens by itself, and new ones before they end.
        let billing = TributaryClient(url: url, clientID: appID, clientSecret: secret)
        print(try await billing.datasources.list().items.count)
        await billing.close()
        """,
    ]

    private static let server = [
        "server.health": """
        let health = try await client.server.health()
        print(health.version, health.database)
        """,
        "server.ready": """
        let health = try await client.server.ready()
        print(health.status)
        """,
    ]
}
