### Headings and sentences of the report.

report-title = Incident { $case }
report-product = Rebato incident report
report-written = Written { $at }. All times are in UTC (Z).
report-state = State: { $state }
report-summary = Summary
report-what-happened = What happened
report-happened = On { $at }, GuardDuty reported { $type } on { $instance }, in account { $account }, Region { $region }.
report-happened-manual = On { $at }, a person opened this case about { $instance }, in account { $account }, Region { $region }.
report-happened-remote = { $direction ->
    [inbound] The other side, { $remote }, called the instance.
    [outbound] The instance called the other side, { $remote }.
   *[unknown] The other side: { $remote }.
 }
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
report-done-among = Among them:
report-what-is-open = What is open
report-nothing-open = Nothing is open.
report-open-approval = A plan waits for approval: { $purpose } { $digest }.
report-open-second = A plan waits for the approval of a second person: { $purpose } { $digest }.
report-open-approved = A plan is approved and not carried out: { $purpose } { $digest }.
report-open-step = Step { $id } ({ $action }): { $state }.
report-open-exposed = Still exposed: { $what }.
report-open-check = To correct: { $fix }
report-open-more-checks = { $count ->
    [one] One more setting is to be corrected: chapter 5 names it.
   *[other] { $count } more settings are to be corrected: chapter 5 names them.
 }
report-open-more = { $count ->
    [one] One more point is open.
   *[other] { $count } more points are open.
 }
report-open-watch = { $watch }: something happened. See chapter 6.
report-open-evaluate = The evidence has not been evaluated.
report-open-contain = The verdict calls for containment and there is no plan yet.

report-timeline = Timeline
report-timeline-alt = Timeline from { $from } to { $until }: { $count ->
    [one] one event
   *[other] { $count } events
 } in { $lanes } lanes. The table below tells them in words.
report-timeline-ordinary = { $count ->
    [one] One more piece of evidence, of ordinary activity, is in chapter 2.
   *[other] { $count } more pieces of evidence, of ordinary activity, are in chapter 2.
 }
report-timeline-table = Events of the timeline
report-lane-attack = Attack
report-lane-alert = Alert
report-lane-response = Response
report-signal-reasons = Reasons for the verdict
report-conversations = Conversations
report-evidence = Evidence
report-records = Files of the raw records
report-coverage = What each source could show
report-change = What would change the verdict
report-containment = Containment, before and after
report-containment-read-back = Read back { $at }.
report-no-plan = There is no plan.
report-plans-left-out = { $count ->
    [one] One earlier plan is not shown; the case document (JSON) has it.
   *[other] { $count } earlier plans are not shown; the case document (JSON) has them.
 }
report-plan-digest = Plan { $digest }
report-plan-notes = Noted before approval
report-source = Source dossier
report-no-source = No address was investigated.
report-addresses-left-out = { $count ->
    [one] One more address is not shown; the case document (JSON) has it.
   *[other] { $count } more addresses are not shown; the case document (JSON) has them.
 }
report-sent-out = Left this machine: { $what }
report-marking = The case is marked { $marking } (Traffic Light Protocol 2.0).
report-inquiry-open = A run broke off while it asked others about { $ip } ({ $who }): the address may have left this machine, and no answer was kept.
report-nothing-sent-out = Nothing about this address left the machine.
report-checks = Configuration checks
report-first = Fails: { $check }. { $why }
report-fixes = What was mended, and how its check comes out since
report-no-checks = No checks were run.
report-clocks = Dates the law may set
report-due = Dates of the case
report-monitoring = Monitoring
report-no-monitoring = The case has not been looked at again yet.
report-review-at = Looked at { $at }
report-review-flows = Accepted flows since containment: { $count }
report-review-flows-unknown = Accepted flows since containment: not known
report-review-can-close = Nothing stands against closing.
report-watch-objects = What watches the case in the account
watch-object-alarm = Alarm
watch-object-metric_filter = Metric filter
watch-object-rule = Event rule
report-stated = What persons have stated about closing
criterion-watch-objects-stand = That what watches the case may stay
criterion-root-cause = The root cause
criterion-credentials-rotated = That what may have been stolen was rotated
criterion-evidence-locked = That the evidence is locked
criterion-report-signed = That the report is signed
report-decisions = Decisions and approvals
report-decisions-table = Who decided what
report-no-decisions = Nobody has decided anything yet.
report-custody = Custody
report-custody-journal = Journal
report-custody-kept = Kept evidence
report-custody-explained = Each record carries the hash of the one before. A change to any of them breaks the chain. Check with: rebato case verify { $case }
report-custody-head = The journal has { $count } records; the SHA-256 of the last one is { $hash }. Keep it apart from the case: who knows it can tell whether the journal is still the same.
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
column-sure = Precision
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
column-file = File
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
column-now = Now
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

## Switches and pictures

report-switch-language = Language
report-language-name = English
report-switch-scheme = Colours
report-scheme-auto = automatic
report-scheme-light = light
report-scheme-dark = dark
report-network = Who talked to whom
report-no-evidence = No evidence was gathered.
report-picture-timeline = What happened when
report-legend-timeline = A circle is an event and bears the number of its row in the table; a box with × stands for so many events close together. Below them, a thick line shows how long something lasted, a thin one by how much its clock may be off. The scale is uneven: quiet hours are shortened.
report-timeline-many = { $count } events, { $from } – { $until }
report-picture-network = Who talked to whom, by ports and bytes
report-legend-network = The arrow points to the side that was called. The thicker a line, the more bytes; a dashed line means that everything was refused. ✖ marks an address of the finding that got through, ▲ another one that the verdict cites, ✔ one that was refused every time, ○ any other.
report-network-alt = { $count ->
    [one] One other side and the instance,
   *[other] { $count } other sides and the instance,
 } with ports, bytes and what was refused. The table below tells them in words.
report-network-rest = { $count ->
    [one] 1 other address
   *[other] { $count } other addresses
 }
report-network-bytes = { $in } in, { $out } out
report-network-refused = { $count } refused
report-picture-traffic = Traffic before and after containment
report-legend-traffic = Each bar reaches from the first to the last accepted record; the thicker, the more bytes. The dashed line is when containment was seen to stand. To the right of it is what the flow logs have told since.
report-traffic-alt = Accepted traffic with { $count ->
    [one] one other side
   *[other] { $count } other sides
 } before containment was seen to stand ({ $at }). After it: { $after }.
report-traffic-before = Before
report-traffic-after = After
report-traffic-flows = { $count ->
    [0] no accepted flow
    [one] 1 accepted flow
   *[other] { $count } accepted flows
 }
report-traffic-unknown = not known yet
