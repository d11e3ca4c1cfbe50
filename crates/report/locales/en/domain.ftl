### Words for the nouns of the domain: states, outcomes, sources, facts, events.

## How numbers are written

form-decimal = { "." }
form-group = { "," }
form-group-from = 4

## The six steps of the runbook

step-identify = 1 Identify
step-evaluate = 2 Evaluate
step-contain = 3 Contain
step-investigate = 4 Investigate the source
step-harden = 5 Harden
step-monitor = 6 Monitor

## States of a case

state-opened = open, not evaluated yet
state-evaluated = evaluated
state-planned = plan waits for approval
state-approved = plan approved, nothing done yet
state-containing = containment under way
state-contained = contained
state-releasing = release under way
state-released = released
state-closed = closed

## Containment

containment-none = not contained
containment-partial = partly contained
containment-contained = contained
containment-verified = contained and verified
containment-released = released
containment-none-long = Nothing was changed on the instance.
containment-partial-long = Containment was begun and does not stand completely. A person is needed now.
containment-contained-long = The instance is cut off: the state was read back after the changes. Flow logs have not confirmed it yet.
containment-verified-long = The instance is cut off: the state was read back, and the flow logs since then show no accepted traffic.
containment-released-long = What containment had changed was put back.

## Verdicts

outcome-succeeded = Breach
outcome-likely = Probable breach
outcome-attempted = Attempt without success
outcome-blocked = Blocked
outcome-benign = No attack
outcome-inconclusive = Inconclusive
outcome-none = Not evaluated yet
outcome-succeeded-long = The attack succeeded. Treat the instance as compromised.
outcome-likely-long = The attack probably succeeded. Treat the instance as compromised until shown otherwise.
outcome-attempted-long = The attack reached the instance. The evidence is complete and shows no success.
outcome-blocked-long = The traffic was refused before it reached the instance.
outcome-benign-long = The traffic is legitimate. The list entry needs a correction, not the instance.
outcome-inconclusive-long = The evidence at hand does not decide between attempt and breach.
outcome-none-long = The evidence has not been weighed yet.
advice-treat-as-likely = The instance seems to have begun it: treat it as a probable breach until the missing evidence is there.

## Severity, profile, purpose, decision

severity-info = Note
severity-warning = Warning
severity-refusal = Refused unless overridden
profile-runbook = runbook: everything, stop last
profile-isolate = isolate: no stop, memory stays
profile-observe = observe: evidence only
profile-escalate = escalate: for a containment that leaks, the runbook and a network ACL
purpose-contain = Containment
purpose-release = Release
purpose-revert = Taking back the fix of { $check }
purpose-fix = Fix of { $check }
purpose-mend-edit = The address off the threat list
purpose-mend-trust = The address onto the trusted list
purpose-mend-suppress = Suppression rule
purpose-mend-undo = Undoing what was mended
decision-approved = approved
decision-second = waits for a second person
decision-rejected = rejected
decision-none = waits for a decision

## Steps of a plan

step-state-planned = not begun
step-state-started = begun, outcome unknown
step-state-done = done
step-state-failed = failed
step-state-failed-uncertain = failed, may have had its effect
step-state-undone = undone

## Sources and coverage

source-flow_logs = VPC Flow Logs
source-cloudtrail = CloudTrail
source-auth_log = Login records
source-dns = DNS query logs
source-findings = GuardDuty findings
source-metrics = CloudWatch metrics
coverage-complete = complete
coverage-partial = partial
coverage-absent = absent

## Why a source shows less than all

gap-not_given = no such log was given and none was found
gap-not_enabled = the account does not write this log
gap-failed = reading failed: { $why }
gap-skipped = { $file } could not be read: { $why }
gap-window = records reach from { $from } to { $until }, not over the whole window
gap-interrupted = reading was interrupted before its end
gap-bounded = reading ended at its bound, after { $bytes } bytes
gap-skip_data = AWS left records out ({ $records } SKIPDATA)
gap-field_missing = the format lacks the field { $field }
gap-unknown = reason not recorded
gap-nothing_about = { $records ->
    [one] one record
   *[other] { $records } records
 } read, none about this instance
gap-left_out = { $facts ->
    [one] one more fact
   *[other] { $facts } more facts
 } of kind { $kind } left out
time-unknown = an unknown time
clock-aws = ± { $seconds } s
clock-host = ± { $seconds } s, clock of the instance
phase-before = before first contact
phase-contact = contact
phase-success = first success
phase-after = after the success

