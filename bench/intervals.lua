-- Every request is another learner, who reports 15 seconds more than at their last report.
-- wrk … -- <file of keys and tokens> <reports already made by each>
local keys, tokens, next_learner, reports = {}, {}, 0, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local key, token = line:match("^(%S+) (%S+)$")
    keys[#keys + 1], tokens[#tokens + 1] = key, token
  end
  reports = tonumber(arguments[2])
end

function request()
  next_learner = next_learner + 1
  if next_learner > #keys then next_learner, reports = 1, reports + 1 end
  local body = string.format(
    '{"token":"%s","intervals":[{"key":"%s","offset_ms":0,"length_ms":%d,"step":2,"evidence":"input"}]}',
    tokens[next_learner], keys[next_learner], math.min(900000, 15000 * (reports + 1)))
  return wrk.format("POST", "/api/v1/study/intervals", { ["Content-Type"] = "application/json" }, body)
end

local done_ = dofile("bench/done.lua")
function done(summary, latency, requests) done_(summary, latency) end
