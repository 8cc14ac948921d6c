#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Installs the constrained PowerShell endpoint that the Edgewarden agent uses on this server.

.DESCRIPTION
Copies the module Edgewarden below the program files, writes a session configuration from the file
of the role, and registers it, which restarts the service WinRM. With a certificate it also makes
the HTTPS listener, and with the agents' addresses a firewall rule for it. What stands already as
it should is left alone, so that it can be run again at any time; after an update of Edgewarden it
must be. -WhatIf tells what would be done. docs/windows.md explains every step.

.PARAMETER Role
What this server is: FrontEnd, Edge or NameServer (a Windows DNS server).

.PARAMETER Allow
The group or user that the agent logs on as: 'CONTOSO\Edgewarden Agents', or on a workgroup server
the name of a local user.

.PARAMETER GroupManagedServiceAccount
As whom the commands run: 'CONTOSO\svc-edgewarden'. For a Front End, and for a DNS server that is a
domain controller.

.PARAMETER RunAsCredential
In place of it where Windows knows none (Windows Server 2008 R2): a user of the domain whose
password is kept by Windows.

.PARAMETER ConfigurationName
The name of the endpoint, 'configuration_name' in agent.conf. Default: Edgewarden, and
EdgewardenDNS on a DNS server.

.PARAMETER TranscriptDirectory
Where Windows keeps a transcript of every session; empty for none.

.PARAMETER CertificateThumbprint
A certificate in LocalMachine\My with this server's name: makes the HTTPS listener on port 5986.

.PARAMETER AgentAddress
Addresses that may reach port 5986: makes the firewall rule.

.PARAMETER NoServiceRestart
Leaves WinRM running: the endpoint is there after its next start.