## What would change the verdict

change-give-flow-logs = Give the VPC Flow Logs of the time around the finding.
change-enable-flow-logs = Turn on VPC Flow Logs for all traffic.
change-give-cloudtrail = Give the CloudTrail records of the time around the finding.
change-enable-cloudtrail = Turn on CloudTrail in all Regions.
change-collect-auth-log = Collect the login records of the instance.
change-enable-dns-log = Turn on DNS query logging for the VPC.
change-read-other-findings = Read what else GuardDuty has found about the instance.
change-read-metrics = Allow Rebato to read the metrics of the instance in CloudWatch.
change-widen-window = Read logs over a longer time.
change-repair-files = Give the files again that could not be read.
change-read-to-the-end = Run it again and let it read to the end.
change-allow-reading = Allow Rebato to read what was refused.
change-add-flow-fields = Add TCP flags and direction to the flow log format.
change-look-elsewhere = Look at the load balancer or NAT in front: the logs do not show this address at the instance.
change-look-at-processes = Look on the instance which process owns the connection.
change-look-at-app-logs = Read the log of the service that listens on the port.
change-scan-for-malware = Have GuardDuty scan the volumes or their snapshots for malware.
change-raise-login = Up to a breach: an accepted login from the other side.
change-raise-callback = Up to a breach: a connection to the other side that the instance opened and that was answered.
change-raise-beacon = Up to a breach: the same call again and again at regular times.
change-raise-role-abroad = Up to a breach: a call with the role's credentials from an address that is not the instance's.
change-raise-second-source = Up to a breach: a sign of success in a second source.
change-raise-later = Up: any accepted traffic or login from the other side from now on. Keep watching.
change-raise-owner-denies = Up: the owner does not know this traffic.
change-lower-refuted = Down: what would refute the strongest reason turns out to be true.
change-lower-complete-and-quiet = Down to an attempt: complete flow logs, CloudTrail and login records that show no success.
change-ask-owner = Ask the owner of the instance whether this activity is expected.

## Facts

fact-conversation = { $direction ->
    [inbound] { $remote } → { $local }
    [outbound] { $local } → { $remote }
   *[unknown] { $local } ↔ { $remote }
 }, port { $port }, { $protocol }: { $bytes_in } in, { $bytes_out } out, { $accepted } accepted, { $rejected } rejected
fact-beacon = Regular connections to { $ip } port { $port }: { $connects } times, one every { $interval } s, { $bytes_out } sent
fact-scan = { $ip } probed { $ports ->
    [one] one port
   *[other] { $ports } ports
 } on { $hosts ->
    [one] one address
   *[other] { $hosts } addresses
 }: { $accepted } accepted, { $rejected } rejected
fact-sweep = { $from } tried { $hosts ->
    [one] one host
   *[other] { $hosts } hosts
 }{ $inside ->
    [yes] {" "}of the private networks
   *[no] { "" }
 }, { $ports ->
    [one] port { $port }
   *[other] { $ports } ports
 }; { $answered } answered
fact-outbound_volume = { $bytes } left for { $ip }, { $busiest } in the busiest hour{ $known ->
    [yes] ; usual for any outside address: up to { $usual } an hour
   *[no] { "" }
 }
fact-lookup = { $count ->
    [one] One DNS query
   *[other] { $count } DNS queries
 } for { $names ->
    [one] { $longest }
   *[other] { $names } names under { $domain }, the longest { $longest }
 }; not found: { $missing }
fact-metric = { $name } ({ $statistic }) was { $value } from { $from } until { $until }{ $known ->
    [yes] ; usual at that hour: { $usual }
   *[no] { "" }
 }
fact-host_change = { $change }: { $about }{ $known ->
    [yes] , by { $by }
   *[no] { "" }
 }{ $count ->
    [one] { "" }
   *[other] {" "}({ $count } times)
 }: { $detail }
host-change-user_added = account added
host-change-user_enabled = account enabled
host-change-group_changed = group membership changed
host-change-password_changed = password changed
host-change-key_added = SSH key added
host-change-service_installed = service installed
host-change-task_created = scheduled task created
host-change-log_cleared = log cleared
host-change-became_root = became root
fact-login_failed = { $count ->
    [one] One failed login
   *[other] { $count } failed logins
 } from { $ip }, users: { $users }
