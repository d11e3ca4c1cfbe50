### What the commands say.

## The alert

row-finding = Finding
row-account = Account
row-instance = Instance
row-remote = Remote
row-action = Traffic
row-lists = Threat list
row-also = Also
row-seen = Seen
row-local = Local time
row-process = Process
row-malware = Malware
row-instances = Instances
row-role-of = Role of
row-success = Breach if
row-look = Look first at
row-source = Source
findings-left-out = { $count ->
    [one] One finding was left out: it does not pass the filter.
   *[other] { $count } findings were left out: they do not pass the filter.
}
folder-read = { $folder }: files read: { $files }, findings: { $findings }, files without any: { $without }.
row-now = Now
row-ports = local port { $ports }
row-blocked = blocked
row-not-blocked = not blocked
direction-unknown-long = direction unknown
other-family = { $family ->
    [iam] About credentials, not about an instance: their owner checks the calls and ends the key or session. If an instance's role is behind it, open a case on that instance.
    [s3] About an S3 bucket, not about an instance: its owner checks who may read and write it, and the objects named.
    [kubernetes] About an EKS cluster, not about an instance: whoever runs the cluster handles it. For a single node, open a case on the node's instance.
    [ecs] About an ECS cluster, not about an instance: whoever runs the tasks stops them. For its container instance, open a case on that instance.
    [container] About a container, not about an instance: stop the container. For the host it ran on, open a case on that instance.
    [lambda] About a Lambda function, not about an instance: its owner checks the code and the role.
    [rds] About a database, not about an instance: its owner checks the logins and changes the passwords.
    [ebs_snapshot] About a snapshot, not about a running instance: do not restore it, and open a case on the instance it was taken from.
    [ec2_image] About an image, not about a running instance: start nothing from it, and open a case on each instance that runs it.
    [recovery_point] About a backup, not about a running instance: do not restore it, and open a case on the instance it was taken from.
    [attack_sequence] About an attack on several resources: open a case on each instance that it names.
   *[other] This finding is about { $family }, not about an EC2 instance: it belongs to another runbook.
 }
other-account = Careful: the finding is about account { $finding }, these credentials are for { $account }.
case-joined = Finding { $finding } joins case { $case }.
case-told-again = Finding { $finding } again, with something new: case { $case }.
case-rests = Case { $case } was worked through within the hour and nothing new has come: this is how it stands. It is worked on again from { $until }, or now with --again.

## Verdict

verdict-heading = VERDICT
verdict-score = { $code } · score { $score } of 100
refuted-if = refuted if { $what }
more-reasons = { $count ->
    [one] and one more reason, in the report
   *[other] and { $count } more reasons, in the report
 }
what-would-change-it = What would change it:
coverage-said = { $coverage }
checks-more = and { $count } more: { $command }
plan-whole = Undo, permissions and impact of each step: { $command }
checks-summary = { $failing } of { $all } checks fail

## The address

fact-kind-asn = Network number
fact-kind-country = Country
fact-kind-network = Network
fact-kind-cloud = Cloud
fact-kind-tor = Tor
fact-kind-ptr = Reverse name
fact-kind-abuse_contact = Abuse contact
fact-kind-city = City
fact-kind-anonymiser = Anonymiser
fact-kind-history = Earlier cases
fact-kind-ptr_unconfirmed = Reverse name, not confirmed
fact-kind-hostname = Host name
fact-kind-organisation = Organisation
fact-kind-usage = Use
fact-kind-ports = Open ports
fact-kind-software = Software
fact-kind-vulnerable = Known weaknesses
fact-kind-behaviour = Behaviour
fact-kind-exploits = Exploits
fact-kind-malware = Malware
fact-kind-label = Labels
fact-kind-registered = Registered
fact-kind-language = Language
list-entry = entry { $entry } in line { $line }, { $width ->
    [one] one address
   *[other] { $width } addresses
 }
says-malicious = says malicious
says-suspicious = says suspicious
says-benign = says benign
says-unknown = says nothing
know-nothing = Know nothing of it: { $sources }
not-asked = Not asked, as nobody configured them: { $sources }
nothing-sent-out = Nothing left this machine.
sent-out = Left this machine: { $what }

## Plan and execution

