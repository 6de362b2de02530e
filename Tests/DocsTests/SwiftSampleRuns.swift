import JSON
import TributaryClient

/// Every Swift sample of the documentation as it stands there, compiled and run.
struct SwiftSampleRuns: Sendable {
    let client: TributaryClient
    let url: String
    let sourceID: String
    let runID: String
    let pushID: String
    let appID: String
    let keyID: String
    let secret: String
    let manifest: String

    /// By operation.
    var all: [String: @Sendable () async throws -> Void] {
        [
            "datasources.list": listDatasources,
            "datasources.create": createDatasources,
            "datasources.get": getDatasources,
            "datasources.update": updateDatasources,
            "datasources.sync": syncDatasources,
            "datasources.check": checkDatasources,
            "datasources.entities": entitiesDatasources,
            "datasources.erase": eraseDatasources,
            "datasources.delete": deleteDatasources,
            "runs.list": listRuns,
            "runs.get": getRuns,
            "runs.rejects": rejectsRuns,
            "runs.events": eventsRuns,
            "runs.cancel": cancelRuns,
            "records.list": listRecords,
            "records.push": pushRecords,
            "records.changes": changesRecords,
            "connectors.list": listConnectors,
            "connectors.create": createConnectors,
            "connectors.get": getConnectors,
            "connectors.check": checkConnectors,
            "connectors.preview_schedule": previewScheduleConnectors,
            "applications.list": listApplications,
            "applications.create": createApplications,
            "applications.get": getApplications,
            "applications.update": updateApplications,
            "applications.create_key": createKeyApplications,
            "applications.list_keys": listKeysApplications,
            "applications.revoke_key": revokeKeyApplications,
            "applications.delete": deleteApplications,
            "auth.token": tokenAuth,
            "server.health": healthServer,
            "server.ready": readyServer,
        ]
    }

    // sample: datasources.list
    @Sendable func listDatasources() async throws {
        var filter = DataSourceFilter()
        filter.status = "connected"
        for try await source in client.datasources.all(filter) {
            print(source.name, source.lastSyncAt ?? "never")
        }
    }

    // sample: datasources.create
    @Sendable func createDatasources() async throws {
        let source = try await client.datasources.create(
            NewDataSourceBody(
                name: "Customers", type: "file",
                config: ["path": "customers.csv", "primary_key": ["id"]]))
        print(source.id, source.status)
    }

    // sample: datasources.get
    @Sendable func getDatasources() async throws {
        let source = try await client.datasources.get(sourceID)
        print(source.status, source.lastError?.message ?? "no error")
    }

    // sample: datasources.update
    @Sendable func updateDatasources() async throws {
        let source = try await client.datasources.update(
            sourceID, ["name": "Our customers", "sync_schedule": "@hourly"])
        print(source.nextSyncAt ?? "not scheduled")
    }

    // sample: datasources.sync
    @Sendable func syncDatasources() async throws {
        let run = try await client.datasources.sync(sourceID)
        let ended = try await client.datasources.finished(run)
        print(ended.status, ended.error?.message ?? "no error")
    }

    // sample: datasources.check
    @Sendable func checkDatasources() async throws {
        let check = try await client.datasources.check(sourceID)
        print(check.error?.message ?? "it works")
    }

    // sample: datasources.entities
    @Sendable func entitiesDatasources() async throws {
        for entity in try await client.datasources.entities(sourceID) {
            print(entity.name, entity.primaryKey)
        }
    }

    // sample: datasources.erase
    @Sendable func eraseDatasources() async throws {
        let erasure = try await client.datasources.erase(sourceID, entity: "customers")
        print(erasure.erased)
    }

    // sample: datasources.delete
    @Sendable func deleteDatasources() async throws {
        try await client.datasources.delete(sourceID)
    }

    // sample: runs.list
    @Sendable func listRuns() async throws {
        for try await run in client.datasources.allRuns(sourceID) {
            print(run.id, run.status)
        }
    }

    // sample: runs.get
    @Sendable func getRuns() async throws {
        let run = try await client.datasources.run(sourceID, runID)
        print(run.status, run.entities.map(\.read))
    }

    // sample: runs.rejects
    @Sendable func rejectsRuns() async throws {
        for try await reject in client.datasources.allRejects(sourceID, runID) {
            print(reject.entity, reject.reason, reject.excerpt)
        }
    }

