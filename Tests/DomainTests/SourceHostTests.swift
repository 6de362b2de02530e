import Domain
import JSON
import Testing

@Suite struct SourceHostTests {
    @Test(
        "a DataSource's host is what its config names",
        arguments: [
            (["host": "DB.Example", "port": 5432], "db.example"),
            (["base_url": "https://api.example/v1"], "api.example"),
            (["url": "HTTP://u:p@x@API.example:8080?q=//no"], "api.example"),
            (["url": "http://[FD00::1]:80/"], "fd00::1"),
            (["b_url": "https://b.example", "a_url": "https://a.example"], "a.example"),
            (["host": "", "path": "/data/*.csv"], nil), (["path": "https://"], nil), ([:], nil), (["host": 5], nil),
        ] as [(JSONObject, String?)])
    func host(config: JSONObject, host: String?) throws {
        let tenant = try #require(TenantID("acme"))
        let id = try #require(DataSourceID("ds_01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        var source = DataSource(
            id: id, tenant: tenant, app: nil, createdAt: Timestamp(milliseconds: 0), createdBy: "me", name: "S",
            type: "t")
        source.config = config
        #expect(source.host == host)
    }
}
