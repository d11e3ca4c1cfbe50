### What is looked at inside the operating system, and why it could not be seen.

check-sshd-root-login = Root does not log in with a password
risk-sshd-root-login = Root is the one name that every attacker knows. With a password it falls to whoever tries long enough, and nobody can tell afterwards which person it was.
fix-sshd-root-login = Set PermitRootLogin to no, or to prohibit-password where root needs its key; people log in under their own names.

check-sshd-passwords = Nobody logs in over SSH with a password alone
risk-sshd-passwords = Passwords can be tried from afar, and are: this is how most hosts with an open SSH port fall.
fix-sshd-passwords = Set PasswordAuthentication and KbdInteractiveAuthentication to no, once every user has a key that works.

check-sshd-empty-passwords = SSH takes no empty password
risk-sshd-empty-passwords = Whoever knows the name of a user without a password is in.
fix-sshd-empty-passwords = Set PermitEmptyPasswords to no, and give every user a password or lock it.

check-sshd-match = No Match block opens what is closed to the others
risk-sshd-match = A Match block gives some users or addresses a way in that is closed to everybody else. It is easy to forget, and easy to hide there.
fix-sshd-match = Ask who needs the exception; take it away, or narrow it to one user and one address.

check-authorized-keys = The keys that may log in are as before the attack
risk-authorized-keys = A key was added or changed after the attacker was first seen, opens root's account, or lies where others may write. A key is how an intruder comes back.
fix-authorized-keys = Ask for each key whose it is. Keep the file as evidence first, then take the strange keys out.

check-uid0-users = Only root has root's rights by its number
risk-uid0-users = Another user with number 0 is root under a second name, mostly made by an intruder.
fix-uid0-users = Find out who made it and when; keep the evidence, then remove it.

check-empty-passwords = Every user has a password or is locked
risk-empty-passwords = A user with an empty password is open to anybody on the host, and over SSH where that is allowed.
fix-empty-passwords = Lock the user or set a password.

check-sudo-nopasswd = sudo asks for a password
risk-sudo-nopasswd = Whoever takes over that user is root at once. Images for the cloud give it to their first user.
fix-sudo-nopasswd = Take the line away where people work by hand; keep it only for programs, and only for the commands that they need.

check-rdp-nla = Remote Desktop asks for a login before it opens a session
risk-rdp-nla = Without network-level authentication anybody who reaches the port meets the whole login screen, with its flaws.
fix-rdp-nla = Require network-level authentication, by policy or in the system's settings.

check-windows-administrators = Only the known administrators are local administrators
risk-windows-administrators = Other accounts have full power over the machine. An intruder's own account would stand here.
fix-windows-administrators = Ask for each account who needs it; remove the others after the evidence is kept.

check-windows-firewall = The Windows firewall is on in every profile
risk-windows-firewall = A profile without the firewall lets everything through that the security group lets through.
fix-windows-firewall = Turn the firewall on in every profile.

check-patch-state = The last scan found no patch missing
risk-patch-state = Flaws that are known and mended elsewhere are open here.
fix-patch-state = Install the missing patches with the patch baseline, in a window in which a reboot may happen.

check-windows-patches = Windows was patched in the last 60 days
risk-windows-patches = A month of patches was missed: flaws that are known are open here.
fix-windows-patches = Install the updates, and find out why they did not come.

check-reboot-pending = No reboot is pending
risk-reboot-pending = Patches are installed but not in force until the machine starts anew: what runs is still the old.
fix-reboot-pending = Reboot in a window, after the evidence of memory has been taken if it is wanted.

check-log-shipping = The system records what happens and sends it elsewhere
risk-log-shipping = What is written only on the host is written for whoever owns the host: an intruder wipes it first.
fix-log-shipping = Turn on auditd and send the logs away, with the CloudWatch agent or with rsyslog.

check-time-sync = The clock is kept right
risk-time-sync = With a wrong clock the logs of the host fit no others, and no sequence of events holds.
fix-time-sync = Turn on chrony with Amazon's time service, 169.254.169.123.

check-guest-agent = The Systems Manager's agent runs in the system
risk-guest-agent = Without the agent there are no patches, no questions and no fixes but over an open port.
fix-guest-agent = Start the agent and have it start with the system.

check-sshd-access = It is written down who may log in over SSH
risk-sshd-access = Every account with a password or a key may log in, those of programs too.
fix-sshd-access = Name the users or groups with AllowUsers or AllowGroups; try it from a second session before you close the first.

check-sshd-tries = SSH allows few tries for each connection
risk-sshd-tries = Many passwords can be tried over one connection.
fix-sshd-tries = Set MaxAuthTries to 4 or less.

