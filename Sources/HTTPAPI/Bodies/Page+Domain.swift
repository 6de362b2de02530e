import Registry
import WireAPI

extension Page {
    init<Row: Sendable>(_ page: ListPage<Row>, _ body: (Row) -> Item) {
        self.init(
            items: page.items.map(body), nextCursor: page.cursor.map { CursorText.encode($0) }, total: page.total)
    }
}
