import Testing

@testable import HTTPAPI

@Suite("Places for connections")
struct AddressPlacesTests {
    @Test("one address has only so many connections, and others have theirs")
    func places() {
        let places = AddressPlaces(most: 2)
        #expect(places.take("10.0.0.1") && places.take("10.0.0.1") && !places.take("10.0.0.1"))
        #expect(places.take("10.0.0.2"))
        places.leave("10.0.0.1")
        #expect(places.take("10.0.0.1") && !places.take("10.0.0.1"))
    }
}
