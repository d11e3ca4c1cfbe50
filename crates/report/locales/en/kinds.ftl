### What a finding's type says beforehand.

## What would make a finding a breach: goes on after "Breach if"

success-two-way-traffic = data flows both ways with that address, from a process nobody planned
success-resolved-and-called = the name was resolved and the instance then called that address
success-called-or-sinkholed = the instance called the resolved address; a sinkhole in its place means an infection, too
success-weak-alone = another sign joins it, such as traffic to the resolved address; alone it proves little
success-floods = nobody ordered a load test: the instance floods others, contain it at once
success-sends-mail = mail servers answered on port 25 and the instance sent them data
success-unknown-service = nobody can say which service opened that port
success-unexplained-volume = no backup or other job explains the bytes sent
success-mines = the processor stays busy and connections to the pool last
success-hidden-names = the traffic to that resolver goes on and another sign joins it
success-scans-others = nobody ordered a scan: the instance itself searches others
success-login-after-failures = a login is accepted after failures, or the instance is the one that tries
success-logon-type-10 = event 4624 of type 10 follows a burst of 4625, or the instance is the one that tries
success-logon-type-3 = event 4624 of type 3 follows a burst of 4625, or the instance is the one that tries
success-jobs-submitted = the port answered and jobs ran that nobody submitted
success-probe-answered = the port answered with data, not just with a handshake
success-calls-dead-server = anything still calls that address: the instance is infected though the server is dead
success-generated-name-hit = one of the many names was resolved and the instance called it
success-data-in-queries = the queries are real: the data has left already
success-downloaded-and-ran = a file was fetched and a new process followed
success-data-dropped = the instance sent data to that address
success-phished = somebody on the instance opened the page or gave it credentials
success-session-with-listed = data flows both ways, a login is accepted, or the instance itself called the address
success-role-used-elsewhere = the credentials of the instance's role are used from anywhere else
success-tor-not-ours = the owner does not run Tor there
success-unknown-process = the owner does not know the process: it ran already
success-kernel-changed = the owner did not load that module: the kernel can no longer be trusted
success-files-changed = the owner did not change that file
success-file-ran = the owner did not put that file there: it ran already
success-shell-out = it is no tool of the owner: somebody outside already holds a shell
success-left-container = a process of the container reached the host
success-malware-active = the file ran, or nobody knows how it came there
success-copy-used = an instance runs, or once ran, from what was scanned
success-sequence-real = the owner cannot explain the signals: treat each instance of the group as compromised
success-password-used = a Windows logon follows with that password
success-call-not-ours = nobody knows who made the call
success-calls-not-ours = nobody knows who made the calls
success-pushed-key-used = a login with the pushed key is accepted
success-script-ran = the instance was started again with the changed script
success-login-since-opened = a login from the Internet was accepted since
success-any-success = data flows both ways with a stranger, a login is accepted, or a new process runs

## What to look at first, as a list

look-flow_logs = flow logs
look-dns = DNS queries
look-auth_log = login records
look-windows_logons = Windows logons
look-cloudtrail = CloudTrail
look-findings = other findings
look-runtime = the process in the finding
look-processes = who owns the socket
look-malware_scan = a malware scan
look-metrics = CPU load
look-app_logs = logs of the service
look-imds = metadata settings (IMDSv1)
look-owner = the owner

## Good to know about a finding's type

about-own-list = The match is with a list of your own: check the entry before anything else.
about-retired = GuardDuty no longer raises this type.
about-role-decides = Low where the instance is attacked, high where it attacks: then it is compromised already.
about-mail-throttled = AWS throttles port 25 of most accounts, so few bytes may mean many attempts.
about-last-address-only = The finding names the last address only; the flow logs have them all.
about-past-dns-logs = Such queries pass by the resolver of the VPC: its query logs do not show them.
about-groups-let-dns-out = Security groups do not stop queries to the resolver of the VPC: a DNS Firewall or a stop of the instance does.
about-not-web-ports = GuardDuty leaves ports 80 and 443 out of it.
about-copy-not-instance = It is about a snapshot, an image or a backup, not about a running instance.
about-call-not-instance = It is about a call to the EC2 API, not about traffic of the instance.
about-several-instances = It joins several findings and may be about several instances: open a case on each.
about-role-of-instance = If an instance's role is behind the key, open a case on that instance.
about-trail-blind = From then on CloudTrail may show nothing: look at the time before.

## Whether GuardDuty scans for malware by itself

auto-scan-yes = GuardDuty starts one by itself, where that protection is on
auto-scan-no = GuardDuty starts none after this type: ask for one
auto-scan-outbound_only = GuardDuty starts one by itself only where the instance is the one that attacks
