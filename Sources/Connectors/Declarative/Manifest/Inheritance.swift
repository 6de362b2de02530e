import Interpolation

/// Gives components their types where the place says it, and hands `$parameters` down to the components below.
enum Inheritance {
    /// The component and all below it with types and parameters. A parameter becomes a field too where the component has
    /// none of that name or a false one; the nearest component's parameter wins.
    ///
    /// - Parameter prefersOuter: Whether the parameters of components above win instead, as in streams made of templates.
    static func applied(
        to component: Mapping, place: String = "", parameters outer: Mapping = [:], prefersOuter: Bool = false
    ) -> Mapping {
        var component = component
        if component["type"] == nil, let type = type(of: component, at: place) { component["type"] = .string(type) }
        let parameters = taken(from: &component, outer: outer, prefersOuter: prefersOuter)
        guard let type = component["type"] else {
            return hasComponents(component)
                ? withComponents(component, at: place, parameters, prefersOuter) : component
        }
        guard let type = type.string, type != "object" else { return component }
        for parameter in parameters where component[parameter.key]?.isTrue != true {
            component[parameter.key] = parameter.value
        }
        for entry in component {
            component[entry.key] = below(entry, of: type, parameters, prefersOuter)
        }
        if !parameters.isEmpty { component["$parameters"] = .mapping(parameters) }
        return component
    }

    private static func taken(from component: inout Mapping, outer: Mapping, prefersOuter: Bool) -> Mapping {
        guard let own = component.remove("$parameters")?.mapping else { return outer }
        var parameters = prefersOuter ? own : outer
        parameters.merge(prefersOuter ? outer : own)
        return parameters
    }

    /// A field of a component; the parameter of the field's own name isn't handed into it, or it would come back for ever.
    private static func below(
        _ entry: Mapping.Entry, of type: String, _ parameters: Mapping, _ prefersOuter: Bool
    ) -> Value {
        guard entry.value.mapping != nil || entry.value.elements != nil else { return entry.value }
        var parameters = parameters
        parameters.remove(entry.key)
        let place = "\(type).\(entry.key.text)"
        switch entry.value {
        case .mapping(let field):
            return .mapping(applied(to: field, place: place, parameters: parameters, prefersOuter: prefersOuter))
        case .list(let elements):
            return .list(
                elements.map { element in
                    guard case .mapping(let field) = element else { return element }
                    return .mapping(
                        applied(to: field, place: place, parameters: parameters, prefersOuter: prefersOuter))
                })
        default: return entry.value
        }
    }

    private static func hasComponents(_ mapping: Mapping) -> Bool {
        mapping.contains { $0.value["type"]?.isTrue == true && $0.value.mapping != nil }
    }

    private static func withComponents(
        _ mapping: Mapping, at place: String, _ parameters: Mapping, _ prefersOuter: Bool
    ) -> Mapping {
        var mapping = mapping
        for entry in mapping {
            guard case .mapping(let field) = entry.value, field["type"]?.isTrue == true else { continue }
            mapping[entry.key] = .mapping(
                applied(to: field, place: place, parameters: parameters, prefersOuter: prefersOuter))
        }
        return mapping
    }

    private static func type(of component: Mapping, at place: String) -> String? {
        component["class_name"] == nil ? usualTypes[place] : "Custom"
    }

    /// The type that a component has without saying so, by the field that it stands in.
    private static let usualTypes: [String: String] = [
        "AddFields.fields": "AddedFieldDefinition",
        "CompositeErrorHandler.error_handlers": "DefaultErrorHandler",
        "ConfigComponentsResolver.components_mapping": "ComponentMappingDefinition",
        "ConfigComponentsResolver.stream_config": "StreamConfig",
        "CursorPagination.decoder": "JsonDecoder",
        "CustomPartitionRouter.parent_stream_configs": "ParentStreamConfig",
        "DatetimeBasedCursor.end_datetime": "MinMaxDatetime",
        "DatetimeBasedCursor.end_time_option": "RequestOption",
        "DatetimeBasedCursor.start_datetime": "MinMaxDatetime",
        "DatetimeBasedCursor.start_time_option": "RequestOption",
        "DeclarativeSource.check": "CheckStream",
        "DeclarativeSource.spec": "Spec",
        "DeclarativeSource.streams": "DeclarativeStream",
        "DeclarativeStream.retriever": "SimpleRetriever",
        "DeclarativeStream.schema_loader": "JsonFileSchemaLoader",
        "DefaultErrorHandler.response_filters": "HttpResponseFilter",
        "DefaultPaginator.decoder": "JsonDecoder",
        "DefaultPaginator.page_size_option": "RequestOption",
        "DpathExtractor.decoder": "JsonDecoder",
        "DpathExtractor.record_expander": "RecordExpander",
        "DynamicDeclarativeStream.components_resolver": "ConfigComponentsResolver",
        "DynamicDeclarativeStream.stream_template": "DeclarativeStream",
        "DynamicSchemaLoader.retriever": "SimpleRetriever",
        "HttpComponentsResolver.components_mapping": "ComponentMappingDefinition",
        "HttpComponentsResolver.retriever": "SimpleRetriever",
        "HttpRequester.error_handler": "DefaultErrorHandler",
        "ListPartitionRouter.request_option": "RequestOption",
        "ParentStreamConfig.request_option": "RequestOption",
        "ParentStreamConfig.stream": "DeclarativeStream",
        "RecordExpander.parent_fields": "ParentFieldPath",
        "RecordSelector.extractor": "DpathExtractor",
        "RecordSelector.record_filter": "RecordFilter",
        "SchemaTypeIdentifier.types_map": "TypesMap",
        "SimpleRetriever.paginator": "NoPagination",
        "SimpleRetriever.record_selector": "RecordSelector",
        "SimpleRetriever.requester": "HttpRequester",
        "SubstreamPartitionRouter.parent_stream_configs": "ParentStreamConfig",
    ]
}
