-- Sends the requests of a file in turn, one a line; wrk -s load.lua URL -- FILE TOKEN
local requests, at = {}, 0

function init(args)
  local headers = {
    ["content-type"] = "application/json",
    ["accept"] = "application/json",
    ["authorization"] = "Bearer " .. args[2],
  }
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, headers, line)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\n{"requests": %d, "bytes": %d, "seconds": %f, "failed": %d, "p50": %f, "p99": %f}\n',
    summary.requests, summary.bytes, summary.duration / 1e6, failed,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
