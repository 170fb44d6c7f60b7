-- Every request is another person who signs in with name and password, as from the form.
-- wrk … -- <file of sign-in names> <password>
local names, password, next_name = {}, "", 0
local secret = string.rep("b", 32)

function init(arguments)
  for line in io.lines(arguments[1]) do names[#names + 1] = line end
  password = arguments[2]
end

function request()
  next_name = next_name % #names + 1
  return wrk.format("POST", "/akun/login/", {
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["Cookie"] = "csrftoken=" .. secret,
  }, "csrfmiddlewaretoken=" .. secret .. "&login=" .. names[next_name] .. "&password=" .. password)
end

function response(status, headers, body)
  if status ~= 302 then io.stderr:write("answered " .. status .. "\n") end
end

local done_ = dofile("bench/done.lua")
function done(summary, latency, requests) done_(summary, latency) end
