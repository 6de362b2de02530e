/// Written from Workday's description of reports as a service, in JSON.
extension BundledManifest {
    // Every report is an entity. A report comes in one piece: there are no pages.
    static let workday = BundledManifest(
        type: "workday", title: "Workday reports", version: "1.0.0",
        text: #"""
            version: 6.1.0
            type: DeclarativeSource
            description: Custom reports of Workday that are enabled as web services.
            check: {type: CheckDynamicStream, stream_count: 1}
            dynamic_streams:
              - type: DynamicDeclarativeStream
                name: reports
                components_resolver:
                  type: ConfigComponentsResolver
                  stream_config: {type: StreamConfig, configs_pointer: [reports]}
                  components_mapping:
                    - type: ComponentMappingDefinition
                      field_path: [name]
                      value: "{{ components_values['name'] }}"
                      value_type: string
                    - type: ComponentMappingDefinition
                      field_path: [primary_key]
                      value: "{{ components_values.get('primary_key') or [] }}"
                      create_or_update: true
                    - type: ComponentMappingDefinition
                      field_path: [retriever, requester, path]
                      value: >-
                        {{ components_values['owner'] }}/{{ components_values['report'] }}{{
                        '?' ~ components_values['prompts'] if components_values.get('prompts') else '' }}
                      value_type: string
                stream_template:
                  type: DeclarativeStream
                  name: report
                  retriever:
                    type: SimpleRetriever
                    requester:
                      type: HttpRequester
                      url_base: "{{ config['base_url'] }}"
                      path: report
                      http_method: GET
                      authenticator:
                        type: BasicHttpAuthenticator
                        username: "{{ config['username'] }}"
                        password: "{{ config['password'] }}"
                      request_headers: {Accept: application/json}
                      request_parameters: {format: json}
                      error_handler:
                        type: DefaultErrorHandler
                        response_filters:
                          - type: HttpResponseFilter
                            http_codes: [401]
                            action: FAIL
                            failure_type: config_error
                            error_message: The user name or the password isn't valid.
                          - type: HttpResponseFilter
                            http_codes: [403]
                            action: FAIL
                            failure_type: config_error
                            error_message: The report isn't shared with the user, or the user lacks a permission.
                          - type: HttpResponseFilter
                            http_codes: [404]
                            action: FAIL
                            failure_type: config_error
                            error_message: There is no such report, or it isn't enabled as a web service.
                        backoff_strategies:
                          - {type: WaitTimeFromHeader, header: Retry-After}
                    record_selector:
                      type: RecordSelector
                      extractor: {type: DpathExtractor, field_path: [Report_Entry]}
                  schema_loader:
                    type: InlineSchemaLoader
                    schema: {type: object, additionalProperties: true}
            spec:
              type: Spec
              documentation_url: https://community.workday.com/
              connection_specification:
                type: object
                additionalProperties: false
                required: [base_url, username, password, reports]
                properties:
                  base_url:
                    type: string
                    title: Address of reports
                    description: >-
                      A report's address as Workday shows it (Web Service, View URLs, JSON) up to the tenant.
                    pattern: "^https?://[^/?#@ ]+/[^?# ]*[^/?# ]/?$"
                    examples: ["https://wd2-impl-services1.workday.com/ccx/service/customreport2/example"]
                    x-identity: true
                  username:
                    type: string
                    title: User name
                    description: Of an integration system user with access to the reports.
                    minLength: 1
                    x-identity: true
                  password:
                    type: string
                    title: Password
                    minLength: 1
                    airbyte_secret: true
                  reports:
                    type: array
                    title: Reports
                    description: Each becomes an entity.
                    minItems: 1
                    maxItems: 100
                    x-identity: true
                    items:
                      type: object
                      additionalProperties: false
                      required: [name, owner, report]
                      properties:
                        name:
                          type: string
                          title: Entity
                          description: What the entity is called.
                          pattern: "^[A-Za-z][A-Za-z0-9_]{0,99}$"
                        owner:
                          type: string
                          title: Owner
                          description: The user who owns the report, as its address says it.
                          pattern: "^[^/?#{} ]+$"
                        report:
                          type: string
                          title: Report
                          description: The report's name, as its address says it.
                          pattern: "^[^/?#{} ]+$"
                        primary_key:
                          type: array
                          title: Primary key
                          description: >-
                            Columns that tell rows apart. Without them a row is told apart by its whole content.
                          minItems: 1
                          maxItems: 16
                          items: {type: string, pattern: "^[A-Za-z0-9_.-]{1,200}$"}
                        prompts:
                          type: string
                          title: Prompts
                          description: Values of the report's prompts, written as a query.
                          pattern: "^[^?#{} ]+$"
                          examples: ["Effective_as_of_Date=2026-01-01-08:00"]
            """#)
}
