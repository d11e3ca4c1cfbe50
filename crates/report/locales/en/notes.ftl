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
note-not_back_address = The public address { $ip } was AWS's own and is gone for ever. Release does not bring it back.
note-not_back_memory = What { $instance } had in memory when it was stopped, and on instance store, is gone. Release starts it anew.
note-drifted = { $target } is not as containment left it (now { $seen }). Release leaves it alone; a person decides.
note-imdsv1_callers_break = Programs on { $instance } that still read metadata the old way (IMDSv1) lose their credentials.
note-group_may_be_shared = Other instances may use { $group } too. The rules go for all of them.
note-port_use_unknown = Group { $group }: no flow log says who uses the port, so nobody keeps access by the new rules.
note-port_use_incomplete = Group { $group }: the flow logs do not reach over thirty whole days; somebody who used the port before may lose access.
note-port_use_crowded = Group { $group }: { $peers } addresses used port { $port } in thirty days, too many to name in rules. All of them lose access.
note-peers_keep_access = Group { $group }: { $count ->
    [one] one address that used the port in thirty days keeps access, with a rule of its own.
   *[other] { $count } addresses that used the port in thirty days keep access, with a rule each.
}
note-nobody_keeps_access = Group { $group }: nobody keeps access to these ports. Make sure of another way in, such as Session Manager, before you approve.
note-wide_rule_goes = { $rules ->
    [one] One rule of { $group } covers
   *[other] { $rules } rules of { $group } cover
 } more than administration ports. What else it lets in is refused too.
note-flow_log_costs = AWS charges for each gigabyte of flow log that it delivers to { $place }. A record a minute is more than one in ten minutes.
note-flow_log_beside = What is there stays: { $logs }. Traffic is then written twice until somebody takes the poorer log away.
note-flow_log_bucket = The bucket behind { $place } has to let delivery.logs.amazonaws.com write there. AWS refuses otherwise, and nothing is made.
note-ebs_default_key = In { $region } every new volume is encrypted under the account's default key. Whoever shares snapshots, or starts instances from a scaling group with a key of its own, needs leave to use that key.
note-sshd_put_back = The change is tried first. The system puts the old state back by itself when sshd refuses it, when it does not take effect, or when { $minutes } minutes pass without a confirmation.
note-sshd_passwords_end = A password alone no longer logs anybody in. These users have a key: { $users }. Make sure that nobody else has to log in.
note-sshd_root_ends = A password no longer logs root in. These users have a key: { $users }.
note-sshd_users = From then on only these users log in over SSH: { $users }. They are those who have a key now.
note-sshd_facts_given = What this rests on was read from files that somebody brought: how old they are, and that they are of this instance, nobody has checked. The system refuses the change where Rebato's file there is not as these files say.
note-sshd_groups_unknown = sshd lets in certain groups only. Whether a user with a key is in one of them was not looked at.
note-patches_stay = Patches that were installed on { $instance } are not taken out again, and may change how programs behave.
note-patches_wait_for_reboot = A patch that needs a restart protects { $instance } only after one. With --reboot it is restarted.
note-patches_reboot = { $instance } may restart while the patches are installed. What it serves is then not there for some minutes.
note-acl_denies_neighbours = The network ACL of { $subnet } gets rules that deny the addresses of the finding. They hold for every host in the subnet.
note-acl_full = The network ACL { $acl } has no room for all denials: { $left } of the addresses of the finding stay allowed there. It takes 20 entries a direction, and ours must stand before all others.
note-acl_unknown = The network ACL of { $subnet } could not be read, so no address is denied there.
note-batch_node = AWS Batch runs jobs on this instance ({ $name }). They fail, and Batch may start another instance.
note-beanstalk_node = This instance belongs to the Elastic Beanstalk environment { $name }. Beanstalk may replace it.
note-behind_classic_balancer = The instance serves the classic load balancers { $balancers }. It is taken out; the remaining instances carry the load.
note-capacity_block_lost = The instance runs in the Capacity Block { $block }. After a stop it may not start again.
note-capacity_reservation = The instance uses the capacity reservation { $reservation }. After a stop somebody else may take the place.
note-container_interface = { $interface } is a { $kind } interface. Containers have interfaces of their own behind it, with their own groups: those are not contained.
note-dedicated_host = The instance runs on the dedicated host { $host }. After a stop it may not start there again.
note-domain_controller = A tag says that this is a domain controller. Without it people and machines may not be able to log in.
note-duty_dns = This instance is a DNS server of the whole VPC ({ $of }). Without it names do not resolve there.
note-duty_netbios = This instance is a NetBIOS name server of the VPC ({ $of }).
note-duty_ntp = This instance is a time server of the VPC ({ $of }). Clocks there may drift.
note-duty_route = The route table { $of } sends traffic through this instance. What lies behind it is cut off.
note-emr_node = This is a node of an EMR cluster { $name }. Its work is lost, and EMR may replace it.
note-fleet_replacement = A fleet keeps this instance alive ({ $name }). It may start a replacement from the same template, with the same weakness.
note-hibernation_off = The instance was not launched for hibernation. It is stopped in the ordinary way.
note-instance_profile_off = Programs on { $instance } get no new credentials of the role { $role }, the SSM agent among them.
note-instance_store_lost = The stop loses the instance store, { $gib } GiB. No snapshot can hold it.
note-interface_forwards = Source/destination check is off on { $interface }: it looks like a way for the traffic of others. Isolating it cuts them off.
note-karpenter_node = Karpenter made this node and may delete it at any time. Take the evidence now.
note-last_healthy_target = This is the last healthy target of { $group }. Without it the service is down.
note-marketplace_product = The instance runs a product of AWS Marketplace ({ $product }). If it is a network appliance, isolating it cuts off what lies behind it.
note-memory_kept = The stop writes the memory of the instance to its root volume. It comes back with the next start.
note-metadata_off = Programs on { $instance } can read no metadata and get no credentials, the SSM agent among them.
note-mgn_server = The Application Migration Service knows this instance. Change it there too.
note-node_role_shared = All nodes of the cluster share the role { $role }.
note-residual_paths = The instance stays up. No security group filters the DNS of the VPC, the metadata service and the time service: those stay reachable.
note-residual_tracked = Connections by way of a NAT gateway or a load balancer may live on for a while, as they are always tracked.
note-revoked_before = Somebody has revoked older sessions of the role { $role } before. That policy is left as it is.
note-role_other_users = The role { $role } is also used, by way of other instance profiles, by { $instances }.
note-role_service_linked = The role { $role } belongs to an AWS service. Its sessions cannot be denied.
note-role_sessions_live = Credentials of the role { $role } that were stolen stay good for up to six hours, from anywhere. This profile does not deny them.
note-role_unread = The role { $role } could not be read, so none of its sessions is denied.
note-scaling_detached = The instance leaves scaling group { $group } for good; release attaches it again as a new member.
note-scaling_members = { $others ->
    [0] The instance is the only member of scaling group { $group }.
    [1] One other instance is a member of scaling group { $group }.
    [2] Two other instances are members of scaling group { $group }.
   *[other] At least three other instances are members of scaling group { $group }.
 }
