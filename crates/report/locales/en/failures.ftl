# What was wrong, as a person is told it. Values: names that were typed, names of AWS, words of AWS or of the system.

## The words of a command

wrong-offline = this needs AWS, and --offline was given
wrong-offline-file = this needs AWS, and --offline was given: name a file instead
wrong-offline-update = intel update goes to the Internet, which --offline forbids
wrong-offline-network = --offline asks nobody, and --network asks
wrong-offline-place = { $place } lies in the account, and --offline asks nobody
wrong-place = { $place } names no bucket and no log group
wrong-plan = { $plan } is no plan of case { $case }: give its digest, or at least 6 of its digits
wrong-plan-several = { $plan } fits several plans of case { $case }
wrong-plan-command = plan { $plan } is not for `rebato { $command }`; `rebato case show { $case }` says what it is for
wrong-profile = { $name } is no profile (runbook, isolate, observe, escalate) and cannot be read as a file: { $why }
wrong-state = this platform names no data folder: give --state DIR
wrong-nothing-named = name a case or an instance
wrong-empty = an empty word names no alert
wrong-check = { $name } is no check; there are: { $names }
wrong-fix-case = a fix belongs to a case: open one with `rebato respond INSTANCE`
wrong-case-or-instance = { $name } is neither a case nor an instance
wrong-case-or-address = { $name } is neither an address nor a case
wrong-address = { $name } is not an address
wrong-mend-case = { $name } is no case: a list is mended for a case
wrong-key = --key is for a folder that was exported
wrong-listen = { $listen } is not a loopback address: the simulated account has no real credentials to check
wrong-source = { $name } is no source: choose of { $names }
wrong-topic = { $topic } is no ARN of an SNS topic
wrong-topic-region = the topic { $topic } is not in { $region }, where the instance is
wrong-several = --approve, --override, --explain and --wait are for one case: approve each, then give each its --plan
wrong-two-plans = case { $case } is given two plans
wrong-plan-cases = { $plan } fits plans of several cases
wrong-plan-of-none = { $plan } is no plan of these cases
wrong-plan-missing = with --plan, each case needs its own: none is given for { $case }
wrong-letter = --letter es goes to AWS Support only
wrong-no-watcher = security-ir asks for somebody who follows the case: --watcher EMAIL
wrong-mail = { $mail } is no mail address
wrong-scenario = there is no scenario { $name }; there are: { $names }
wrong-log-place = harden.flow_logs is { $place }: give s3://bucket/folder or logs://group
wrong-log-role = harden.flow_logs is { $place }: a log group needs harden.flow_logs_role

## Files

file-read = cannot read { $path }: { $why }
file-write = cannot write { $path }: { $why }
file-make = cannot make { $path }: { $why }
file-probe = no output of the script is in { $path }: `rebato harden --print-probe linux` prints the script
file-sshd = { $path } is no configuration of sshd: { $why }
file-sshd-none = cannot find sshd_config among { $path }: { $why }

## The case

failed-no-case = there is no case { $case }; `rebato case list` names them
failed-no-plan = case { $case } has no plan { $plan }
failed-not-approved = plan { $plan } of case { $case } is not approved
failed-second = plan { $plan } of case { $case } was approved by one person, and the policy asks for two
failed-second-too = another person must approve plan { $plan } too
failed-other-plan = the approval is for plan { $approved }, this is plan { $plan }
failed-expired = the approval ended at { $until }: approve again
failed-refused = the plan is refused: { $codes }
failed-stale = the plan is stale, nothing was done: { $drifts }
failed-stale-one = { $target } is now { $seen }
failed-busy = case { $case } is at work on { $instance }: finish it first with `rebato contain { $case }`
failed-no-instance = the finding { $finding } names no instance: there is nothing to contain
failed-ambiguous = { $query } fits { $count } instances
failed-not-found = no instance fits { $query }
failed-scan-died = reading the logs ended unexpectedly: this is a fault of the program, please report it
failed-policy = the policy forbids it: { $asked }: forbidden by { $rules }
failed-policy-silent = the policy forbids it: { $asked }: no rule permits it
failed-unsafe = the plan is not safe and is not offered: { $faults }
failed-closed = case { $case } is closed
failed-nothing-contained = { $case }: there is no containment to release
failed-nothing-rehearsed = there is nothing to contain in scenario { $name }
failed-no-finding = GuardDuty has no finding { $finding } in this account and Region ({ $region })
failed-no-finding-ec2 = GuardDuty has no such finding about an EC2 instance in this account and Region ({ $region })
failed-no-finding-such = GuardDuty has no such finding in this account and Region ({ $region })
failed-no-finding-of = GuardDuty has no finding about { $instance }
failed-neither = { $file }; and no instance is named { $name }
failed-account = { $name } is in account { $account }, and the credentials are for { $ours }: choose others with --profile

## The state folder

state-conflict = case { $case } was changed by somebody else: it is at event { $found }, this run expected { $expected }; run the command again
state-locked = the state folder { $folder } is in use by { $holder }; wait for it to end, or name another folder with --state
state-io = { $what } failed on { $path }: { $why }
state-damaged = { $what } is damaged: { $why }
state-too-new = the journal in { $path } has schema version { $version }, this program knows up to { $known }: use a newer rebato

## AWS

aws-not-found = { $what } does not exist: { $code }: { $why }
aws-denied = AWS denied { $operation }: { $code }: { $why }
aws-credentials = no usable AWS credentials for { $operation }: { $why }; run `aws sso login`, or name a profile with --profile
aws-unreachable = AWS did not answer { $operation }: { $why }
aws-throttled = AWS throttled { $operation }: { $code }
aws-refused = AWS refused { $operation }: { $code }: { $why }
