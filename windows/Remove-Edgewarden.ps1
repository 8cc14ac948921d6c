#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Takes back what Install-Edgewarden.ps1 did on this server.

.DESCRIPTION
Unregisters the endpoint, which restarts the service WinRM, and removes the firewall rule, the
module and the kept configuration once no endpoint needs them. The HTTPS listener, the transcripts
and the logs of Setup stay unless they are asked for. Can be run again; -WhatIf tells what would be
done. Accounts and groups are removed by hand: docs/windows.md.

.PARAMETER ConfigurationName
The endpoints to remove. Default: those that Install-Edgewarden.ps1 registered here.

.PARAMETER IncludeListener
Removes the HTTPS listeners of WinRM as well: only where nothing else uses them.

.PARAMETER IncludeTranscripts
Removes %ProgramData%\Edgewarden with transcripts and logs as well.

.PARAMETER NoServiceRestart
Leaves WinRM running: the endpoint is gone after its next start.
#>
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
param(
    [ValidatePattern('^[A-Za-z][A-Za-z0-9.]{0,63}$')]
    [string[]] $ConfigurationName,

    [switch] $IncludeListener,

    [switch] $IncludeTranscripts,

    [switch] $NoServiceRestart
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$module = Join-Path $env:ProgramFiles 'WindowsPowerShell\Modules\Edgewarden'
$dataFolder = Join-Path $env:ProgramData 'Edgewarden'

$ours = @(Get-ChildItem -Path (Join-Path $dataFolder '*.pssc') -ErrorAction SilentlyContinue |
        ForEach-Object BaseName)
$names = if ($ConfigurationName) { $ConfigurationName } else { $ours }
$isChanged = $false
foreach ($name in $names) {
    $arguments = @{ Name = $name; Force = $true; NoServiceRestart = $true }
    if (Get-PSSessionConfiguration -Name $name -ErrorAction SilentlyContinue) {
        if (-not $PSCmdlet.ShouldProcess($name, 'Unregister the session configuration')) { continue }
        Unregister-PSSessionConfiguration @arguments
        $isChanged = $true
    }
    $kept = Join-Path $dataFolder "$name.pssc"
    if ((Test-Path -LiteralPath $kept) -and $PSCmdlet.ShouldProcess($kept, 'Remove')) {
        Remove-Item -LiteralPath $kept
    }
}

$remaining = @($ours | Where-Object { $names -notcontains $_ })
if (-not $remaining) {
    if (Get-Command -Name Get-NetFirewallRule -ErrorAction SilentlyContinue) {
        $rule = Get-NetFirewallRule -Name 'Edgewarden-WinRM' -ErrorAction SilentlyContinue
        if ($rule -and $PSCmdlet.ShouldProcess('Edgewarden-WinRM', 'Remove the firewall rule')) {
            $rule | Remove-NetFirewallRule
        }
    }
    foreach ($path in @($module) + @(if ($IncludeTranscripts) { $dataFolder })) {
        if ((Test-Path -LiteralPath $path) -and $PSCmdlet.ShouldProcess($path, 'Remove')) {
            Remove-Item -LiteralPath $path -Recurse -Force
        }
    }
}

if ($IncludeListener) {
    Get-ChildItem -Path WSMan:\localhost\Listener |
        Where-Object { $_.Keys -contains 'Transport=HTTPS' } |
        ForEach-Object {
            if ($PSCmdlet.ShouldProcess($_.Name, 'Remove the HTTPS listener')) {
                Remove-Item -LiteralPath "WSMan:\localhost\Listener\$($_.Name)" -Recurse
            }
        }
}

if ($isChanged) {
    if ($NoServiceRestart) {
        Write-Warning 'The endpoint is gone after the next start of WinRM.'
    } else {
        Restart-Service -Name WinRM -Force
    }
}