note-scaling_refresh = An instance refresh of scaling group { $group } is going on ({ $refresh }). It may replace the instance.
note-scaling_template = Scaling group { $group } makes its members from the launch template { $template }: the others may have the same weakness.
note-snapshots_locked = { $mode ->
    [compliance] The snapshots are locked for { $days } days. Nobody can undo that, and they cost money until then.
   *[other] The snapshots are locked for { $days } days. Privileged users can undo that.
 }
note-snapshots_shared = The account { $account } may read all disks of the instance.
note-spot_one_time = This is a Spot instance of a one-time request. It cannot be stopped and AWS may reclaim it: take the evidence now.
note-spot_persistent = This is a Spot instance of a persistent request. It can be stopped, and only you start it again, if there is capacity.
note-stop_without_os = The instance is stopped without asking its operating system. Nothing on it can react, and its file systems may be damaged.
note-targets_left = { $others ->
    [1] One other healthy target is left in { $group }.
    [2] Two other healthy targets are left in { $group }.
   *[other] At least three other healthy targets are left in { $group }.
 }
note-tracked_flows_live = The groups change directly. Connections that are open now live on until they are idle for long.
note-mend_breach = The verdict speaks of a breach by way of { $ip }. Whoever calls the address harmless hides what comes next.
note-mend_everywhere = The list { $list } holds for every account of the organisation in this Region, not for this instance alone.
note-mend_hides_all = A trusted list hides all findings about { $ip } from flow logs and CloudTrail, whatever it does and wherever. To take it off the threat list is narrower.
note-mend_known_bad = Independent sources call { $ip } malicious.
note-mend_others = In the last { $days } days the list { $list } also raised { $address ->
    [one] one other finding
   *[other] { $address } other findings
 } about this address and { $others } about addresses that stay on it.
note-mend_quota = A rule archives what fits as it comes: no event, no message. A Region has room for 100 filters.
note-mend_splits = The entry { $entry } of { $list } is a range. It gives way to { $blocks ->
    [one] one block
   *[other] { $blocks } blocks
 } that cover all of it but this address. Look whether the range should be there at all.
note-mend_takes_time = GuardDuty takes 15 to 40 minutes until a changed list counts. Findings may still come until then.
