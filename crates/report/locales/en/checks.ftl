### What should be hardened, what is watched, and what stands against closing.

## Checks: what is right when they pass

check-open-admin-ports = Administration ports are closed to the Internet
check-imdsv2 = Instance metadata requires IMDSv2
check-flow-logs = VPC Flow Logs record all traffic
check-ssm-managed = Systems Manager manages the instance
check-cloudtrail = CloudTrail records and protects its files
check-ebs-encryption = The attached volumes are encrypted
check-ebs-encryption-default = New EBS volumes are encrypted by default
check-open-risky-ports = Databases, consoles and file services are closed to the Internet
check-imds-hop-limit = Answers of the metadata service stay on the instance
check-role-too-wide = The instance's role allows no whole service
check-launch-template = The launch template makes instances that are not weak
check-key-pair = The key pair is young and opens this instance only
check-public-address = The instance has no public address
check-source-dest-check = The instance cannot pass on others' traffic
check-several-interfaces = The instance stands in one place of the network
check-backups = Each volume has a backup of the last days
check-detailed-monitoring = Metrics come every minute
check-default-group = The default security group lets nothing through
check-network-acls = Network ACLs keep the Internet from SSH and remote desktop
check-guardduty = GuardDuty watches every Region with all that it offers for EC2
check-alarms = Somebody is told when the defences are changed
check-public-snapshots = No snapshot is public, and the Region forbids it

## What they look at

check-scope-instance = Instance
check-scope-guest = Operating system
check-scope-network = Network
check-scope-account = Account

## What is wrong when they fail, and why it matters

risk-open-admin-ports = Anybody on the Internet can try passwords, keys and known flaws on a port for administrators. Most break-ins begin there.
risk-imdsv2 = The metadata service hands the credentials of the role to any request that reaches it. A forged request through a web application is enough to steal them.
risk-ssm-managed = Systems Manager cannot reach the instance: evidence, patches and settings of the system can then only be had over an open port.
risk-flow-logs = Traffic is not written down in the form that an evaluation needs. After a break-in nobody can tell who connected, who answered and how much left.
risk-cloudtrail = No trail has all that is needed: all Regions, reads and changes, proof against tampering, a key of your own and a log group for alarms. What an intruder does with stolen credentials may leave no trace.
risk-ebs-encryption = A copy of a plain volume or of its snapshot can be read by whoever gets hold of it, and no key can be taken away.
risk-ebs-encryption-default = A new volume is plain unless somebody thinks of it.
risk-open-risky-ports = Anybody on the Internet reaches services that were made for a network of friends. Databases and consoles without a password are found within hours.
risk-imds-hop-limit = Containers and forwarded requests on the instance reach the metadata service too, and with it the credentials of the role. Containers in a network of their own may need this.
risk-role-too-wide = Whoever gets onto the instance holds the credentials of its role, and they open whole services of the account. A break-in on one machine becomes one of all.
risk-launch-template = What is mended on this instance comes back with the next one: the scaling group makes it of the same template.
risk-key-pair = A key that has been around for long, or opens other machines, has been in many hands. Who stole it here can use it there.
risk-public-address = The instance can be reached from the Internet by itself: only its groups and network ACLs stand between.
risk-source-dest-check = The instance may send and take packets under foreign addresses. An intruder can use it as a router into the network.
risk-several-interfaces = The instance stands in several places of the network: each is a way in, and a way from one to the other.
risk-backups = There is nothing to go back to: after deletion or encryption by an intruder the data is gone.
risk-detailed-monitoring = Metrics come every five minutes: a short burst of traffic disappears in them, and alarms come late.
risk-default-group = Whatever is started without naming a group gets this one, and with it whatever it lets through.
risk-network-acls = The network ACL lets the Internet try SSH or remote desktop: only security groups stand between, and one mistake in them opens the subnet.
risk-guardduty = Intruders go where nobody looks: to Regions without GuardDuty, and onto hosts whose disks and processes it does not see.
risk-alarms = An intruder opens a group, stops a trail or uses the root user, and nobody hears of it until the damage is done.
risk-public-snapshots = Everybody with an AWS account can copy a public snapshot and read the disk. Nothing in this Region keeps one from being made public by mistake.

## What to do when they fail