check-sshd-grace-time = SSH ends connections that do not log in
risk-sshd-grace-time = Connections that never log in stay open, until none is left for those who should.
fix-sshd-grace-time = Set LoginGraceTime to 60 seconds or less, and not to 0, which is no limit.

check-sshd-idle = SSH ends sessions that no longer answer
risk-sshd-idle = Sessions whose client is gone stay open.
fix-sshd-idle = Set ClientAliveInterval to 300 and ClientAliveCountMax to 3.

check-sshd-x11 = SSH forwards no X11
risk-sshd-x11 = A host that was taken over reaches the screen and the keyboard of whoever logs in with X11 forwarding.
fix-sshd-x11 = Set X11Forwarding to no.

check-sshd-host-based = No other host vouches for a login
risk-sshd-host-based = Whoever takes over a trusted host logs in here as any user of it.
fix-sshd-host-based = Set HostbasedAuthentication to no.

check-sshd-user-environment = Users set no environment for sshd
risk-sshd-user-environment = A user can set variables that change what the login runs, and slip out of a forced command.
fix-sshd-user-environment = Set PermitUserEnvironment to no.

check-sshd-log-level = SSH writes logins down
risk-sshd-log-level = Logins are not recorded: nobody can tell afterwards who was in. Or more is recorded than users would want.
fix-sshd-log-level = Set LogLevel to VERBOSE, which also names the key of each login, or to INFO.

check-sshd-ciphers = SSH uses strong ciphers only
risk-sshd-ciphers = A cipher in CBC mode or RC4 can give parts of the plain text away.
fix-sshd-ciphers = Take the weak ciphers out of Ciphers.

check-sshd-macs = SSH uses strong checksums only
risk-sshd-macs = A checksum with MD5 or with a tag of 64 bits can be forged with less effort than it should take.
fix-sshd-macs = Take the weak ones out of MACs. OpenSSH's own default still has umac-64.

check-sshd-key-exchange = SSH uses strong key exchanges only
risk-sshd-key-exchange = A key exchange with SHA-1 can be broken by whoever has means, and what was recorded can be read later.
fix-sshd-key-exchange = Take the exchanges with SHA-1 out of KexAlgorithms.

check-sshd-files = Only root may write the configuration of SSH
risk-sshd-files = Whoever may write that file opens any door that they like.
fix-sshd-files = Give the files to root with mode 0600.

why-not-asked = nobody looked inside the system
why-cut = the answer was cut off before it
why-absent = the system has no such thing
why-denied = the system refused it
why-failed = the system gave no usable answer
why-more = there is more than the answer holds
why-not-in-output = the answer does not say
why-only-effective = sshd -T does not show Match blocks: the files do
why-include-not-given = it may be set in an included file that is not at hand
why-include-too-deep = files include each other too deeply
why-too-long = the configuration is longer than is read
why-unknown-keyword = a line of the configuration is not understood
why-bad-value = a line about it has a value that sshd refuses
why-no-value = a line about it has no value
why-bad-match = a Match line is not understood
why-not-in-match = a line stands in a Match block that may not
why-never-scanned = no patch scan ever ran
why-scan-too-old = the last patch scan is more than 30 days old
why-first-contact-not-known = it is not known when the attacker was first seen
why-groups-not-known = it hangs on the groups of a user, which were not looked at
why-keys-elsewhere = sshd also takes keys from a place that was not looked at
why-agent-offline = the Systems Manager's agent does not answer
why-agent-not-managed = the Systems Manager does not manage the instance
why-no-passage = the instance is contained, and no way to the Systems Manager was left open
why-command-failed = the command in the system failed
why-command-timed-out = the command in the system did not end in time
why-not-the-script = this is not what the script prints

guest-unseen = The operating system could not be looked into: { $why }. What an earlier look showed counts, with its time.
guest-looked = What is said of the operating system was seen there on { $at } ({ $count ->
    [one] one check
   *[other] { $count } checks
}).
guest-not-asked = { $count } checks inside the operating system did not run: nobody looked there. `rebato harden CASE --guest` asks through Systems Manager; `rebato harden --print-probe linux` prints a script to run by hand, whose output `--guest-facts` reads.
report-guest-not-asked = { $count } checks inside the operating system did not run: nobody looked there.

## Lines of sshd's configuration that could not be read

sshd-problem-unknown-keyword = sshd has no such setting
sshd-problem-bad-value = the setting does not take this value
sshd-problem-no-value = the value is missing
sshd-problem-bad-match = the Match line could not be read
sshd-problem-not-in-match = the setting may not stand in a Match block
sshd-problem-include-not-given = the included file is not among those given
sshd-problem-include-too-deep = files include each other too deeply
sshd-problem-too-long = the line is too long
