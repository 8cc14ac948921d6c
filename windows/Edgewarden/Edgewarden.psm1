# Functions of the Edgewarden endpoints.
#
# They run inside a constrained session, where providers, programs and most commands are hidden
# from the caller. They therefore use .NET instead of commands wherever they can.

Set-StrictMode -Version 3.0

# Where the products keep Bootstrapper.exe, below the program files. An in-place upgrade may leave
# an older folder behind; the newest Bootstrapper.exe counts. The first name covers 2015, 2019 and
# the Subscription Edition.
$script:DeploymentFolders = @(
    'Skype for Business Server *'
    'Microsoft Lync Server 2013'
    'Microsoft Lync Server 2010'
)

function Find-EdgewardenCommand {
    <#
    .SYNOPSIS
    Tells whether this endpoint offers a command with a parameter: one object, or nothing.

    .DESCRIPTION
    The Get-Command of constrained sessions has no -ParameterName, so the role capabilities put one
    of their own in its place, which calls this.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [string] $Name,

        [Parameter(Mandatory = $true)]
        [string] $ParameterName
    )

    $offered = $ExecutionContext.InvokeCommand.GetCommand($Name, 'Function')
    if ($null -eq $offered -or $offered.Visibility -ne 'Public') { return }
    if (-not $offered.Parameters.ContainsKey($ParameterName)) { return }

    # What is offered stands in for the real cmdlet, and has every parameter that the role
    # capability names, whether the cmdlet of this product version has it or not.
    $cmdlet = $ExecutionContext.InvokeCommand.GetCmdlet($Name)
    if ($null -ne $cmdlet -and -not $cmdlet.Parameters.ContainsKey($ParameterName)) { return }

    [pscustomobject] @{
        Name          = $Name
        ParameterName = $ParameterName
    }
}

function Get-BootstrapperPath {
    # The newest Bootstrapper.exe of an installed product; the caller has no say in it.
    $programs = [Environment]::GetFolderPath('ProgramFiles')
    $found = foreach ($pattern in $script:DeploymentFolders) {
        foreach ($folder in [IO.Directory]::GetDirectories($programs, $pattern)) {
            $path = [IO.Path]::Combine($folder, 'Deployment', 'Bootstrapper.exe')
            if ([IO.File]::Exists($path)) { $path }
        }
    }
    $newest = $null
    $newestVersion = [version] '0.0'
    foreach ($path in $found) {
        $version = Get-FileBuild $path
        if ($null -eq $newest -or $version -gt $newestVersion) {
            $newest = $path
            $newestVersion = $version
        }
    }
    if ($null -eq $newest) {
        throw "There is no Bootstrapper.exe in a Deployment folder below '$programs'."
    }
    $newest
}

function Get-FileBuild {
    # The four numbers of a file's version.
    param([string] $Path)

    $information = [Diagnostics.FileVersionInfo]::GetVersionInfo($Path)
    [version]::new(
        $information.FileMajorPart,
        $information.FileMinorPart,
        $information.FileBuildPart,
        $information.FilePrivatePart
    )
}

function Get-InstalledBuild {
    # The build of the Access Edge service, which updates replace; else that of Bootstrapper.exe.
    param([string] $Bootstrapper)

    $key = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RTCSRV'
    $command = [string] [Microsoft.Win32.Registry]::GetValue($key, 'ImagePath', '')
    $path = $Bootstrapper
    if ($command -match '^\s*"([^"]+)"' -or $command -match '^\s*(\S+\.exe)') {
        $expanded = [Environment]::ExpandEnvironmentVariables($Matches[1])
        if ([IO.File]::Exists($expanded)) { $path = $expanded }
    }
    [string] (Get-FileBuild $path)
}

function Invoke-EdgewardenSetup {
    <#
    .SYNOPSIS
    Runs Bootstrapper.exe, which is the Deployment Wizard's "Setup or Remove Components, Run Again".

    .DESCRIPTION
    Takes no arguments: the program is found below the program files, and runs without options. It
    writes what the program said into a file of its own below %ProgramData%\Edgewarden\Setup, and
    the program's own reports go there as well. Puts out one object: ExitCode, LogFile,
    ProductVersion. A second call while one is under way ends in an error.
    #>
    [CmdletBinding()]
    param()

    $bootstrapper = Get-BootstrapperPath
    $mutex = [Threading.Mutex]::new($false, 'Global\EdgewardenSetup')
    $isOurs = $false
    try {
        try {
            $isOurs = $mutex.WaitOne(0)
        } catch [Threading.AbandonedMutexException] {
            # The session that ran it before was killed.
            $isOurs = $true
        }
        if (-not $isOurs) { throw 'Setup is under way on this server already.' }

        $data = [Environment]::GetFolderPath('CommonApplicationData')
        $stamp = [DateTime]::UtcNow.ToString('yyyyMMdd-HHmmss')
        $folder = [IO.Path]::Combine($data, 'Edgewarden', 'Setup', $stamp)
        $null = [IO.Directory]::CreateDirectory($folder)
        $log = [IO.Path]::Combine($folder, 'Bootstrapper.log')

        $start = [Diagnostics.ProcessStartInfo]::new($bootstrapper)
        $start.WorkingDirectory = [IO.Path]::GetDirectoryName($bootstrapper)
        $start.UseShellExecute = $false
        $start.CreateNoWindow = $true
        $start.RedirectStandardInput = $true
        $start.RedirectStandardOutput = $true
        $start.RedirectStandardError = $true
        # The account of this session, and its temporary folder, are gone when the session ends.
        $start.EnvironmentVariables['TEMP'] = $folder
        $start.EnvironmentVariables['TMP'] = $folder

        $process = [Diagnostics.Process]::Start($start)
        try {
            # Nobody answers a question.
            $process.StandardInput.Close()
            $output = $process.StandardOutput.ReadToEndAsync()
            $errors = $process.StandardError.ReadToEndAsync()
            $process.WaitForExit()
            # What it left running may keep its output open.
            $null = $output.Wait(30000)
            $null = $errors.Wait(30000)
            $text = foreach ($reading in $output, $errors) {
                if ($reading.Status -eq 'RanToCompletion') { $reading.Result }
            }
            [IO.File]::WriteAllText($log, [string]::Join([Environment]::NewLine, @($text)))
            $exitCode = $process.ExitCode
        } finally {
            $process.Dispose()
        }

        [pscustomobject] @{
            ExitCode       = $exitCode
            LogFile        = $log
            ProductVersion = Get-InstalledBuild $bootstrapper
        }
    } finally {
        if ($isOurs) { $mutex.ReleaseMutex() }
        $mutex.Dispose()
    }
}

Export-ModuleMember -Function 'Find-EdgewardenCommand', 'Invoke-EdgewardenSetup'