.EXAMPLE
.\Install-Edgewarden.ps1 -Role FrontEnd -Allow 'CONTOSO\Edgewarden Agents' `
    -GroupManagedServiceAccount 'CONTOSO\svc-edgewarden'

.EXAMPLE
.\Install-Edgewarden.ps1 -Role Edge -Allow 'edgewarden' -WhatIf
#>
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
param(
    [Parameter(Mandatory = $true)]
    [ValidateSet('FrontEnd', 'Edge', 'NameServer')]
    [string] $Role,

    [Parameter(Mandatory = $true)]
    [ValidateNotNullOrEmpty()]
    [string[]] $Allow,

    [string] $GroupManagedServiceAccount,

    [pscredential] $RunAsCredential,

    [ValidatePattern('^[A-Za-z][A-Za-z0-9.]{0,63}$')]
    [string] $ConfigurationName,

    [string] $TranscriptDirectory = "$env:ProgramData\Edgewarden\Transcripts",

    [ValidatePattern('^[0-9A-Fa-f]{40}$')]
    [string] $CertificateThumbprint,

    [string[]] $AgentAddress,

    [switch] $NoServiceRestart
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$modules = Join-Path $env:ProgramFiles 'WindowsPowerShell\Modules'
$moduleTarget = Join-Path $modules 'Edgewarden'
$dataFolder = Join-Path $env:ProgramData 'Edgewarden'
if (-not $ConfigurationName) {
    $ConfigurationName = if ($Role -eq 'NameServer') { 'EdgewardenDNS' } else { 'Edgewarden' }
}

function Resolve-Account {
    # The account as Windows writes it; a name that it does not know is an error here, not later.
    param([string] $Name)

    try {
        $account = [Security.Principal.NTAccount]::new($Name)
        $identifier = $account.Translate([Security.Principal.SecurityIdentifier])
    } catch {
        throw "This server knows no account '$Name': $($_.Exception.Message)"
    }
    $identifier.Translate([Security.Principal.NTAccount]).Value
}

function Assert-RunAsAccount {
    # As whom commands may run, by role and by what Windows here can do.
    $hasManaged = [bool] $GroupManagedServiceAccount
    $hasCredential = $null -ne $RunAsCredential
    if ($hasManaged -and $hasCredential) {
        throw 'Give -GroupManagedServiceAccount or -RunAsCredential, not both.'
    }
    if ($hasManaged -and [Environment]::OSVersion.Version -lt [version] '6.2') {
        throw 'This Windows has no group managed service accounts; give -RunAsCredential.'
    }
    $system = Get-CimInstance -ClassName Win32_OperatingSystem
    $isDomainController = $system.ProductType -eq 2
    if ($Role -eq 'FrontEnd' -and -not $hasManaged -and -not $hasCredential) {
        throw ('Commands on a Front End reach the Central Management store, which a virtual account' +
            ' cannot: give -GroupManagedServiceAccount.')
    }
    if ($Role -eq 'NameServer' -and $isDomainController -and -not $hasManaged) {
        throw ('A virtual account on a domain controller would be a Domain Admin: give' +
            ' -GroupManagedServiceAccount.')
    }
    # Its account name ends with a dollar sign, which a session configuration leaves out.
    if ($hasManaged) { $null = Resolve-Account ($GroupManagedServiceAccount.TrimEnd('$') + '$') }
    if ($Role -eq 'Edge' -and ($hasManaged -or $hasCredential)) {
        throw 'Commands on an Edge server run as a virtual account; leave the account out.'
    }
}

function Copy-EdgewardenModule {
    # The module's files, where they differ; role capabilities take effect with the next session.
    $source = Join-Path $PSScriptRoot 'Edgewarden'
    foreach ($file in Get-ChildItem -LiteralPath $source -Recurse -File) {
        $relative = $file.FullName.Substring($source.Length + 1)
        $target = Join-Path $moduleTarget $relative
        if (Test-Path -LiteralPath $target) {
            $old = (Get-FileHash -LiteralPath $target).Hash
            if ($old -eq (Get-FileHash -LiteralPath $file.FullName).Hash) { continue }
        }
        if (-not $PSCmdlet.ShouldProcess($target, 'Copy')) { continue }
        $null = New-Item -ItemType Directory -Path (Split-Path $target) -Force
        Copy-Item -LiteralPath $file.FullName -Destination $target -Force
        # A file that came over the network is marked, and would not be loaded.
        Unblock-File -LiteralPath $target
    }
}

function Select-Module {
    # Of the modules that the file names, those that this server has; 2010 and 2013 have Lync.
    param([string[]] $Names)

    $available = @(Get-Module -ListAvailable -Name ($Names + 'Lync') | ForEach-Object Name)
    foreach ($name in $Names) {
        if ($name -eq 'Edgewarden' -or $available -contains $name) {
            $name
        } elseif ($name -eq 'SkypeForBusiness' -and $available -contains 'Lync') {
            'Lync'
        } elseif ($name -eq 'SkypeForBusiness' -or $name -eq 'DnsServer') {
            throw "The module $name is not on this server: is it a $Role server?"
        } else {
            Write-Warning "The module $name is not on this server; its commands are left out."
        }
    }
}

function New-Configuration {
    # The session configuration of the role with the accounts and modules of this server, as text.
    $template = Join-Path $PSScriptRoot "SessionConfigurations\Edgewarden$Role.pssc"
    $settings = Import-PowerShellDataFile -Path $template
    foreach ($key in 'GroupManagedServiceAccount', 'RunAsVirtualAccount', 'TranscriptDirectory') {
        if ($settings.ContainsKey($key)) { $settings.Remove($key) }
    }
    if ($GroupManagedServiceAccount) {
        $settings.GroupManagedServiceAccount = $GroupManagedServiceAccount.TrimEnd('$')
    } elseif (-not $RunAsCredential) {
        $settings.RunAsVirtualAccount = $true
    }
    if ($TranscriptDirectory) { $settings.TranscriptDirectory = $TranscriptDirectory }
    $settings.ModulesToImport = @(Select-Module $settings.ModulesToImport)
    $settings.RoleDefinitions = @{}
    foreach ($name in $Allow) {
        $account = Resolve-Account $name
        $settings.RoleDefinitions[$account] = @{ RoleCapabilities = "Edgewarden$Role" }
    }
    $path = Join-Path ([IO.Path]::GetTempPath()) "Edgewarden-$PID.pssc"
    try {
        # Also with -WhatIf, which this cmdlet does not know: the file is gone again below.
        New-PSSessionConfigurationFile @settings -Path $path
        if (-not (Test-PSSessionConfigurationFile -Path $path)) {
            throw "Windows does not accept the session configuration made from '$template'."
        }
        Get-Content -LiteralPath $path -Raw
    } finally {
        Remove-Item -LiteralPath $path -ErrorAction SilentlyContinue -WhatIf:$false
    }
}

function Protect-Folder {
    # For administrators and the system only: transcripts show what was done here.
    param([string] $Path)

    if (Test-Path -LiteralPath $Path) { return }
    if (-not $PSCmdlet.ShouldProcess($Path, 'Create for administrators only')) { return }
    $null = New-Item -ItemType Directory -Path $Path -Force
    $acl = [Security.AccessControl.DirectorySecurity]::new()
    $acl.SetAccessRuleProtection($true, $false)
    foreach ($sid in 'S-1-5-18', 'S-1-5-32-544') {
        $acl.AddAccessRule([Security.AccessControl.FileSystemAccessRule]::new(
                [Security.Principal.SecurityIdentifier]::new($sid),
                'FullControl',
                'ContainerInherit, ObjectInherit',
                'None',
                'Allow'
            ))
    }
    Set-Acl -LiteralPath $Path -AclObject $acl
}

function Register-Endpoint {
    # Registers the configuration unless the same one is registered already.
    param([string] $Text)

    $kept = Join-Path $dataFolder "$ConfigurationName.pssc"
    $registered = Get-PSSessionConfiguration -Name $ConfigurationName -ErrorAction SilentlyContinue
    $isSame = $registered -and (Test-Path -LiteralPath $kept) -and
        (Get-Content -LiteralPath $kept -Raw) -eq $Text
    # Whether the password is still the same, nobody can see.
    if ($isSame -and -not $RunAsCredential) {
        Write-Verbose "The endpoint $ConfigurationName stands as it should."
        return
    }
    if (-not $PSCmdlet.ShouldProcess($ConfigurationName, 'Register the session configuration')) {
        return
    }
    Set-Content -LiteralPath $kept -Value $Text -NoNewline -Encoding UTF8
    $arguments = @{ Name = $ConfigurationName; Force = $true; NoServiceRestart = $true }
    if ($registered) { Unregister-PSSessionConfiguration @arguments }
    if ($RunAsCredential) { $arguments.RunAsCredential = $RunAsCredential }
    $null = Register-PSSessionConfiguration @arguments -Path $kept
    if ($NoServiceRestart) {
        Write-Warning "The endpoint $ConfigurationName is there after the next start of WinRM."
    } else {
        Restart-Service -Name WinRM -Force
    }
}

function Set-Listener {
    # The HTTPS listener with the certificate, after a look at the certificate.
    $certificate = Get-Item -LiteralPath "Cert:\LocalMachine\My\$CertificateThumbprint"
    if (-not $certificate.HasPrivateKey) { throw 'The certificate has no private key here.' }
    if ($certificate.NotAfter -lt (Get-Date)) { throw 'The certificate has expired.' }
    $usages = @($certificate.EnhancedKeyUsageList | ForEach-Object ObjectId)
    if ($usages -and $usages -notcontains '1.3.6.1.5.5.7.3.1') {
        throw 'The certificate is not for server authentication.'
    }
    $listeners = @(Get-ChildItem -Path WSMan:\localhost\Listener |
            Where-Object { $_.Keys -contains 'Transport=HTTPS' })
    foreach ($listener in $listeners) {
        $path = "WSMan:\localhost\Listener\$($listener.Name)\CertificateThumbprint"
        if ((Get-Item -LiteralPath $path).Value -eq $CertificateThumbprint) { return }
        if ($PSCmdlet.ShouldProcess($listener.Name, 'Replace the certificate of the listener')) {
            Set-Item -LiteralPath $path -Value $CertificateThumbprint -Force
        }
    }
    if (-not $listeners -and $PSCmdlet.ShouldProcess('port 5986', 'Make the HTTPS listener')) {
        $null = New-Item -Path WSMan:\localhost\Listener -Transport HTTPS -Address '*' `
            -CertificateThumbPrint $CertificateThumbprint -Force
    }
}

