/// The sign of the site: two streams that become one.
enum Icon {
    static let text = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b6b70"/>\
        <path d="M8 7c0 8 8 7 8 13v6M24 7c0 8-8 7-8 13" fill="none" stroke="#fff" stroke-width="3.2" \
        stroke-linecap="round"/></svg>
        """
}