plan-wave-title = wave { $number }
explain-title = The same with the AWS command line:
or-command = or:   { $command }
undo-command = Undo: { $command }
evidence-kept = The evidence is kept. Nothing was changed but tags.
step-needs = step { $step } was not done, and this one needs it
progress-wait = waiting for { $target }
fix-well = Nothing got worse by the fix in { $looks ->
    [one] one look
   *[other] { $looks } looks
}: targets, agent and AWS's checks are as before.
fix-unwatched = No target and no agent would show that the fix broke something: look for yourself.
fix-worse = Since the fix it is worse: { $worse }.
fix-reverted = The fix was taken back: it is as it was before.
fix-revert-open = Taking it back is not finished: see plan { $plan }.
fix-no-revert = The fix has no undo. A person is needed.
fix-check-pass = The check { $check } passes now.
fix-check-fail = The check { $check } still fails: { $evidence }
fix-check-unknown = How the check { $check } comes out now could not be seen.
no-fix-none = Rebato has no fix for { $check }.
no-fix-nothing = Nothing to fix for { $check }.
no-fix-unread = No plan for { $check }: what it rests on could not be read ({ $about }).
no-fix-guest-not-asked = No plan for { $check }: it rests on a look into the operating system. Run it again with --guest.
no-fix-agent-offline = No plan for { $check }: the Systems Manager does not hear the instance, and nothing else could undo the change.
no-fix-log-place = No plan for { $check }: no flow log of this Region tells where logs go. Name a place in the configuration file, under [harden]: flow_logs = "s3://BUCKET/FOLDER", or flow_logs = "logs://GROUP" with flow_logs_role = "ARN of the role that may write there".
no-fix-no-key = No plan for { $check }: no user who may log in has a key, so passwords are the only way in. Give somebody a key first.
no-fix-no-include = No plan for { $check }: sshd does not include /etc/ssh/sshd_config.d, where the settings would go. Put "Include /etc/ssh/sshd_config.d/*.conf" before all other lines of sshd_config.
no-fix-include-late = No plan for { $check }: sshd reads another value at { $about } before it comes to its folder of settings, and takes the first. Change that line.
no-fix-not-first = No plan for { $check }: another file of the folder is read before and sets it, at { $about }. Change that line.
no-fix-in-match = No plan for { $check }: a Match block sets it at { $about }, and holds against whatever stands before. Change that line.
no-fix-nothing-left = No plan for { $check }: every algorithm of the list is weak. A person has to choose others.
no-fix-only-reboot = No plan for { $check }: everything is installed and waits for a restart. With --reboot the plan restarts the instance.
no-fix-trail-group = No plan for { $check }: no trail that logs writes to a CloudWatch Logs group, where a filter could count.
no-fix-topic = No plan for { $check }: nobody is named whom an alarm could tell. Name an SNS topic in the configuration file (topic under monitor).
order-title = Worth mending first, by what it would have stopped here
order-way-in = They came in by it ({ $about }).
order-used = What came after the entry was done with it ({ $about }).
order-spoke = They exchanged data through it ({ $about }).
order-comes-back = Whoever was in comes back by it ({ $about }).
order-tried = They tried it ({ $about }).
order-unseen = What happened could not be seen in full because of it ({ $about }).
order-slower = It would have made guessing slower ({ $about }).
not-read-here = { $option } is judged by `rebato harden` and `rebato respond`, not by this command.
sshd-config-of-whom = --sshd-config does not say whose it is, and there are several cases: give it to `rebato harden CASE`.

## Cases

head-case = Case
head-opened = Opened
head-instance = Instance
head-verdict = Verdict
head-state = State

## Lists

list-summary = { $format }, { $entries ->
    [one] one entry
   *[other] { $entries } entries
 }
list-count-ipv4 = { $count ->
    [one] one address
   *[other] { $count } addresses
 }
list-count-cidr = { $count ->
    [one] one network
   *[other] { $count } networks
 }
list-count-ipv6 = { $count } of IPv6
list-count-domains = { $count ->
    [one] one domain
   *[other] { $count } domains
 }
list-count-hashes = { $count ->
    [one] one file hash
   *[other] { $count } file hashes
 }
list-date = of { $date }
list-match = { $ip } is covered by { $entry }, line { $line }
list-no-match = { $count ->
    [one] The address is not on it.
   *[other] None of the { $count } addresses is on it.
 }
