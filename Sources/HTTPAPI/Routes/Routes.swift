import HTTPTypes
import Hummingbird
import WireAPI

/// Every route that needs a token.
enum Routes {
    static let all = dataSources + connections + runs + records + catalogue + applications

    private static let listParameters = [
        "type", "status", "source", "source_type", "app_id", "name", "created_after", "created_before", "updated_after",
        "updated_before", "q", "include_deleted", "sort", "limit", "cursor",
    ]

    private static let dataSources = [
        Route(.get, Paths.datasources, parameters: listParameters, handler: DataSourceRoutes.list),
        Route(.post, Paths.datasources, body: .json, handler: DataSourceRoutes.create),
        Route(.get, Paths.datasource, parameters: ["include_deleted"], handler: DataSourceRoutes.get),
        Route(.patch, Paths.datasource, body: .json, parameters: ["include_deleted"], handler: DataSourceRoutes.update),
        Route(.delete, Paths.datasource, handler: DataSourceRoutes.delete),
        Route(.post, Paths.erase, body: .json, handler: DataSourceRoutes.erase),
    ]

    private static let connections = [
        Route(.post, Paths.check, handler: ConnectorRoutes.checkSource),
        Route(.get, Paths.entities, handler: ConnectorRoutes.entities),
    ]

    private static let runs = [
        Route(.post, Paths.sync, body: .json, parameters: ["wait"], handler: RunRoutes.sync),
        Route(.get, Paths.runs, parameters: ["limit", "cursor", "include_deleted"], handler: RunRoutes.list),
        Route(.get, Paths.run, parameters: ["include_deleted"], handler: RunRoutes.get),
        Route(.post, Paths.cancel, handler: RunRoutes.cancel),
        Route(.get, Paths.rejects, parameters: ["limit", "cursor", "include_deleted"], handler: RunRoutes.rejects),
    ]

    private static let records = [
        Route(
            .get, Paths.records, parameters: ["limit", "cursor", "include_deleted", "key", "updated_after"],
            handler: RecordRoutes.list),
        Route(
            .get, Paths.changes, parameters: ["limit", "cursor", "entity", "wait", "include_deleted"],
            handler: RecordRoutes.changes),
    ]

    private static let applications = [
        Route(
            .get, Paths.applications, parameters: ["limit", "cursor", "include_deleted"],
            handler: ApplicationRoutes.list),
        Route(.post, Paths.applications, body: .json, handler: ApplicationRoutes.create),
        Route(.get, Paths.application, parameters: ["include_deleted"], handler: ApplicationRoutes.get),
        Route(.patch, Paths.application, body: .json, handler: ApplicationRoutes.update),
        Route(.delete, Paths.application, handler: ApplicationRoutes.delete),
        Route(.get, Paths.applicationKeys, parameters: ["limit", "cursor"], handler: ApplicationRoutes.keys),
        Route(.post, Paths.applicationKeys, body: .json, handler: ApplicationRoutes.createKey),
        Route(.delete, Paths.applicationKey, handler: ApplicationRoutes.revokeKey),
    ]

    private static let catalogue = [
        Route(.get, Paths.connectors, handler: ConnectorRoutes.list),
        Route(.get, Paths.connector, handler: ConnectorRoutes.get),
        Route(.post, Paths.connectorCheck, body: .json, handler: ConnectorRoutes.checkConfig),
        Route(.post, Paths.schedulePreview, body: .json, handler: ConnectorRoutes.preview),
    ]
}
