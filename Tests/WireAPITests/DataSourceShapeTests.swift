import JSON
import Testing
import WireAPI

@Suite("Shapes of DataSources")
struct DataSourceShapeTests {
    private var full: DataSourceBody {
        DataSourceBody(
            id: "ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA", tenantID: "acme", appID: "app_01JD2Y6V9N0QH8Z4M7K3T5R1XB",
            createdAt: "2026-03-01T10:00:00.001Z", updatedAt: "2026-03-02T10:00:00.002Z", createdBy: "ann",
            updatedBy: "ben", source: "edm", sourceType: "api", isDeleted: true,
            deletedAt: "2026-03-03T10:00:00.003Z", deletedBy: "cid", schemaVersion: 1, name: "Countries \u{2013} «all»",
            type: "file", status: "error", lastSyncAt: "2026-03-04T10:00:00.004Z",
            nextSyncAt: "2026-03-05T10:00:00.005Z", syncedEntities: ["iso_3166-2": 5127, "iso_3166-1": 249],
            config: ["path": "*.json", "format": "json", "header": true], secretFields: ["password", "proxy.password"],
            syncSchedule: "CRON_TZ=Europe/Berlin 15 2 * * *",
            entities: [
                EntitySelectionBody(
                    name: "iso_3166-1", mode: "incremental", cursorField: "changed", primaryKey: ["alpha_2", "name"],
                    fullEvery: "P3D"),
                EntitySelectionBody(name: "iso_3166-2", mode: "full"),
            ],
            lastError: LastErrorBody(
                code: "file.truncated", message: "The file ends inside a value.", recovery: "fix_config",
                at: "2026-03-06T10:00:00.006Z", runID: "run_01JD2Y6V9N0QH8Z4M7K3T5R1XC"),
            consecutiveFailures: 3, activeRunID: "run_01JD2Y6V9N0QH8Z4M7K3T5R1XD")
    }

    @Test("a DataSource with everything set matches its golden file")
    func fullDataSource() throws { try expectGolden(full, "datasource-full") }

    @Test("a new DataSource has null for what it lacks, and no app_id at all")
    func newDataSource() throws {
        let body = DataSourceBody(
            id: "ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA", tenantID: "acme", createdAt: "2026-03-01T10:00:00.001Z",
            updatedAt: "2026-03-01T10:00:00.001Z", createdBy: "ann", updatedBy: "ann", source: "edm",
            sourceType: "backend", isDeleted: false, schemaVersion: 1, name: "Countries", type: "file",
            status: "pending", syncedEntities: [:], config: JSONObject(), secretFields: [], consecutiveFailures: 0)
        try expectGolden(body, "datasource-new")
    }

    @Test("a list is wrapped in its envelope")
    func list() throws {
        try expectGolden(
            Page(items: [full], nextCursor: "eyJhIjoxfQ", total: 17), "datasource-page")
        try expectGolden(Page<DataSourceBody>(items: [], nextCursor: nil, total: nil), "empty-page")
        try expectGolden(ItemList(items: [ErasureBody(erased: 1), ErasureBody(erased: 2)]), "item-list")
    }

    @Test("what a client sends leaves out what it doesn't set")
    func requests() throws {
        try expectGolden(
            NewDataSourceBody(name: "Countries", type: "file", config: ["path": "*.json"]), "new-datasource-small")
        try expectGolden(
            NewDataSourceBody(
                name: "Countries", type: "file", config: ["path": "*.json"], source: "crm", sourceType: "system",
                syncSchedule: "@hourly", entities: [EntitySelectionBody(name: "a", mode: "full")]),
            "new-datasource-full")
        try expectGolden(SyncRequestBody(), "sync-request-empty")
        try expectGolden(
            SyncRequestBody(mode: "full", entities: ["a", "b"], allowsDeletes: true), "sync-request-full")
        try expectGolden(EraseRequestBody(entity: "a"), "erase-request")
        try expectGolden(CheckRequestBody(config: ["path": "*.csv"]), "check-request")
        try expectGolden(
            ScheduleRequestBody(schedule: "PT15M", from: "2026-03-01T10:00:00.000Z", count: 2), "schedule-request")
    }
}