list-score = score { $score }
list-place = { $entry } (line { $line })
list-more = and { $count } more
list-good = Nothing is wrong with it.
more-rows = and { $count } more; --output json has them
list-problem-covers_own = covers addresses of your own:
list-problem-covers_private = covers private addresses:
list-problem-covers_reserved = covers addresses that nobody has:
list-problem-covers_resolver = covers a public DNS resolver:
list-problem-covers_aws = covers addresses of AWS:
list-problem-covers_cdn = covers a content network, with half the web behind it:
list-problem-covers_cloud = covers the network of a cloud:
list-problem-too_wide = covers very many addresses:
list-problem-not_a_guardduty_format = none of the formats that GuardDuty takes:
list-problem-not_plain_text = no plain UTF-8 text:
list-problem-too_large = larger than GuardDuty takes, in bytes:
list-problem-too_many_entries = more entries than GuardDuty takes in a list of this kind:
list-problem-stale = not renewed for more than 30 days, since
list-problem-ipv6_not_supported = IPv6, which GuardDuty ignores:
list-problem-domain_not_supported = domains, which a list of this kind does not take:
list-problem-hash_not_supported = file hashes, which a list of this kind does not take:
list-problem-form_not_supported = neither a plain address nor a CIDR:
list-problem-header_line = the header of a column; such lines:
list-problem-trailing_text = more than the entry on its line; such lines:
list-problem-comment_lines = comments; such lines:
list-problem-host_bits = a network that does not begin with its first address:
list-problem-duplicate = stands there twice:
list-problem-covered = is covered by other entries:
list-problem-not_an_indicator = neither an address nor a network, domain or hash:
list-problem-leading_zeros = leading zeros, which some read as octal:
list-problem-bad_prefix = a network with a wrong prefix:
list-problem-reversed_range = a range that ends before it begins:
list-problem-unsupported_type = a kind of entry that is not used:
list-problem-unsupported_condition = a condition that is not used:
list-problem-revoked = taken back by its source:
list-problem-malformed_xml = XML that cannot be read:
list-problem-malformed_json = JSON that cannot be read:
list-advice-covers_own = Take them out: each connection among your own machines would be a finding.
list-advice-covers_private = Take them out: GuardDuty never matches them, and every other tool that uses the list does.
list-advice-covers_reserved = Take them out: no traffic on the Internet has them.
list-advice-covers_resolver = Take it out: every name that is looked up there would be a finding.
list-advice-covers_aws = Narrow them to the addresses that are meant: your own calls to AWS go there too.
list-advice-covers_cdn = Take it out, and list the domain in an entity list instead: many sites share these addresses.
list-advice-covers_cloud = Narrow it to the addresses that are meant: they pass from customer to customer.
list-advice-too_wide = Narrow it: a match says next to nothing about one address among so many.
list-advice-not_a_guardduty_format = Write one address or CIDR a line and upload that as TXT.
list-advice-not_plain_text = Save it as UTF-8 text without a byte-order mark, not compressed.
list-advice-too_large = Split it: GuardDuty takes files of up to 35 MB.
list-advice-too_many_entries = Split it, or merge neighbours into networks: 250,000 entries in a threat IP list, 2,000 in a trusted IP list, 1,000 in an entity list.
list-advice-stale = Fetch it anew: addresses change hands within weeks.
list-advice-ipv6_not_supported = They do no harm there and no good: do not count on them.
list-advice-domain_not_supported = Put them into an entity list.
list-advice-hash_not_supported = SHA-256 hashes go into a threat entity list; others go nowhere.
list-advice-form_not_supported = Write the address alone, and a range as the CIDRs that make it up.
list-advice-header_line = Remove the line: GuardDuty documents one entry a line and nothing else.
list-advice-trailing_text = Leave the entry alone on its line: GuardDuty documents nothing behind it.
list-advice-comment_lines = Remove them before you upload it: GuardDuty documents no comments.
list-advice-host_bits = Check what was meant: the whole network is covered, not only the address.
list-advice-duplicate = One of them can go; both count towards the limit.
list-advice-covered = They can go; they count towards the limit.
list-advice-problem = Nobody reads these lines: correct or remove them.

## Data files about addresses

intel-kind-networks = networks of clouds and services
intel-kind-table = table of places or autonomous systems
intel-kind-mmdb = database
intel-kind-tor = relays of Tor
intel-kind-asndrop = autonomous systems in bad hands
intel-kind-registries = registries of networks
intel-kind-list = list
intel-own = part of the program
intel-entries = { $count ->
    [one] one entry
   *[other] { $count } entries
 }
intel-age = as of { $date }, { $days ->
    [0] today
    [one] one day old
   *[other] { $days } days old
 }
intel-stale = stale
intel-bad = { $count ->
    [one] one entry could not be read
   *[other] { $count } entries could not be read
 }
intel-problem-unreadable = cannot be read
intel-problem-too_large = too large
intel-problem-damaged = damaged
intel-problem-unknown_format = no data of a known kind
intel-problem-purpose_unknown = a list whose name does not say what it is for: put tor, drop, threat, trusted or scanners into the name
intel-none = No data files in { $dir }. Fetch the free ones with: rebato intel update
intel-result-new = new
intel-result-changed = changed
intel-result-unchanged = unchanged
intel-result-recent = asked for only lately
intel-result-failed = failed
intel-kept = the old file stays
intel-result-not_configured = has no lasting address: name one in the configuration
intel-before = before: { $count ->
    [one] one entry
   *[other] { $count } entries
 }, as of { $date }

