/// Written from the reference of Microsoft Graph, version 1.0, and of the Microsoft identity platform.
extension BundledManifest {
    // Properties that Graph leaves out of its lists unless they are selected are selected.
    static let azure = BundledManifest(
        type: "azure", title: "Microsoft Entra ID", version: "1.0.0",
        text: #"""
            version: 6.1.0
            type: DeclarativeSource
            description: Users, groups and devices of a Microsoft Entra tenant, by Microsoft Graph.
            check: {type: CheckStream, stream_names: [users]}
            definitions:
              text: &text {type: [string, "null"]}
              flag: &flag {type: [boolean, "null"]}
              time: &time {type: [string, "null"], format: date-time}
              texts: &texts {type: [array, "null"], items: {type: string}}
              requester:
                type: HttpRequester
                url_base: "{{ (config.get('graph_url') or 'https://graph.microsoft.com').rstrip('/') }}/v1.0"
                http_method: GET
                authenticator:
                  type: OAuthAuthenticator
                  grant_type: client_credentials
                  token_refresh_endpoint: >-
                    {{ (config.get('login_url') or 'https://login.microsoftonline.com').rstrip('/') }}/{{
                    config['tenant_id'] }}/oauth2/v2.0/token
                  client_id: "{{ config['client_id'] }}"
                  client_secret: "{{ config['client_secret'] }}"
                  refresh_request_body:
                    scope: "{{ (config.get('graph_url') or 'https://graph.microsoft.com').rstrip('/') }}/.default"
                request_headers: {Accept: application/json}
                error_handler:
                  type: DefaultErrorHandler
                  max_retries: 8
                  response_filters:
                    - type: HttpResponseFilter
                      http_codes: [401]
                      action: REFRESH_TOKEN_THEN_RETRY
                      error_message: Microsoft Graph doesn't take the token.
                    - type: HttpResponseFilter
                      http_codes: [403]
                      action: FAIL
                      failure_type: config_error
                      error_message: The application lacks a permission, or an administrator's consent to it.
                  backoff_strategies:
                    - {type: WaitTimeFromHeader, header: Retry-After}
              paginator:
                type: DefaultPaginator
                page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: $top}
                page_token_option: {type: RequestPath}
                pagination_strategy:
                  type: CursorPagination
                  page_size: 999
                  cursor_value: "{{ response['@odata.nextLink'] }}"
                  stop_condition: "{{ '@odata.nextLink' not in response }}"
              records: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [value]}}
            streams:
              - type: DeclarativeStream
                name: users
                primary_key: id
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: users
                    request_parameters:
                      $select: "{{ ['id', 'userPrincipalName', 'displayName', 'givenName', 'surname', 'mail',
                        'otherMails', 'proxyAddresses', 'accountEnabled', 'userType', 'jobTitle', 'department',
                        'companyName', 'employeeId', 'employeeType', 'employeeHireDate', 'officeLocation', 'city',
                        'state', 'country', 'usageLocation', 'preferredLanguage', 'businessPhones', 'mobilePhone',
                        'createdDateTime', 'externalUserState', 'onPremisesSyncEnabled',
                        'onPremisesImmutableId', 'onPremisesSamAccountName'] | join(',') }}"
                  paginator: "#/definitions/paginator"
                  record_selector: "#/definitions/records"
                schema_loader:
                  type: InlineSchemaLoader
                  schema:
                    type: object
                    properties:
                      id: {type: string}
                      userPrincipalName: *text
                      displayName: *text
                      givenName: *text
                      surname: *text
                      mail: *text
                      otherMails: *texts
                      proxyAddresses: *texts
                      accountEnabled: *flag
                      userType: *text
                      jobTitle: *text
                      department: *text
                      companyName: *text
                      employeeId: *text
                      employeeType: *text
                      employeeHireDate: *time
                      officeLocation: *text
                      city: *text
                      state: *text
                      country: *text
                      usageLocation: *text
                      preferredLanguage: *text
                      businessPhones: *texts
                      mobilePhone: *text
                      createdDateTime: *time
                      externalUserState: *text
                      onPremisesSyncEnabled: *flag
                      onPremisesImmutableId: *text
                      onPremisesSamAccountName: *text
              - type: DeclarativeStream
                name: groups
                primary_key: id
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: groups
                    request_parameters:
                      $select: "{{ ['id', 'displayName', 'description', 'mail', 'mailEnabled', 'mailNickname',
                        'securityEnabled', 'groupTypes', 'membershipRule', 'membershipRuleProcessingState',
                        'isAssignableToRole', 'visibility', 'proxyAddresses', 'createdDateTime', 'renewedDateTime',
                        'expirationDateTime', 'onPremisesSyncEnabled', 'onPremisesSecurityIdentifier',
                        'securityIdentifier'] | join(',') }}"
                  paginator: "#/definitions/paginator"
                  record_selector: "#/definitions/records"
                schema_loader:
                  type: InlineSchemaLoader
                  schema:
                    type: object
                    properties:
                      id: {type: string}
                      displayName: *text
                      description: *text
                      mail: *text
                      mailEnabled: *flag
                      mailNickname: *text
                      securityEnabled: *flag
                      groupTypes: *texts
                      membershipRule: *text
                      membershipRuleProcessingState: *text
                      isAssignableToRole: *flag
                      visibility: *text
                      proxyAddresses: *texts
                      createdDateTime: *time
                      renewedDateTime: *time
                      expirationDateTime: *time
                      onPremisesSyncEnabled: *flag
                      onPremisesSecurityIdentifier: *text
                      securityIdentifier: *text
              - type: DeclarativeStream
                name: devices
                primary_key: id
                retriever:
                  type: SimpleRetriever
                  requester:
                    $ref: "#/definitions/requester"
                    path: devices
                    request_parameters:
                      $select: "{{ ['id', 'deviceId', 'displayName', 'accountEnabled', 'operatingSystem',
                        'operatingSystemVersion', 'isCompliant', 'isManaged', 'managementType', 'manufacturer',
                        'model', 'profileType', 'trustType', 'deviceOwnership', 'enrollmentType',
                        'onPremisesSyncEnabled', 'registrationDateTime', 'approximateLastSignInDateTime',
                        'complianceExpirationDateTime'] | join(',') }}"
                  paginator: "#/definitions/paginator"
                  record_selector: "#/definitions/records"
                schema_loader:
                  type: InlineSchemaLoader
                  schema:
                    type: object
                    properties:
                      id: {type: string}
                      deviceId: *text
                      displayName: *text
                      accountEnabled: *flag
                      operatingSystem: *text
                      operatingSystemVersion: *text
                      isCompliant: *flag
                      isManaged: *flag
                      managementType: *text
                      manufacturer: *text
                      model: *text
                      profileType: *text
                      trustType: *text
                      deviceOwnership: *text
                      enrollmentType: *text
                      onPremisesSyncEnabled: *flag
                      registrationDateTime: *time
                      approximateLastSignInDateTime: *time
                      complianceExpirationDateTime: *time
            spec:
              type: Spec
              documentation_url: https://learn.microsoft.com/graph/
              connection_specification:
                type: object
                additionalProperties: false
                required: [tenant_id, client_id, client_secret]
                properties:
                  tenant_id:
                    type: string
                    title: Tenant
                    description: The tenant's id or one of its domains.
                    pattern: "^[A-Za-z0-9.-]+$"
                    examples: ["8f0a4f0c-0000-4000-8000-000000000000", example.onmicrosoft.com]
                    x-identity: true
                  client_id:
                    type: string
                    title: Application
                    description: >-
                      The application's (client's) id; it needs the application permissions User.Read.All,
                      Group.Read.All and Device.Read.All.
                    minLength: 1
                    x-identity: true
                  client_secret:
                    type: string
                    title: Client secret
                    description: The secret's value, not its id.
                    minLength: 1
                    airbyte_secret: true
                  graph_url:
                    type: string
                    title: Address of Microsoft Graph
                    description: Of a national cloud. Without it, the global service is read.
                    pattern: "^https?://[^/?#@ ]+/?$"
                    examples: ["https://graph.microsoft.us", "https://microsoftgraph.chinacloudapi.cn"]
                    x-identity: true
                  login_url:
                    type: string
                    title: Address of the sign-in
                    description: Of a national cloud.
                    pattern: "^https?://[^/?#@ ]+/?$"
                    examples: ["https://login.microsoftonline.us", "https://login.chinacloudapi.cn"]
                    x-identity: true
            """#)
}
