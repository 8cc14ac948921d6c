"""PowerShell as a process (`powershell.exe -s`): its line framing over the double's shells."""