function Set-FirewallRule {
    # Port 5986 for the agents only.
    if (-not (Get-Command -Name New-NetFirewallRule -ErrorAction SilentlyContinue)) {
        Write-Warning 'This Windows has no firewall cmdlets: docs/windows.md has the netsh command.'
        return
    }
    $rule = Get-NetFirewallRule -Name 'Edgewarden-WinRM' -ErrorAction SilentlyContinue
    if ($rule) {
        $present = @(($rule | Get-NetFirewallAddressFilter).RemoteAddress | Sort-Object)
        if (-not (Compare-Object $present @($AgentAddress | Sort-Object))) { return }
        if ($PSCmdlet.ShouldProcess('Edgewarden-WinRM', 'Change the addresses of the rule')) {
            Set-NetFirewallRule -Name 'Edgewarden-WinRM' -RemoteAddress $AgentAddress
        }
    } elseif ($PSCmdlet.ShouldProcess('Edgewarden-WinRM', 'Make the firewall rule')) {
        $null = New-NetFirewallRule -Name 'Edgewarden-WinRM' -DisplayName 'Edgewarden (WinRM HTTPS)' `
            -Direction Inbound -Action Allow -Protocol TCP -LocalPort 5986 `
            -RemoteAddress $AgentAddress
    }
}

Assert-RunAsAccount
$text = New-Configuration
Copy-EdgewardenModule
Protect-Folder $dataFolder
if ($TranscriptDirectory) { Protect-Folder $TranscriptDirectory }
if ($CertificateThumbprint) { Set-Listener }
if ($AgentAddress) { Set-FirewallRule }
Register-Endpoint $text