fact-login_accepted = Login of { $user } from { $ip } accepted ({ $method }); failures in the ten minutes before: { $failures }
fact-api_call = { $count ->
    [one] { $event }
   *[other] { $event } ({ $count } times)
 } on { $service } from { $source_ip } by { $principal }{ $detailed ->
    [yes] : { $detail }
   *[no] { "" }
 }{ $refused ->
    [yes] , refused: { $error }
   *[no] { "" }
 }
fact-threat_match = { $ip } is on the threat list { $list } (entry { $entry })
fact-other_finding = GuardDuty finding { $type }, severity { $severity }
fact-alert = The finding itself: { $type }, { $direction }{ $blocked ->
    [yes] , blocked
   *[no] { "" }
 }
fact-finding = GuardDuty raised { $type } (occurrences: { $count })

## Events of the journal

event-case_opened = Case opened
event-alert_repeated = The alert came again
event-finding_joined = Another finding joined the case
event-subject_observed = Instance read
event-subject_missing = Instance not found
event-evidence_gathered = Evidence gathered
event-verdict_reached = Verdict: { $about }
event-case_marked = Marked { $about }
event-inquiry_begun = Others asked about address { $about }
event-address_investigated = Address { $about } investigated
event-guest_asked = Operating system asked
event-guest_answered = Operating system answered
event-posture_checked = Configuration checked
event-plan_made = Plan made
event-plan_rehearsed = Plan rehearsed: permissions asked for
event-plan_ruled = Policy asked about the plan
event-plan_approved = Plan approved
event-plan_rejected = Plan rejected
event-step_started = Step { $about } begun
event-step_done = { $count ->
    [one] Step { $about } done
   *[other] { $count } steps done
 }
event-step_failed = Step { $about } failed
event-containment_observed = Containment read back
event-release_observed = Release read back
event-fix_watched = Service looked at after a fix
event-monitored = Case looked at again
event-export_started = Copy to { $about } begun
event-export_done = Copy to { $about } done and read back
event-case_closed = Case closed
event-case_reopened = Case reopened

## Addresses

scope-public = public
scope-private = private
scope-cgnat = carrier-grade NAT
scope-loopback = the machine itself
scope-link_local = link-local
scope-multicast = multicast
scope-documentation = reserved for documentation
scope-own = own address
standing-known_bad = known bad
standing-mass_scanner = mass scanner
standing-known_good = known good
standing-anonymiser = anonymiser (Tor, VPN or proxy)
standing-unknown = unknown
address-fact-asn = Autonomous system
address-fact-country = Country
address-fact-network = Network
address-fact-cloud = Cloud
address-fact-tor = Tor
address-fact-ptr = Reverse DNS
address-fact-abuse_contact = Abuse contact
address-fact-city = City
address-fact-anonymiser = Anonymiser
address-fact-history = Earlier cases
address-fact-ptr_unconfirmed = Reverse name, not confirmed
address-fact-hostname = Host name
address-fact-organisation = Organisation
address-fact-usage = Use
address-fact-ports = Open ports
address-fact-software = Software
address-fact-vulnerable = Known weaknesses
address-fact-behaviour = Behaviour
address-fact-exploits = Exploits
address-fact-malware = Malware
address-fact-label = Labels
address-fact-registered = Registered
address-fact-language = Language
opinion-malicious = malicious
opinion-suspicious = suspicious
opinion-benign = benign
opinion-unknown = no opinion
asked-answered = answered
asked-not_configured = not configured
asked-refused = refused
asked-failed = failed
asked-not_listed = not listed

## What could not be read of the instance

unread-groups = security groups
unread-volumes = volumes
unread-role = role
unread-scaling = scaling group
unread-targets = target groups
unread-attributes = attributes
unread-addresses = addresses
unread-snapshots = snapshots

## Kept evidence

kept-alert = Alert as received
kept-console_output = Console output
kept-guest_output = Answer of the operating system
kept-console_screenshot = Console screenshot
kept-log_extract = Log extract
kept-snapshot = Snapshot
kept-snapshot_copy = Copy of a snapshot
kept-snapshot_lock = Lock on a snapshot
kept-snapshot_share = Snapshot shared with an account
kept-malware_scan = Malware scan of a snapshot
kept-export = Copy of the case under Object Lock

## Direction

direction-inbound = inbound
direction-outbound = outbound
direction-unknown = direction unknown

## Counts

count-records = { $count ->
    [one] { $count } record
   *[other] { $count } records
 }
