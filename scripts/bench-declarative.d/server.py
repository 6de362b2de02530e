"""Serves 200,000 records of 351 bytes in pages of 1,000: GET /items?page=N answers {"items": [...], "more": true}.

Pages are made before the first request, so that what is measured is whoever reads them. Prints its address first.
"""
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

COUNT, PAGE, SIZE = int(sys.argv[1]), 1000, 351


def record(n):
    row = {"id": n, "name": f"Customer number {n}", "email": f"customer{n}@example.com", "active": n % 3 == 0,
           "balance": n * 7 % 100_000 / 100, "city": ["Oslo", "Lima", "Accra", "Kyoto"][n % 4],
           "updated_at": f"2025-{1 + n % 12:02}-{1 + n % 28:02}T{n % 24:02}:{n % 60:02}:00Z",
           "tags": ["a", "b", f"t{n % 50}"], "address": {"street": f"{n % 900} Long Street", "zip": f"{n % 100_000:05}"},
           "note": ""}
    row["note"] = "x" * (SIZE - len(json.dumps(row, separators=(",", ":"))))
    return json.dumps(row, separators=(",", ":"))


PAGES = [('{"items":[' + ",".join(record(n) for n in range(start, min(start + PAGE, COUNT))) + "]}").encode()
         for start in range(0, COUNT, PAGE)] + [b'{"items":[]}']


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_GET(self):
        number = int(parse_qs(urlsplit(self.path).query).get("page", ["0"])[0])
        page = PAGES[min(number, len(PAGES) - 1)]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
