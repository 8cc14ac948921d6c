-- Closes an outgoing server-to-server stream that has been idle for a moment before the next stanza
-- uses it, so that each message of the lab looks at DNS and at the certificate anew.
-- Prosody's own resolver waits up to a second, at random, before each query; the lab does not.
local resolver = getmetatable(require "net.dns"._resolver).__index;
resolver.jitter, resolver.retry_jitter = false, false;

local gettime = require "util.time".now;
local idle = 0.05;
local last_used = {};

module:hook("route/remote", function (event)
	local key = event.from_host .. "\0" .. event.to_host;
	local session = prosody.hosts[event.from_host] and prosody.hosts[event.from_host].s2sout[event.to_host];
	local now = gettime();
	if session and session.type == "s2sout" and now - (last_used[key] or 0) > idle then
		session:close();
	end
	last_used[key] = now;
end, 10);
