import Domain
import HTTPAPI
import Meters
import Scheduler
import StoreAPI
import Tokens

/// The meters of every component of a process.
struct ServerMeters: Sendable {
    let http = HTTPMeters()
    let tokens = TokenMeters()
    let runs = RunMeters()
    let schedule = SchedulerMeters()
    let backlog = BacklogMeters()
    let store = StoreMeters()
    let process = ProcessMeters(start: WallClock.system.now())

    /// All but the HTTP server's, in the order of the documentation.
    var others: [any MeterGroup] { [tokens, runs, schedule, backlog, store, process] }

    /// What `/metrics` answers.
    func metrics(of store: any Store) -> Metrics {
        Metrics(http: http, others: others, clock: .system) {
            process.refresh()
            // A database that doesn't answer tells nothing of its queue; why it doesn't is the store's to log.
            backlog.note(try? await store.backlog())
        }
    }
}

extension Tributary {
    /// docs/metrics.md, as the meters' declarations have it.
    public static var metricsPage: String {
        let meters = ServerMeters()
        return """
            # Metrics

            `GET /metrics` answers in Prometheus's text format 0.0.4, in every role and without a token: keep the port to
            yourselves, or have a proxy refuse the path. Figures are of the answering process since its start, unless a
            line says otherwise. Labels have values from closed sets: no tenant, id or name is ever one.

            This page is made from the code; after a change of a meter make it anew with
            `TRIBUTARY_TEST_WRITE=1 swift test --filter MetricsPageTests`.


            """ + MetricsPage.text([meters.http] + meters.others)
    }
}
