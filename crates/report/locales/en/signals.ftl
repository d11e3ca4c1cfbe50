### Why the verdict is what it is. Each signal is one sentence that stands by itself.

signal-all-rejected = Everything between { $ip } and the instance was refused ({ $flows ->
    [one] one flow record
   *[other] { $flows } flow records
 }, ports { $ports }).
signal-finding-blocked = GuardDuty says that EC2 blocked the last connection it saw.
signal-closed-port = Packets from { $ip } were let through to ports { $ports }, and nothing answered there.
signal-scan = { $ip } knocked at { $ports ->
    [one] one port
   *[other] { $ports } ports
 } on { $hosts ->
    [one] one address
   *[other] { $hosts } addresses
 }: the usual noise of the Internet.
signal-only-failures = { $count ->
    [one] One login attempt
   *[other] { $count } login attempts
 } from { $ip }, and none got in.
signal-list-entry-too-wide = The list entry { $entry } covers { $width } addresses; the traffic with { $ip } is ordinary and long known. The list { $list } is the likely error.
signal-handshake = The instance answered { $ip } on port { $ports }: something listens there.
signal-session = Data went both ways with { $ip } on port { $ports }: up to { $bytes } out within { $seconds }.
signal-interactive-login-like = A session of { $seconds } from { $ip } on administration port { $ports }, with { $bytes } sent back: more than a refused password takes.
signal-callback = The instance called { $ip } on port { $ports } and was answered.
signal-callback-and-beacon = The instance calls { $ip } on port { $ports } again and again at regular times: remote control looks like this.
signal-callback-elsewhere = After the first contact, the instance opened a long connection to { $ip } on the unusual port { $ports }.
signal-exfil-like = The instance sent { $bytes } to { $ip }{ $known ->
    [0] { "" }
   *[other] {" "}on port { $ports }
 }.
signal-beacon = { $connects ->
    [one] One regular connection
   *[other] { $connects } regular connections
 } to { $ip } on port { $ports }, one every { $interval } s.
signal-amplification = The instance answers { $ip } on port { $ports } with far more than it is asked: it may be used to flood others.
signal-first-contact-ours = The first connection with { $ip } was begun by the instance, at { $at }.
signal-outbound-direction = GuardDuty says that the instance began it: it turned to { $ip }.
signal-login-accepted = { $user } logged in from { $ip } ({ $method }) at { $at }.
signal-login-after-failures = { $user } logged in from { $ip } at { $at }, after { $failures ->
    [one] one failure
   *[other] { $failures } failures
 } in ten minutes: the password was probably guessed.
signal-host-change = After the first contact with a suspect, the guest was changed ({ $change }: { $about }), first at { $at }.
signal-dns-generated-names = The instance asked for { $count } names that nobody registered and that look drawn by lot ({ $domains }): a program searching for its master does that.
signal-dns-tunnel = { $names } distinct names were asked for under { $domain }, the longest { $longest }: data can be carried out that way.
signal-dns-mining-pool = The instance asked for a pool where cryptocurrency is mined: { $domain }.
signal-dns-firewall = { $count ->
    [one] A DNS query
   *[other] { $count } DNS queries
 } under { $domain } matched a rule of the account's DNS firewall.
signal-dns-led-to-suspect = The name { $domain } that the instance asked for led to { $ip }, at { $at }.
signal-role-used-elsewhere = The credentials of the instance's role were used from { $ip }, which is not the instance: they were stolen. Calls: { $events }.
signal-recon-burst = With the instance's role or from a suspect address ({ $ip }), somebody looked around in the account: { $events }; { $refused } refused.
signal-persistence-call = Access was created or widened from { $ip }: { $events }.
signal-persistence-refused = An attempt from { $ip } to create or widen access was refused: { $events }.
signal-resources-created = Resources were created from { $ip }: { $events }.
signal-opened-to-world = Something was opened or shared from { $ip }: { $events } ({ $detail }).
signal-log-tampering = Logging or detection was switched off or weakened from { $ip }: { $events }.
signal-attempts-refused = Attempts from { $ip } to hide, destroy, open or take something in the account were refused or failed: { $events }.
signal-network-changed = Routes or walls of the network were changed from { $ip }: { $events }.
signal-console-login = Somebody came into the console from { $ip } ({ $principal }; { $detail }).
signal-objects-read = { $count ->
    [one] One object was read
   *[other] { $count } objects were read
 } from { $ip }: { $events }.
signal-models-used = Language models were opened or used from { $ip } at the account's cost: { $events }.
signal-data-destroyed = Data, backups or keys were destroyed from { $ip }: { $events }.
signal-remote-command = Commands or remote sessions were started from { $ip }: { $events }.
signal-secrets-read = Secrets were read from { $ip }: { $events }.
signal-imdsv1-delivery = { $count ->
    [one] One call used
   *[other] { $count } calls used
 } credentials that the old metadata service (IMDSv1) had given out; a forged request can read them.
signal-credential-exfiltration-finding = GuardDuty reports that credentials of the instance are used elsewhere: { $types }.
signal-attack-sequence = GuardDuty links the instance to an attack in several stages: { $types }.
signal-other-finding = GuardDuty reports serious activity of the instance: { $types } (severity { $severity }).
signal-malware-finding = A scan found malware on a volume of the instance: { $types }{ $details ->
    [0] .
   *[other] {" "}({ $detail }).
 }
