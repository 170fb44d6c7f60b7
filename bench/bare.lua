-- The view that does nothing.
function request() return wrk.format("GET", "/bench/bare") end

local done_ = dofile("bench/done.lua")
function done(summary, latency, requests) done_(summary, latency) end
