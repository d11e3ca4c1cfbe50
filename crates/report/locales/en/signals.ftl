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
signal-exfil-like = The instance sent { $bytes } to { $ip } on port { $ports }.
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
signal-dns-tunnel = { $names } distinct names were asked for under { $domain }, as long as { $longest }: data can be carried out that way.
signal-dns-mining-pool = The instance asked for a pool where crypto-currency is mined: { $domain }.
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
signal-remote-command = Commands or remote sessions were started from { $ip }: { $events }.
signal-secrets-read = Secrets were read from { $ip }: { $events }.
signal-imdsv1-delivery = { $count ->
    [one] One call used
   *[other] { $count } calls used
 } credentials that the old metadata service (IMDSv1) had given out; a forged request can read them.
signal-credential-exfiltration-finding = GuardDuty reports that credentials of the instance are used elsewhere: { $types }.
signal-malware-or-runtime-finding = GuardDuty saw malicious activity on the instance itself: { $types }.
signal-attack-sequence = GuardDuty links the instance to an attack in several stages: { $types }.
signal-other-finding = Other serious findings about the instance: { $types } (severity { $severity }).