signal-runtime-finding = GuardDuty's agent saw a process of the instance do wrong: { $types }{ $details ->
    [0] .
   *[other] {" "}({ $detail }).
 }
signal-reply-refused = Packets from { $ip } reached port { $ports } and something answered there, but a network ACL stopped the answer.
signal-outbound-refused = The instance tried to reach { $ip } on port { $ports } and the network refused it: the harm was stopped, the cause was not.
signal-outbound-sweep = The instance ({ $from }) tried { $hosts ->
    [one] one host
   *[other] { $hosts } hosts
 } on the Internet, { $ports ->
    [one] port { $port }
   *[other] { $ports } ports
 }; { $answered } answered: it is looking for others to attack.
signal-lateral-movement = The instance ({ $from }) tried { $hosts ->
    [one] one neighbour
   *[other] { $hosts } neighbours
 } in the private network, { $ports ->
    [one] port { $port }
   *[other] { $ports } ports
 }; { $answered } answered: somebody may be moving on from here.
signal-mining = The processor was { $percent }% busy for half an hour or longer, with a connection to { $ip } on port { $ports }: the instance probably mines cryptocurrency.
signal-network-out-unusual = From { $at } on, the instance sent far more than it usually does at that hour ({ $deviations } standard deviations). The metrics do not say where to.
signal-listed-widely = { $ip } stands on several threat lists: { $list }. That says who called, not whether they got in.
signal-anonymiser = { $ip } is an exit of Tor, a VPN or a proxy (list { $list }): who is behind it cannot be told from the address.

### What would refute a signal, as the end of a sentence that begins with "Refuted if".

refute-all-rejected = another interface of the instance, or a load balancer in front of it, let the same traffic through
refute-finding-blocked = the flow logs show an earlier connection that was accepted: GuardDuty shows only the last one
refute-closed-port = a flow record shows an answer with data, on this interface or another
refute-scan = one of the ports answered with data, or a login followed
refute-only-failures = somebody got in from another address with a user name that was tried here, or the log was altered
refute-list-entry-too-wide = the owner of the instance does not know this address
refute-handshake = the service is meant to be public: then an answer alone means nothing
refute-session = the service is public and its own log shows ordinary requests
refute-first-contact-ours = older logs show that the other side came first
refute-outbound-direction = the flow logs show that the other side opened the connection
refute-interactive-login-like = the login records of the same minutes show only failures
refute-login-accepted = the person confirms this login by another channel, and the address is theirs
refute-login-after-failures = the person confirms having mistyped the password at that time
refute-callback = the owner names the program that calls this address, and it is meant to
refute-callback-and-beacon = the owner names the agent or monitor that calls this address at this interval
refute-callback-elsewhere = the owner knows this address and this port
refute-beacon = a known agent, updater or health check calls at this interval
refute-host-change = a change ticket or the configuration system explains this change at that time
refute-dns-generated-names = the names belong to a known content network, scanner or mail filter
refute-dns-firewall = the name is on the rule's list by mistake
refute-dns-led-to-suspect = the name belongs to a service that the owner uses; one address may serve many names
refute-dns-tunnel = the domain belongs to a product in use that puts data into names, such as a virus scanner or a mail filter
refute-dns-mining-pool = mining is the purpose of the instance, or somebody only read the pool's web page
refute-exfil-like = a backup, a release or a customer's download explains the amount
refute-amplification = the clients asked for these answers, and their addresses are not forged
refute-role-used-elsewhere = the address is a NAT gateway, a proxy or a VPC endpoint of yours
refute-recon-burst = an inventory, monitoring or security tool makes these calls every day
refute-persistence-call = a change ticket or a deployment explains these calls
refute-persistence-refused = a deployment lacks a permission and tries in vain
refute-resources-created = creating resources is the purpose of the instance, as of a build server
refute-opened-to-world = a change ticket asked for exactly this
refute-log-tampering = the team that owns the logs planned this change
refute-attempts-refused = a deployment lacks a permission and tries in vain
refute-network-changed = a change ticket or a deployment explains these changes
refute-console-login = the user confirms to have logged in from this address
refute-objects-read = the address is the team's own, and the program reads these objects from there
refute-models-used = the team itself uses these models from this address
refute-data-destroyed = a planned clean-up explains these deletions
refute-remote-command = the operations team started these sessions
refute-secrets-read = the address is the team's own, and the application reads these secrets from there
refute-imdsv1-delivery = only known software on the instance uses the old service
refute-credential-exfiltration-finding = the role's traffic leaves through a network of yours that GuardDuty does not know, such as a proxy
refute-attack-sequence = each signal in the sequence has an innocent explanation
refute-other-finding = that finding was examined and closed as a false alarm
refute-malware-finding = the file is a test file, or a tool that the team put there
refute-runtime-finding = the process belongs to a deployment or a tool of the team
refute-reply-refused = the flow logs show an accepted answer, on this interface or another
refute-outbound-refused = the owner names the program that tried to call this address, and it is meant to
refute-outbound-sweep = scanning, monitoring or crawling is the purpose of the instance
refute-lateral-movement = the instance is a jump host, or manages these machines
refute-mining = the load has a known cause, and the port belongs to another service
refute-network-out-unusual = a backup, a release or more visitors explain the amount
refute-listed-widely = the lists copy one another, or the address has a new holder
refute-anonymiser = the list is old and the exit has moved on
