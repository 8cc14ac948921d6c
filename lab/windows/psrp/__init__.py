"""PowerShell remoting on the server's side, around psrpcore."""
