# Rebato's look into a Windows guest. It only reads, uses no network, prints no password, and its output is bounded. Run it
# as an administrator: `powershell -File probe-windows.ps1 > guest.txt`.
#
# Each line of what it found begins with `|`, so that nothing it prints can forge the frame `@@begin NAME`, `@@end NAME STATUS`.
$ErrorActionPreference = 'Stop'

function Section([string]$Name, [int]$Most, [scriptblock]$Look) {
    "@@begin $Name"
    $status = 'ok'
    $count = 0
    try {
        foreach ($line in @(& $Look)) {
            $count++
            if ($count -gt $Most) { '@@more'; break }
            $text = ([string]$line) -replace "[\r\n]", ' '
            '|' + $text.Substring(0, [Math]::Min(1000, $text.Length))
        }
    } catch [System.UnauthorizedAccessException] {
        $status = 'denied'
    } catch {
        $status = 'failed'
    }
    "@@end $Name $status"
}

function Value([string]$Path, [string]$Name) {
    $item = Get-ItemProperty -Path $Path -ErrorAction SilentlyContinue
    if ($null -eq $item) { return $null }
    return $item.$Name
}

function State([string]$Name) {
    $service = Get-Service -Name $Name -ErrorAction SilentlyContinue
    if ($null -eq $service) { return 'absent' }
    return ([string]$service.Status).ToLowerInvariant()
}

'@@rebato 1 windows'
Section 'os' 5 {
    $os = Get-CimInstance Win32_OperatingSystem
    "PRETTY_NAME=$($os.Caption)"
    "BUILD=$($os.BuildNumber)"
}
Section 'patches' 50 {
    Get-HotFix | Where-Object InstalledOn | Sort-Object InstalledOn -Descending | ForEach-Object {
        # Not every language counts years alike.
        "$($_.HotFixID) $($_.InstalledOn.ToString('yyyy-MM-dd', [Globalization.CultureInfo]::InvariantCulture))"
    }
}
Section 'reboot' 10 {
    $root = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'
    if (Test-Path "$root\Component Based Servicing\RebootPending") { 'component-servicing' }
    if (Test-Path "$root\WindowsUpdate\Auto Update\RebootRequired") { 'windows-update' }
    if (Value 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager' 'PendingFileRenameOperations') { 'file-rename' }
}
Section 'rdp' 10 {
    $deny = Value 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server' 'fDenyTSConnections'
    $policy = Value 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services' 'UserAuthentication'
    $tcp = 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp'
    $nla = Value $tcp 'UserAuthentication'
    if ($null -ne $policy) { $nla = $policy }
    "deny=$deny"
    "nla=$nla"
    "port=$(Value $tcp 'PortNumber')"
}
Section 'administrators' 100 {
    Get-LocalGroupMember -SID 'S-1-5-32-544' | ForEach-Object { "$($_.SID) $($_.ObjectClass) $($_.Name)" }
}
Section 'firewall' 5 {
    Get-NetFirewallProfile | ForEach-Object { "$($_.Name)=$($_.Enabled)" }
}
Section 'time' 10 {
    "w32time=$(State 'W32Time')"
    $type = Value 'HKLM:\SYSTEM\CurrentControlSet\Services\W32Time\Parameters' 'Type'
    "type=$type"
}
Section 'logs' 10 {
    foreach ($name in 'EventLog', 'AmazonCloudWatchAgent', 'Sysmon', 'Sysmon64', 'winlogbeat', 'fluent-bit') { "$name=$(State $name)" }
    $forward = Get-ItemProperty 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\EventLog\EventForwarding\SubscriptionManager' -ErrorAction SilentlyContinue
    if ($null -ne $forward) { 'forwarding=yes' } else { 'forwarding=no' }
}
Section 'agent' 5 {
    "AmazonSSMAgent=$(State 'AmazonSSMAgent')"
}
Section 'listening' 100 {
    Get-NetTCPConnection -State Listen | ForEach-Object { "tcp $($_.LocalAddress):$($_.LocalPort)" } | Sort-Object -Unique
}
'@@done'
