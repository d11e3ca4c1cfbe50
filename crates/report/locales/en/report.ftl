### Headings and sentences of the report.

report-title = Incident { $case }
report-product = Rebato incident report
report-written = Written { $at } (UTC). All times are UTC.
report-state = State: { $state }
report-summary = Summary
report-what-happened = What happened
report-happened = On { $at }, GuardDuty reported { $type } on { $instance }, in account { $account }, Region { $region }.
report-happened-manual = On { $at }, a person opened this case about { $instance }, in account { $account }, Region { $region }.
report-happened-remote = The other side: { $remote }.
report-happened-lists = Matched threat lists: { $lists }.
report-happened-count = GuardDuty has folded { $count ->
    [one] one occurrence
   *[other] { $count } occurrences
 } into the finding.
report-happened-sample = This is a sample finding: nothing real has happened.
report-happened-missing = The instance could not be read: { $why }
report-verdict-and-why = Verdict and why
report-score = Score { $score } of 100
report-no-verdict = There is no verdict yet.
report-no-reasons = No signal was found.
report-more-reasons = { $count ->
    [one] One more reason is listed below.
   *[other] { $count } more reasons are listed below.
 }
report-what-was-done = What was done
report-nothing-done = Nothing was changed.
report-done-steps = { $purpose }: { $all ->
    [one] { $done } of one step done.
   *[other] { $done } of { $all } steps done.
 }
report-what-is-open = What is open
report-nothing-open = Nothing is open.
report-open-approval = A plan waits for approval: { $purpose } { $digest }.
report-open-second = A plan waits for the approval of a second person: { $purpose } { $digest }.
report-open-approved = A plan is approved and not carried out: { $purpose } { $digest }.
report-open-step = Step { $id } ({ $action }): { $state }.
report-open-exposed = Still exposed: { $what }.
report-open-check = To be mended: { $fix }
report-open-watch = { $watch }: something happened. See chapter 6.
report-open-evaluate = The evidence has not been evaluated.
report-open-contain = The verdict calls for containment and there is no plan yet.

report-timeline = Timeline
report-timeline-alt = Timeline from { $from } to { $until }: { $count ->
    [one] one event
   *[other] { $count } events
 } in { $lanes } lanes. The table below holds the same events.
report-timeline-ordinary = { $count ->
    [one] One more piece of evidence, of ordinary activity, stands in chapter 2.
   *[other] { $count } more pieces of evidence, of ordinary activity, stand in chapter 2.
 }
report-timeline-table = Events of the timeline
report-lane-attack = Attack
report-lane-alert = Alert
report-lane-response = Response
report-signal-reasons = Reasons for the verdict
report-conversations = Conversations
report-evidence = Evidence
report-coverage = What each source could show
report-change = What would change the verdict
report-containment = Containment, before and after
report-containment-read-back = Read back { $at }.
report-no-plan = There is no plan.
report-plan-digest = Plan { $digest }
report-plan-notes = Noted before approval
report-source = Source dossier
report-no-source = No address was investigated.
report-sent-out = Left this machine: { $what }
report-marking = The case is marked { $marking } (Traffic Light Protocol 2.0).
report-inquiry-open = A run broke off while it asked others about { $ip } ({ $who }): the address may have left this machine, and no answer was kept.
report-nothing-sent-out = Nothing about this address left the machine.
report-checks = Configuration checks
report-no-checks = No checks were run.
report-clocks = Dates
report-monitoring = Monitoring
report-no-monitoring = The case has not been looked at again yet.
report-review-at = Looked at { $at }
report-review-flows = Accepted flows since containment: { $count }
report-review-flows-unknown = Accepted flows since containment: not known
report-review-can-close = Nothing stands against closing.
report-decisions = Decisions and approvals
report-no-decisions = Nobody has decided anything yet.
report-custody = Custody
report-custody-journal = Journal
report-custody-kept = Kept evidence
report-custody-explained = Each record carries the hash of the one before. A change to any of them breaks the chain. Check with: rebato case verify { $case }
report-unknown = What was not known
report-nothing-unknown = No gap was recorded.
report-instance = Instance
report-unread = The { $part } of the instance could not be read: { $why }
report-address-unanswered = { $source } about { $ip }: { $result }
report-problem = In the alert: { $problem }
report-remainder = { $count ->
    [one] One more row is not shown
   *[other] { $count } more rows are not shown
 }; the case document (JSON) has all of them.
report-contents = Contents
report-skip = Skip to the summary
report-none = none

## Columns

column-time = Time
column-sure = Sure to
column-phase = Phase
column-lane = Lane
column-event = Event
column-what = What
column-who = Who
column-weight = Weight
column-attack = ATT&CK
column-refuted = Refuted if
column-evidence = Evidence
column-local = Our side
column-remote = Other side
column-port = Port
column-protocol = Protocol
column-direction = Direction
column-in = In
column-out = Out
column-accepted = Accepted
column-rejected = Rejected
column-first = First
column-last = Last
column-first-last = First, last
column-id = Id
column-source = Source
column-fact = Fact
column-record = Raw record
column-coverage = Coverage
column-records = Records
column-why = Why
column-step = Step
column-action = Action
column-state = State
column-before = Before
column-after = After
column-undo = Undo
column-impact = Impact
column-answer = Answer
column-value = Value
column-as-of = As of
column-opinion = Opinion
column-confidence = Confidence
column-check = Check
column-status = Status
column-controls = Controls
column-scope = Looks at
column-seen-on = Seen on
column-do = What to do
column-watch = Watch
column-decision = Decision
column-plan = Plan
column-until = Valid until
column-overrides = Overrides
column-origin = Origin
column-size = Size
column-hash = SHA-256
column-seq = No.
column-address = Address
column-standing = Standing

## Alert and instance

report-alert = Alert
report-joined = Other findings of the case
alert-type = Type
alert-id = Finding id
alert-severity = Severity
alert-count = Occurrences
alert-seen = Seen
alert-remote = Other side
alert-ports = Ports of the instance
alert-lists = Threat lists
alert-process = Process
alert-malware = Malware
alert-instances = Instances
alert-signals = Signals
alert-role-of = Role of
alert-success = Breach if
alert-look = Look first at
alert-scan = Malware scan
alert-about = Note
alert-received = Received as
instance-state = State when read
instance-kind = Type, platform, image
instance-place = Account and place
instance-addresses = Addresses
instance-interfaces = Interfaces and groups
instance-volumes = Volumes
instance-role = Role
instance-role-shared = Role shared with
instance-scaling = Scaling group
instance-tags = Tags
instance-read = Read at
report-source-facts = Facts
report-source-opinions = Opinions
report-source-asked = Who was asked

## What stands around the instance

around-run-by = Run by
around-owner = Owner
around-balancers = Balancers
around-made-of = Made of
around-place = Placed
around-subnets = Subnets
around-way-out = reaches the Internet
around-no-way-out = no internet gateway
around-role = Role also
around-role-policies = Inline policy
around-scaling = Scaling
remains-network = Network
remains-deeds = History
remains-snapshots = Snapshots
remains-unread = Not read
report-remains = What remains of the instance
