-- What wrk sends: valid, new, none (no token), bad (a forged token), or metadata. The second
-- argument is the directory that has the tokens. The bare server gets the same headers.
local requests, at, threads = {}, 0, 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  local mode, directory = args[1], args[2]
  if mode == "metadata" then
    requests[1] = wrk.format("GET", "/.well-known/oauth-protected-resource/mcp",
      { ["Host"] = "mcp.example.com" })
    return
  end
  local file = io.open(directory .. "/call.json")
  local body = file:read("*a")
  file:close()
  local tokens = ({ new = "new.txt", bad = "bad.txt" })[mode] or "tokens.txt"
  for token in io.lines(directory .. "/" .. tokens) do
    local headers = { ["Host"] = "mcp.example.com", ["Content-Type"] = "application/json",
      ["Accept"] = "application/json, text/event-stream", ["MCP-Protocol-Version"] = "2025-06-18" }
    if mode ~= "none" then
      headers["Authorization"] = "Bearer " .. token
    end
    requests[#requests + 1] = wrk.format("POST", "/mcp", headers, body)
  end
  at = number * math.floor(#requests / 2) -- two threads, each half a pool ahead of the other
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, rate)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"micros":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
