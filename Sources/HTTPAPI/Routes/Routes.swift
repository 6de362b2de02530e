/// What answers each operation that needs a token.
enum Routes {
    static let all = dataSources + runs + records + connectors + applications + administration

    private static let dataSources = [
        Route("datasources.list", DataSourceRoutes.list),
        Route("datasources.create", DataSourceRoutes.create),
        Route("datasources.get", DataSourceRoutes.get),
        Route("datasources.update", DataSourceRoutes.update),
        Route("datasources.delete", DataSourceRoutes.delete),
        Route("datasources.sync", RunRoutes.sync),
        Route("datasources.check", ConnectorRoutes.checkSource),
        Route("datasources.entities", ConnectorRoutes.entities),
        Route("datasources.erase", DataSourceRoutes.erase),
    ]

    private static let runs = [
        Route("runs.list", RunRoutes.list),
        Route("runs.get", RunRoutes.get),
        Route("runs.cancel", RunRoutes.cancel),
        Route("runs.rejects", RunRoutes.rejects),
        Route("runs.events", RunRoutes.events),
    ]

    private static let records = [
        Route("records.list", RecordRoutes.list),
        Route("records.push", RecordRoutes.push),
        Route("records.changes", RecordRoutes.changes),
    ]

    private static let connectors = [
        Route("connectors.list", ConnectorRoutes.list),
        Route("connectors.create", ConnectorRoutes.create),
        Route("connectors.get", ConnectorRoutes.get),
        Route("connectors.check", ConnectorRoutes.checkConfig),
        Route("connectors.preview_schedule", ConnectorRoutes.preview),
    ]

    private static let administration = [Route("audit.list", AuditRoutes.list)]

    private static let applications = [
        Route("applications.list", ApplicationRoutes.list),
        Route("applications.create", ApplicationRoutes.create),
        Route("applications.get", ApplicationRoutes.get),
        Route("applications.update", ApplicationRoutes.update),
        Route("applications.delete", ApplicationRoutes.delete),
        Route("applications.list_keys", ApplicationRoutes.keys),
        Route("applications.create_key", ApplicationRoutes.createKey),
        Route("applications.revoke_key", ApplicationRoutes.revokeKey),
    ]
}
