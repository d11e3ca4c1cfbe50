### What to know before a plan is approved.

note-sample_finding = This is a sample finding. Nothing real has happened, so nothing is contained.
note-archived = This finding is archived in GuardDuty, by hand or by a suppression rule: it may be old, or somebody has decided already.
note-already_contained = The instance is contained already. The plan only adds what is missing.
note-instance_missing = The instance does not exist any more, or not in this account and Region. There is nothing to contain.
note-instance_terminated = The instance is terminated. There is nothing to contain; its volumes may be gone.
note-not_running = The instance is { $state }. There is no console screenshot to take, and memory may be gone.
note-instance_store_root = The root volume is instance store. Such an instance cannot be stopped; it is isolated only.
note-spot_instance = This is a Spot instance. It cannot be stopped reliably and AWS may reclaim it: take the evidence now.
note-managed_instance = An AWS service owns this instance. Change it through that service, not here.
note-managed_interface = { $interface } belongs to an AWS service. Its groups cannot be changed, so traffic through it stays open.
note-source_dest_check_off = Source/destination check is off: this looks like a router, NAT or appliance. Isolating it cuts off everything behind it.
note-never_contain_tag = The tag { $tag } forbids containment.
note-eks_node = This is a node of an EKS cluster. Its pods go down; cordon the node first.
note-ecs_node = This is a container instance of an ECS cluster. Its tasks go down; drain it first.
note-shared_role = The role { $role } is also used by { $instances }. Credentials stolen here act for them too.
note-scaling_replacement = Scaling group { $group } may start a replacement from the same image, with the same weakness.
note-scaling_minimum_lowered = The minimum of scaling group { $group } falls from { $from } to { $to }, so that no replacement starts.
note-behind_load_balancer = The instance serves the target groups { $groups }. It is taken out; the remaining targets carry the load.
note-auto_address_lost = The public address { $ip } of { $interface } is automatic. Once it goes, AWS never gives it back.
note-memory_lost = The stop loses the memory of the instance. To keep it, use the profile isolate.
note-stop_protection_on = Stop protection is on. The plan turns it off for the stop and release turns it on again.
note-passage_exposure = For a moment, between two calls, the interfaces accept all traffic. Without this, open connections would survive.
note-no_volumes = No volumes were found: there is nothing to snapshot.
note-verdict_not_breach = The verdict is not a breach ({ $outcome }). Containing is a decision of yours, not of the evidence.
note-unread_part = Not read: { $part } ({ $why }). The plan does not know about it.
note-own_host = Rebato itself runs on this instance. Containing it ends this run half-way.
note-ipv6_present = { $interface } has IPv6 addresses. They stay, and the containment group closes them.
note-group_repair = Somebody changed Rebato's own group { $name } ({ $group }). The plan puts its rules right first.
note-drifted = { $target } is not as containment left it (now { $seen }). Release leaves it alone; a person decides.
note-imdsv1_callers_break = Programs on { $instance } that still read metadata the old way (IMDSv1) lose their credentials.
note-group_may_be_shared = Other instances may use { $group } too. The rules go for all of them.
note-wide_rule_goes = { $rules ->
    [one] One rule of { $group } covers
   *[other] { $rules } rules of { $group } cover
 } more than administration ports. What else it lets in is refused too.
