import JSON
import Testing
import WireAPI

@Suite("Shapes of runs, records and the rest")
struct RunShapeTests {
    private var run: SyncRunBody {
        SyncRunBody(
            id: "run_01JD2Y6V9N0QH8Z4M7K3T5R1XC", tenantID: "acme", appID: "crm",
            datasourceID: "ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA", trigger: "schedule", mode: "mixed", status: "needs_review",
            attempt: 2, createdAt: "2026-03-01T10:00:00.001Z", scheduledFor: "2026-03-01T10:00:00.000Z",
            startedAt: "2026-03-01T10:00:00.002Z", finishedAt: "2026-03-01T10:00:00.003Z", workerID: "w-1", fence: 41,
            entities: [
                EntityCountsBody(
                    name: "countries", mode: "full", read: 249, inserted: 101, updated: 12, deleted: 5,
                    unchanged: 123, rejected: 6, duplicates: 7, bytes: 45_678, isComplete: true)
            ],
            error: RunErrorBody(
                code: "run.deletes_need_review", message: "Half of the records would go.",
                recovery: "review_deletes", retryAt: "2026-03-01T11:00:00.000Z", entity: "countries"),
            isCoalesced: true)
    }

    @Test("a run with everything set matches its golden file")
    func fullRun() throws { try expectGolden(run, "run-full") }

    @Test("a run that read an entity anew says why")
    func rekeyedRun() throws {
        var rekeyed = run
        rekeyed.entities[0].fullReason = "key_changed"
        try expectGolden(rekeyed, "run-rekeyed")
    }

    @Test("a queued run has null for what it lacks")
    func queuedRun() throws {
        let queued = SyncRunBody(
            id: "run_01JD2Y6V9N0QH8Z4M7K3T5R1XC", tenantID: "acme", datasourceID: "ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA",
            trigger: "manual", mode: "full", status: "queued", attempt: 0, createdAt: "2026-03-01T10:00:00.001Z",
            entities: [])
        try expectGolden(queued, "run-queued")
    }

    @Test(
        "a run has ended once it is neither queued nor running",
        arguments: [
            ("queued", false, false), ("running", false, false), ("succeeded", true, true), ("failed", true, false),
            ("cancelled", true, false), ("needs_review", true, false), ("a_later_word", true, false),
        ])
    func ended(status: String, hasEnded: Bool, hasSucceeded: Bool) {
        var run = run
        run.status = status
        #expect(run.hasEnded == hasEnded)
        #expect(run.hasSucceeded == hasSucceeded)
    }

    @Test("a record's data is copied byte by byte; a tombstone has none")
    func records() throws {
        let live = RecordBody(
            id: "rec_01JD2Y6V9N0QH8Z4M7K3T5R1XE", datasourceID: "ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA", entity: "countries",
            key: RawJSON(unchecked: Array(#"["DE",1.50]"#.utf8)),
            data: RawJSON(unchecked: Array(#"{"z":1e2,"a":"\u00e4 ä"}"#.utf8)), seq: 250, version: 3,
            createdAt: "2026-03-01T10:00:00.001Z", updatedAt: "2026-03-01T10:00:00.002Z", isDeleted: false,
            runID: "run_01JD2Y6V9N0QH8Z4M7K3T5R1XC", source: "edm")
        let written = String(decoding: live.serialized(), as: UTF8.self)
        #expect(written.contains(#""key":["DE",1.50],"data":{"z":1e2,"a":"\u00e4 ä"},"seq":250"#))
        let gone = RecordBody(
            id: "rec_01JD2Y6V9N0QH8Z4M7K3T5R1XE", datasourceID: "ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA", entity: "countries",
            key: RawJSON(unchecked: Array(#"["DE"]"#.utf8)), seq: 251, version: 4,
            createdAt: "2026-03-01T10:00:00.001Z", updatedAt: "2026-03-01T10:00:00.004Z", isDeleted: true,
            deletedAt: "2026-03-01T10:00:00.003Z", source: "edm")
        try expectGolden(gone, "record-deleted")
        let plain = RawJSON(unchecked: Array(#"{"name":"Germany"}"#.utf8))
        var kept = gone
        (kept.data, kept.isDeleted, kept.deletedAt, kept.runID) = (plain, false, nil, live.runID)
        try expectGolden(kept, "record-live")
        try expectGolden(Page(items: [gone], nextCursor: "AAAB"), "changes-page")
    }

    @Test("the smaller shapes match their golden files")
    func smallShapes() throws {
        try expectGolden(
            EntityBody(
                name: "countries", jsonSchema: ["type": "object"], primaryKey: ["alpha_2"],
                modes: ["full", "incremental"], cursorFields: ["changed"], isSelected: true), "entity")
        try expectGolden(
            ConnectorBody(
                type: "file", title: "Files", description: "CSV and JSON.", docsURL: "/docs/file",
                configSchema: ["type": "object"], capabilities: ["check", "discover"], version: "1"), "connector")
        try expectGolden(CheckBody(isOK: true, latencyMilliseconds: 12), "check-ok")
        try expectGolden(
            CheckBody(
                isOK: false, latencyMilliseconds: 13,
                error: CheckErrorBody(code: "file.none", message: "No file.", recovery: "fix_config")), "check-failed")
        try expectGolden(
            HealthBody(status: "ok", version: "0.1.0", role: "all", workerID: "w-1", database: "up"), "health")
        try expectGolden(
            RejectBody(entity: "countries", reason: "record.key_missing", excerpt: "{\"a\":\n"), "reject")
        try expectGolden(
            ScheduleBody(schedule: "@daily", times: ["2026-03-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z"]),
            "schedule")
        try expectGolden(ErasureBody(erased: 9), "erasure")
        try expectGolden(
            PushBody(
                received: 21, inserted: 1, updated: 2, unchanged: 3, deleted: 4, duplicates: 5, rejected: 6, seq: 70,
                rejects: [PushRejectBody(index: 8, code: "record.key_missing", detail: "It has no key.")]), "push")
    }

    @Test("a problem carries its faults and further members")
    func problems() throws {
        try expectGolden(
            Problem(
                type: "/docs/errors/run.active", title: "A run is active.", status: 409, detail: "It is running.",
                code: "run.active", requestID: "r-1", errors: [],
                extensions: ["run_id": "run_01JD2Y6V9N0QH8Z4M7K3T5R1XC"]), "problem-conflict")
        try expectGolden(
            Problem(
                type: "/docs/errors/datasource.invalid", title: "Not valid.", status: 422, detail: "2 faults.",
                code: "datasource.invalid", requestID: nil,
                errors: [FaultBody(pointer: "/config/path", code: "field.missing", detail: "is missing")]),
            "problem-faults")
    }
}
