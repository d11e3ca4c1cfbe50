### What the program says in a terminal.

banner = rebato { $version } · account { $account } · { $region } · as { $identity }
read-only = READ-ONLY
lab-note = This is the simulated account: nothing real is at stake.
lab-approves-itself = No terminal: the lab approves by itself, as nothing real is at stake.
progress-identify = Reading the alert and the instance
progress-evaluate = Reading the evidence
progress-files = { $files ->
    [one] one file read
   *[other] { $files } files read
 }
progress-left = time left
progress-verify = Reading the state back
progress-investigate = Looking up the addresses
progress-harden = Checking the configuration
progress-health = Looking whether the service is well
progress-monitor = Looking at what has happened since
case-saved = Case { $case } saved.
case-closed = Case { $case } closed.
next-command = Next: { $command }
report-command = Report: { $command }
report-saved = Report written to { $file }.
plan-title = Plan { $digest } ({ $purpose })
plan-empty = The plan has no steps: there is nothing to do.
plan-undo = undo: { $undo }
nothing-done-yet = Nothing has been done yet.
nothing-to-do = Nothing to do.
approve-ask = This changes account { $account }, Region { $region }. Type the instance id to go on ({ $instance }):
approve-wrong = That is not { $instance }. Nothing was done.
approve-no-terminal = There is no terminal to ask on. Approve with: { $command }
approved = Plan { $digest } approved by { $by }, valid until { $until }.
rejected = Plan { $digest } rejected by { $by }.
step-done = { $action }
step-adopted = { $action } (already in place)
step-failed = { $action }: { $why }
contained = { $instance } is contained: the state was read back and all of it stands.
verified = { $instance } is contained and verified: no traffic was accepted since.
partial = { $instance } is only partly contained. Still open: { $open }. A person is needed now.
released = { $instance } is released: what containment changed was put back.
release-partial = { $instance } is only partly released. Still open: { $open }.
stale = The world has changed since the plan was made: { $what }. Nothing was done.
may-close = The case may close.
may-not-close = The case may not close yet:
chain-good = { $count ->
    [one] One record
   *[other] { $count } records
 }, the chain holds.
chain-broken = The chain is broken: { $why }
no-cases = There are no cases yet.
interrupt-once = Ending with what is known so far. Press Ctrl-C again to end at once.
interrupted-reading = Interrupted: what is shown rests on what was read until then.
interrupted = Interrupted. What was done is in the journal; run the same command to go on.
error = error
hint = hint
warning = warning
hint-usage = See: { $command }
hint-stale = Make a new plan with: { $command }
hint-denied = AWS refused { $call }. Give the principal the permission { $permission }, or see: rebato iam-policy
hint-unreachable = AWS did not answer. Check the network, the Region and the endpoint, then run the same command again: it goes on where it stopped.
hint-credentials = No valid credentials. Log in or choose a profile with --profile.
hint-refused = Policy forbids it. See the notes of the plan.
hint-policy = Your approval policy decides who may approve what: ask somebody it allows, or change its rules.
hint-second = Another person approves with: { $command }
hint-approval = Approve with: { $command }
hint-expired = The approval has ended. Approve again with: { $command }
hint-ambiguous = Name the one you mean by its id:
hint-no-case = See all cases with: rebato case list
hint-state = Choose another folder with --state.
hint-monitor-guest = `rebato monitor { $case } --guest` also looks into the operating system, where a fix is to stand.
hint-offline = Without --offline, Rebato would read the instance from AWS.