## Logs

logs-read = { $records ->
    [one] One record
   *[other] { $records } records
 }, { $matched ->
    [one] one matches
   *[other] { $matched } match
 }
gap-more_files = { $count ->
    [one] nor could one more file
   *[other] nor could { $count } more files
 }
evidence-less = The verdict now rests on less than before: this time without { $sources }. Give the same logs again to keep what they showed.
logs-lines = { $records ->
    [one] One line read
   *[other] { $records } lines read
 }
more-skipped = { $count } more files were left out; --output json names them
logs-skipped = left out: { $file }: { $why }
head-local = Local
head-remote = Remote
head-port = Port
head-action = Action
head-bytes = Bytes
head-flows = Flows
head-event = Event
head-service = Service
head-error = Error
head-count = Count
head-failed = Failed
head-accepted = Accepted
head-users = Users
threat-hit = { $ip } is on { $list } ({ $entry }): { $accepted } accepted, { $rejected } rejected

## Around

config-none = No configuration file.
config-file = From { $file }
doctor-state = State folder:
doctor-account = AWS account:
doctor-guardduty = GuardDuty's findings can be read.
doctor-lists = Threat and trusted lists:
doctor-offline = Offline: AWS was not asked.

## The lab

lab-title = rebato lab { $scenario }
lab-alert = GuardDuty has raised its alert. Rebato reads it as it would in a real account.
lab-serving = The simulated account is at { $endpoint }. Give the lines above to your shell; Ctrl-C ends it.
lab-flows = { $minutes } minutes later: { $flows ->
    [0] the attackers kept trying, nothing was accepted
    [one] one flow of the attackers was accepted
   *[other] { $flows } flows of the attackers were accepted
 }
lab-not-contained = No breach, so nothing was contained.
lab-entry-at-fault = The list entry at fault: { $list } covers { $ip } ({ $entry })
lab-truth = What really happened: { $happened }. What its records allow: { $truth }. Rebato said: { $said }.
happened-breach = a breach
happened-attempt = an attempt
happened-nothing = nothing bad
lab-trips = Round trips from the alert to the last call that cuts the network: { $warm } when Rebato's groups are there, { $cold } the first time in a VPC
lab-rehearsed = { $times } containments from the approval to the last call that cuts the network: at most { $trips } round trips and { $calls } calls; of the time, Rebato itself took { $median } ms (median), { $p99 } ms (99th percentile)
lab-files = Written: { $files }
monitor-changed = Since { $at }: { $what }
monitor-due = Due { $at }: { $what }
monitor-reopened = The case is open again: { $watch }.
monitor-all-quiet = { $id } · { $state } · quiet
monitor-all-done = { $cases ->
    [one] { $cases } case was looked at
   *[other] { $cases } cases were looked at
}: { $tripped } with something that happened, { $unknown } with something that could not be seen, { $ready } may close.
monitor-nothing = No case is open, and none was closed so lately that it would still be watched.
monitor-next = Next look at { $at }. Ctrl-C ends it.
story-breach = An SSH password is guessed from a listed address; the intruder works in a session, the instance calls home, and its role is used from outside.
story-attempt = A listed address scans the instance and tries passwords; nothing lets it in.
story-false-positive = A payment partner's address is covered by one careless, wide entry of the threat list.
story-breach-scaled = The same breach on an instance in a scaling group behind a load balancer.
story-web-exploit = A listed address makes the web server run commands with one request; nobody logs in, and from then on the instance calls home.
story-stolen-role = A forged request makes the web server hand out the credentials of its role, and a listed address uses them from outside; nobody logs in.
story-callback = A package that somebody installed carries a program that calls a listed address; nothing ever came in from there.
story-exfiltration = An SSH password is guessed from an address on no list, and a large file leaves for one that is listed.
story-ipv6-breach = The instance is reached over IPv6 only by the one who guesses an SSH password; GuardDuty sees the guessing by itself, without any list.
story-second-interface = An SSH password is guessed on the second address of the third interface, while all else speaks over the first.
story-runtime-finding = A listed address makes the web server start a shell, and GuardDuty's agent in the instance sees it start.
story-no-auth-log = A listed address guesses a password and works in a session, and nobody collects the instance's login records.
story-no-cloudtrail = The web server is made to open one long connection to a listed address, and the responder may not read CloudTrail.
story-closed-port = A listed address knocks at ports that the security group opens and on which nothing listens.
story-crawler = A listed address reads the whole public site, on an odd port and for an hour, and lingers at the SSH port; it gets what everybody gets.
story-acl-stops-answers = Packets of a listed address come in, and the network ACL stops every answer on its way out.
story-refused-by-group = A listed address knocks at many ports, and the security groups let it through at none.
story-refused-by-acl = A listed address is denied by the network ACL before it reaches any security group.
story-list-error = Somebody put a whole provider's network on the threat list, and with it the mirror from which the instance fetches its updates.
story-heartbeat = An agent reports to its maker on the beat, and a careless wide entry of the threat list covers the maker: by the logs alone it looks like a beacon.
story-no-flow-logs = A listed address tries passwords and fails, in an account that writes no flow logs.
story-gaps-in-flow-logs = A listed address tries passwords and fails, while AWS leaves flow records out now and then and says so.
story-behind-balancer = A listed address asks the shop for things it should not give, through the load balancer: the instance's flow logs never show that address.
story-fortress = A breached member of a scaling group at its smallest size, with three interfaces, two Elastic IPs, four volumes, IPv6 and stop protection: everything that containing can forget.

