-- One line of JSON at the end of a round; times in milliseconds.
return function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"rate": %.1f, "p50": %.2f, "p95": %.2f, "errors": %d, "requests": %d}\n',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout, summary.requests))
end