    // sample: runs.events
    @Sendable func eventsRuns() async throws {
        let run = try await client.datasources.run(sourceID, runID)
        for try await snapshot in client.datasources.watch(run) {
            print(snapshot.status, snapshot.entities.map(\.read))
        }
    }

    // sample: runs.cancel
    @Sendable func cancelRuns() async throws {
        let run = try await client.datasources.cancel(sourceID, runID)
        print(run.status)
    }

    // sample: records.list
    @Sendable func listRecords() async throws {
        for try await record in client.datasources.allRecords(sourceID, "customers") {
            print(record.key.text, record.data?.text ?? "deleted")
        }
    }

    // sample: records.push
    @Sendable func pushRecords() async throws {
        let items: [JSONValue] = [
            ["id": 1, "name": "Ada"], ["id": 2, "name": "Grace"], ["id": 3, "_deleted": true],
        ]
        let push = try await client.datasources.push(pushID, "customers", items)
        print(push.inserted, push.rejects.map(\.detail))
    }

    // sample: records.changes
    @Sendable func changesRecords() async throws {
        var cursor: String?  // the one that you stored last time
        for try await page in client.datasources.catchUp(sourceID, from: cursor) {
            for change in page.items {
                print(change.seq, change.key.text, change.isDeleted ? "deleted" : "stored")
            }
            cursor = page.cursor  // store it together with what you made of the items
        }
    }

    // sample: connectors.list
    @Sendable func listConnectors() async throws {
        for connector in try await client.connectors.list().items {
            print(connector.type, connector.title)
        }
    }

    // sample: connectors.create
    @Sendable func createConnectors() async throws {
        let connector = try await client.connectors.create("acme-crm", manifest: manifest)
        print(connector.type, connector.version)
    }

    // sample: connectors.get
    @Sendable func getConnectors() async throws {
        let connector = try await client.connectors.get("file")
        print(connector.configSchema)
    }

    // sample: connectors.check
    @Sendable func checkConnectors() async throws {
        let check = try await client.connectors.check("file", config: ["path": "customers.csv"])
        print(check.error?.message ?? "it works")
    }

    // sample: connectors.preview_schedule
    @Sendable func previewScheduleConnectors() async throws {
        let preview = try await client.schedules.preview("0 6 * * 1-5", count: 3)
        print(preview.times)
    }

    // sample: applications.list
    @Sendable func listApplications() async throws {
        for try await application in client.applications.all() {
            print(application.id, application.name)
        }
    }

    // sample: applications.create
    @Sendable func createApplications() async throws {
        let application = try await client.applications.create(
            NewApplicationBody(name: "Billing", scope: "datasources:read datasources:sync records:read"))
        print(application.id)
    }

    // sample: applications.get
    @Sendable func getApplications() async throws {
        let application = try await client.applications.get(appID)
        print(application.scope)
    }

    // sample: applications.update
    @Sendable func updateApplications() async throws {
        let application = try await client.applications.update(appID, ["name": "Billing, nightly"])
        print(application.name)
    }

    // sample: applications.create_key
    @Sendable func createKeyApplications() async throws {
        let key = try await client.applications.keys.create(appID, NewAPIKeyBody(name: "production"))
        print(key.id, key.prefix)  // key.secret is here, and nowhere later
    }

    // sample: applications.list_keys
    @Sendable func listKeysApplications() async throws {
        for key in try await client.applications.keys.list(appID).items {
            print(key.prefix, key.lastUsedAt ?? "never used")
        }
    }

    // sample: applications.revoke_key
    @Sendable func revokeKeyApplications() async throws {
        try await client.applications.keys.revoke(appID, keyID)
    }

    // sample: applications.delete
    @Sendable func deleteApplications() async throws {
        try await client.applications.delete(appID)
    }

    // sample: auth.token
    @Sendable func tokenAuth() async throws {
        // Gets tokens by itself, and new ones before they end.
        let billing = TributaryClient(url: url, clientID: appID, clientSecret: secret)
        print(try await billing.datasources.list().items.count)
        await billing.close()
    }

    // sample: server.health
    @Sendable func healthServer() async throws {
        let health = try await client.server.health()
        print(health.version, health.database)
    }

    // sample: server.ready
    @Sendable func readyServer() async throws {
        let health = try await client.server.ready()
        print(health.status)
    }
}