fix-open-admin-ports = Take the rules that open SSH, RDP and other administration ports to the whole Internet away; use Session Manager or a known range.
fix-imdsv2 = Require IMDSv2. Programs that still ask without a token get no credentials from then on: the count of such calls tells whether there are any.
fix-flow-logs = Turn on flow logs for accepted and rejected traffic, with TCP flags and direction.
fix-ssm-managed = Install the SSM agent and give the instance a role and a way to the service.
fix-cloudtrail = Keep one trail for all Regions with management events, log file validation, a KMS key and a CloudWatch log group.
fix-ebs-encryption = Make an encrypted copy of the volume's snapshot, a volume of it, and swap the two while the instance is stopped.
fix-ebs-encryption-default = Turn on encryption by default in this Region. Volumes that are there stay as they are.
fix-open-risky-ports = Take the open rules away, and let only the groups or ranges in that use the service.
fix-imds-hop-limit = Set the hop limit to 1 where no container needs the metadata service.
fix-role-too-wide = Give the role only the actions and resources that its programs use. CloudTrail and IAM Access Analyzer know which.
fix-launch-template = Make a new version of the template with IMDSv2, encryption and closed groups, and make it the default.
fix-key-pair = Put a new key into the authorized keys of the host and take the old one out. Deleting the key pair in EC2 takes it from no host.
fix-public-address = Put the instance behind a load balancer, or reach it with Session Manager, and take the public address away.
fix-source-dest-check = Turn the check on, unless the instance is a router, a NAT instance or an appliance.
fix-several-interfaces = Nothing, if it is meant so: contain every interface, not the first only.
fix-backups = Put the volumes into a backup plan with at least one copy a day, in a vault that an intruder with the role cannot delete.
fix-detailed-monitoring = Turn on detailed monitoring. It costs a little for each metric.
fix-default-group = Give what uses the group one of its own, then take all rules of the default group away.
fix-network-acls = Deny ports 22 and 3389 from the whole Internet before the entry that allows all, once nobody depends on them.
fix-guardduty = Turn on GuardDuty in the named Regions, with malware protection and runtime monitoring for EC2. Each has a price by use.
fix-alarms = Create the metric filters on the log group of the trail, and alarms on them that tell somebody.
fix-public-snapshots = Take the sharing with everybody away, and block new public snapshots in this Region.

## What kind of thing mends it

fix-class-auto = safe to mend
fix-class-propose = needs your decision
fix-class-manual = work for people
fix-class-info = good to know

status-pass = good
status-fail = fails
status-unknown = could not be seen

## Watches

watch-finding-again = New activity in GuardDuty
watch-elsewhere = The address at other resources
watch-neighbours = Findings about neighbours{ $neighbours ->
    [0] {""}
    [one] {" "}({ $neighbours } machine shares group, image, key or role)
    [other] {" "}({ $neighbours } machines share group, image, key or role)
   *[unknown] {""}
}
watch-role-use = Calls by the denied role
watch-accepted-flows = Accepted traffic since containment
watch-drift = Changes to what containment set
watch-hardening = What was closed stays closed
watch-evidence = Snapshots kept as evidence
watch-logging = Logging
watch-lists = The threat list that raised the case
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

## Clocks of the law: dates to look at, not advice

clock-nis2-warning = NIS2, early warning (24 hours)
clock-dora-initial = DORA, initial notification (24 hours)
clock-gdpr-authority = GDPR, supervisory authority (72 hours)
clock-nis2-notification = NIS2, incident notification (72 hours)
clock-nis2-final = NIS2, final report (a month after the notification)
clocks-title = If the law applies to you, these clocks run since the breach was known. Whether it does is for your lawyers.
due-observation = the time of observation ends
due-approval = an approval expires

## Why something could not be seen

why-contained = the instance is contained: its own groups are not on it
why-not-running = the instance is not running
why-not-read = it was not read
why-findings-not-read = the findings of GuardDuty were not read
why-neighbours-not-read = it was not read who shares group, image, key or role
why-lists-not-read = the threat lists were not read
why-trail-has-gaps = CloudTrail has gaps
why-subject-not-read = the instance was not read
why-part-not-read = a part of the instance was not read
why-posture-not-read = the configuration was not read
why-no-flow-logs = there are no flow logs
why-no-trail = there is no trail
why-flow-logs-have-gaps = the flow logs have gaps
why-flow-logs-not-there-yet = the flow logs of the time since containment are not there yet
why-trail-not-there-yet = what CloudTrail tells of the time since containment is not there yet

## Why an address is thought of as it is

standing-reason-listed-though-not-public = a list names it although it is not a public address
standing-reason-scope-not-public = not a public address
standing-reason-stale = too old to count
standing-reason-weak = too unsure to count
standing-reason-known-service = a known service
standing-reason-scans-everybody = scans everybody
standing-reason-anonymiser = hides who is behind it
standing-reason-sources-not-independent = the sources copy from one another
standing-reason-one-source = only one source
standing-reason-others-silent = other sources know nothing of it
standing-reason-independent-sources = independent sources agree
standing-reason-contradiction = the sources contradict each other
standing-reason-nothing-known = nothing is known

## A complaint to the network behind an address, in the language of its contact

abuse-subject = Abuse report: traffic from { $ip }
abuse-greeting = Hello,
abuse-what = we saw the following traffic with { $ip }, an address of your network. All times are UTC; the counts are flow records.
abuse-what-against = we saw the following traffic between { $ip }, an address of your network, and our { $ours }. All times are UTC; the counts are flow records.
abuse-row-in = { $first } to { $last }: to our port { $port }/{ $protocol }, { $accepted } accepted, { $rejected } refused
abuse-row-out = { $first } to { $last }: from our side to its port { $port }/{ $protocol }, { $accepted } accepted, { $rejected } refused
abuse-logins-failed = { $first } to { $last }: { $count } failed logins
abuse-logins-accepted = Accepted logins: { $count }. They were not ours.
abuse-ask = Please look into it and stop it. If the machine behind the address is itself a victim, its owner should know. We keep the logs and can give more on request.
abuse-close = Thank you.
abuse-unsent = Nothing was sent. The text names your public addresses and nothing else of yours: read it, sign it, and send it yourself if you want to.
abuse-no-contact = No contact for abuse is known for { $ip }: "rebato investigate { $case } --network" asks the registry.
abuse-nothing = The case has nothing of { $ip } to complain about: no traffic and no login was seen, or it is no public address.
