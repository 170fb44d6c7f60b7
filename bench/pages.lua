-- One address, again and again: wrk … -- <path> <cookie> <accept-encoding>
local headers = {}
function init(arguments)
  path = arguments[1]
  if arguments[2] ~= "" then headers["Cookie"] = arguments[2] end
  headers["Accept-Encoding"] = arguments[3]
end
function request() return wrk.format("GET", path, headers) end

local done_ = dofile("bench/done.lua")
function done(summary, latency, requests) done_(summary, latency) end
