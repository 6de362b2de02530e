-- What wrk sends and tells, for bench-requests. Arguments after `--`:
--
--   same                    the request of the command line, again and again
--   read FILE               any of the requests of FILE, whose lines are "token path"
--   create FILE             registers DataSources as the tokens of FILE, one a line, in turn
--   seed FILE COUNT OUTPUT  the same, COUNT of them in all, and writes "tenant path" of each to OUTPUT.<thread>
--
-- Prints one line: RESULT requests microseconds errors p50 p99 (the latter in microseconds).

local threads = {}

function setup(thread)
    table.insert(threads, thread)
    thread:set("number", #threads)
end

local function lines(path)
    local all = {}
    for line in io.lines(path) do table.insert(all, line) end
    return all
end

local function body(n)
    return string.format(
        '{"name":"Source %d.%d","type":"file","config":{"path":"s%d.csv","primary_key":["id"]},"source":"bench"}', number, n, n)
end

local function creation(tokens)
    local n = 0
    return function()
        n = n + 1
        local headers = { ["Authorization"] = "Bearer " .. tokens[n % #tokens + 1], ["Content-Type"] = "application/json" }
        return wrk.format("POST", "/api/v1/datasources", headers, body(n))
    end
end

local modes = {}

function modes.same() end

function modes.read(path)
    local requests = {}
    math.randomseed(number)
    for _, line in ipairs(lines(path)) do
        local token, place = line:match("^(%S+) (%S+)$")
        table.insert(requests, wrk.format("GET", place, { ["Authorization"] = "Bearer " .. token }))
    end
    function request() return requests[math.random(#requests)] end
end

function modes.create(path)
    request = creation(lines(path))
end

function modes.seed(path, count, output)
    request = creation(lines(path))
    local left = math.floor(count / 2)
    local file = io.open(output .. "." .. number, "w")
    function response(status, _, text)
        if status ~= 201 or left == 0 then return end
        file:write(text:match('"tenant_id":"([^"]*)"'), " /api/v1/datasources/", text:match('"id":"([^"]*)"'), "\n")
        left = left - 1
        if left == 0 then
            file:close()
            wrk.thread:stop()
        end
    end
end

function init(arguments)
    local mode = table.remove(arguments, 1)
    modes[mode](unpack(arguments))
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        "RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        latency:percentile(50), latency:percentile(99)))
end
