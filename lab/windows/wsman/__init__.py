"""WS-Management over HTTPS: the transport of PowerShell remoting."""
