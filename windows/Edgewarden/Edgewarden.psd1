# The module of the Edgewarden endpoints; docs/windows.md explains how it is installed.
@{
    RootModule        = 'Edgewarden.psm1'
    ModuleVersion     = '1.0.0'
    GUID              = '6d1c9f0e-58b7-4a55-9d6c-0f2f6a3d7b41'
    Author            = 'The Edgewarden authors'
    Description       = 'What the Edgewarden agent may do on this server, and nothing else.'
    PowerShellVersion = '5.1'
    FunctionsToExport = @('Find-EdgewardenCommand', 'Invoke-EdgewardenSetup')
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
}