## Contain: policy, permissions, custody, proof

plan-permits = permission check: { $ok } of { $all } ok{ $unknown ->
    [0] {""}
   *[other] , { $unknown } not known
 }
plan-permit-denied = { $permission } is denied to you (steps { $steps }): { $why }
profile-refused = the profile { $name } is dangerous and is not used:
approved-by-policy = The policy approves the plan by itself ({ $rules }).
approved-first = { $by } approved plan { $digest }. The policy asks for a second person.
exported = Case { $case } with { $files } files is in { $out }. Check it anywhere: { $command }
export-stored = { $place } holds case { $case }: { $sent } files sent, { $there } there already, each read back. { $lock ->
    [compliance] Nobody can delete or change them before { $until }.
   *[other] Only who may bypass governance can delete them before { $until }.
 }
export-unseen = Sent, but not there as it was wished when read back: { $names }. The copy is not proved: run it again.
export-compliance-ask = Compliance mode cannot be undone: for { $days } days nobody can delete these objects or shorten the time, neither you nor the root of the account nor AWS, and they cost money until then. Type the name of the bucket to go on ({ $bucket }):
export-compliance-no-terminal = Compliance mode cannot be undone: for { $days } days nobody can delete these objects or shorten the time. There is no terminal to ask on, so nothing was sent. If you want that, say --accept irreversible.
folder-good = { $folder }: case { $case }, { $events } events, { $evidence } pieces of evidence: all is as it was written.
folder-key-own = The key comes from the folder itself. Whoever changed everything could have signed anew: compare it with --key FILE.
folder-bad = { $folder }: { $what }
wait-verify = Watching the flow logs until a whole window shows nothing accepted. Ctrl-C ends the watch, not the containment.
wait-over = The flow logs did not reach far enough in { $minutes } minutes. { $command } looks again.
wait-leak = { $count } accepted flows since the containment, with { $peers }: it leaks. What would end it:
wait-leak-nothing = Everything that Rebato can do against it stands already. A person has to look: AWS Support sees what flow logs do not.
several-done = { $done } of { $all } cases came out well.
mend-hint = If findings like this about { $ip } should not come again, a plan sees to it; nothing happens without an approval:
mend-which = The case has several addresses; name one with --address: { $ips }
mend-done = Mended. To put it back: { $command }
mend-undone = Put back as it was.
mend-open = Not all of it is done; steps: { $open }
no-mend-list = No threat list that Rebato can read raised this finding.
no-mend-not_listed = The list does not have { $ip } any more. GuardDuty may not have read it anew yet.
no-mend-inactive = The list is not active in GuardDuty. Activating it is a decision of its own.
no-mend-format = A list of this format is not edited by rule; a person has to. Plain text and the CSV formats are.
no-mend-unclear = The line with { $ip } says more than that one entry; a person has to edit it.
no-mend-too_many = Taking { $ip } out would need too many lines: the whole range is the mistake, and a person has to take it out.
no-mend-text = The list is no UTF-8 text; a person has to edit it.
no-mend-full = The list has no room for the lines that it would need.
no-mend-trusted_list = There is no trusted list in this Region. The GuardDuty administrator makes one (CreateTrustedEntitySet); Rebato never does. Taking the address off the threat list is narrower: --mend edit
no-mend-trusted = { $ip } is on the trusted list already.
no-mend-kind = A suppression rule cannot name this address: GuardDuty's criteria have no field for it.
no-mend-undone = Nothing of this case was mended that still stands.
