-- wrk script: each request is a comment of its own. Arguments come from the environment.
local kind = os.getenv('BENCH_KIND')
local origin = os.getenv('BENCH_ORIGIN')
local text = os.getenv('BENCH_TEXT')
local serial = 0
math.randomseed(os.time() + math.floor(os.clock() * 1e6))
local run = string.format('%08x-%04x-4', math.random(0, 2 ^ 31 - 1), math.random(0, 65535))

request = function()
  serial = serial + 1
  local page = serial % 50
  local headers = { ['Content-Type'] = 'application/json', ['Origin'] = origin }
  if kind == 'isso' then
    local body = string.format(
      '{"text":"%s %d","author":"Reader","title":"Page %d"}', text, serial, page)
    return wrk.format('POST', '/new?uri=/page-' .. page, headers, body)
  end
  if kind == 'waline' then
    -- It takes no text twice, of this run or of an earlier one.
    local body = string.format(
      '{"url":"/page-%d","nick":"Reader","mail":"","link":"","ua":"","comment":"%s %s%d"}', page, text, run, serial)
    return wrk.format('POST', '/api/comment', headers, body)
  end
  local id = string.format('%s%03x-8%03x-%012x', run, serial % 4096, math.floor(serial / 4096) % 4096, serial)
  local body = string.format(
    '{"url":"%s/page-%d","title":"Page %d","name":"Reader","body":"%s %d","client_id":"%s"}',
    origin, page, page, text, serial, id)
  return wrk.format('POST', '/api/v1/comments', headers, body)
end
