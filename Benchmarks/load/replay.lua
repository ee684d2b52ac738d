-- Replays the requests of a file, each as "<length>\n<bytes>", one after the other on every connection.
-- REPLAY_FILE names it. With REPLAY_ONCE each is to be sent once: the threads take a half each, and say when it did not suffice.
-- The response body is not looked at but for the first answer that is no success.
local requests, count, at = {}, 0, 0
local once = os.getenv("REPLAY_ONCE") == "yes"
local left = 0
local threads = 0

function setup(thread)
  thread:set("half", threads)
  threads = threads + 1
end

function init(args)
  local file = assert(io.open(os.getenv("REPLAY_FILE"), "rb"))
  for line in function() return file:read("*l") end do
    count = count + 1
    requests[count] = file:read(tonumber(line))
  end
  file:close()
  if once then
    at = (half % 2) * math.floor(count / 2)
    left = math.floor(count / 2)
    return
  end
  -- Threads start at different places, so that they do not send the same request at once.
  math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 100000)
  at = math.random(count) - 1
end

function request()
  at = at % count + 1
  if once then
    left = left - 1
    if left == -1 then io.stderr:write("there were too few requests: some were sent twice\n") end
  end
  return requests[at]
end

local told = false
function response(status, headers, body)
  if status >= 300 and not told then
    told = true
    io.stderr:write("status " .. status .. " " .. body:sub(1, 300) .. "\n")
  end
end

function done(summary, latency, all)
  local errors = summary.errors
  io.write(string.format("RESULT requests=%d seconds=%.3f failed=%d p50=%d p99=%d\n", summary.requests,
    summary.duration / 1e6, errors.connect + errors.read + errors.write + errors.timeout + errors.status,
    latency:percentile(50), latency:percentile(99)))
end
