-- A Prosody of the lab; lab/lib/xmpp.py fills in the words between at signs.
pidfile = "@RUN@/prosody.pid"
certificates = "@RUN@"
data_path = "@RUN@/data"
plugin_paths = { "@PLUGINS@" }
run_as_root = @RUN_AS_ROOT@
daemonize = false
log = { info = "*console" }
modules_enabled = { "saslauth", "tls", "dialback", "disco", "s2s_auth_certs", "ping", "lab_fresh" }
modules_disabled = { "offline" }
network_settings = { nagle = false; connect_timeout = 1 }

-- Outside: partners. No certificate that is valid for the domain, no federation.
s2s_interfaces = { "@ACCESS@" }
s2s_ports = { @S2S_PORT@ }
s2s_direct_tls_ports = { }
s2s_require_encryption = true
s2s_secure_auth = true
s2s_timeout = 3

-- Inside: users, on loopback and in clear.
c2s_interfaces = { "@INTERNAL@" }
c2s_ports = { @C2S_PORT@ }
c2s_direct_tls_ports = { }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
ssl = { certificate = "@RUN@/own.crt"; key = "@RUN@/own.key"; cafile = "@RUN@/ca.crt" }

VirtualHost "@DOMAIN@"
	ssl = { certificate = "@RUN@/own.crt"; key = "@RUN@/own.key"; cafile = "@RUN@/ca.crt" }
