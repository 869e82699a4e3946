-- Each request has the next of the tokens; what was measured comes out as one line of JSON.
local requests = {}
local turn = 0

function init(args)
  for token in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", nil, { ["Authorization"] = "Bearer " .. token })
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\n{"requests":%d,"perSecond":%f,"p99":%f,"failed":%d}\n', summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000, failed))
end
