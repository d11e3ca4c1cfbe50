### What should be hardened, what is watched, and what stands against closing.

## Checks: what is right when they pass

check-open-admin-ports = Administration ports are closed to the Internet
check-imdsv2 = Instance metadata requires IMDSv2
check-flow-logs = VPC Flow Logs record all traffic
check-ssm-managed = Systems Manager manages the instance
check-cloudtrail = CloudTrail records and protects its files
check-ebs-encryption = New EBS volumes are encrypted by default

## What to do when they fail

fix-open-admin-ports = Take the rules that open SSH, RDP and other administration ports to the whole Internet away; use Session Manager or a known range.
fix-imdsv2 = Require IMDSv2, so that a forged request cannot fetch the credentials of the role.
fix-flow-logs = Turn on flow logs for accepted and rejected traffic, with TCP flags and direction.
fix-ssm-managed = Install and connect the SSM agent: without it nobody reaches the host except over the network.
fix-cloudtrail = Turn on a trail for all Regions, with log file validation.
fix-ebs-encryption = Turn on encryption by default in this Region.

status-pass = good
status-fail = to be mended
status-unknown = could not be seen

## Watches

watch-finding-again = GuardDuty raised the finding again
watch-accepted-flows = Traffic was accepted after containment
watch-drift = Somebody changed what containment had set
watch-logging = Logging was switched off or changed
watch-status-quiet = quiet
watch-status-tripped = happened
watch-status-unknown = could not be seen

## What stands against closing

close-containment-not-verified = The containment is not verified by flow logs.
close-checks-failing = Checks fail and nobody has decided about them.
close-plan-open = A plan waits for a decision or is not finished.
close-watch-tripped = A watch reports activity.
close-watch-unknown = A watch could not be read.
close-verdict-open = The verdict is inconclusive.
close-observation-time = The time of observation has not passed.
