### What can be done to an account, what it may break, and how it is undone.

## Actions

action-protect_termination = { $to ->
    [true] Turn on termination protection of { $instance }
   *[false] Turn off termination protection of { $instance }
 }
action-set_shutdown_behavior = Set what a shutdown from inside does to { $instance }: { $from } → { $to }
action-set_delete_on_termination = { $to ->
    [true] Let termination delete { $volume } ({ $device }) again
   *[false] Keep { $volume } ({ $device }) even if the instance is terminated
 }
action-set_tags = { $to ->
    [none] Take { $count ->
        [one] our tag
       *[other] our { $count } tags
     } off { $resource }
   *[some] Set { $count ->
        [one] one tag
       *[other] { $count } tags
     } on { $resource }
 }
action-set_scaling_minimum = Set the minimum of scaling group { $group }: { $from } → { $to }
action-set_standby = { $to ->
    [true] Put { $instance } on standby in scaling group { $group }
   *[false] Put { $instance } back into service in scaling group { $group }
 }
action-set_target = { $to ->
    [true] Register { $id } with target group { $group }
   *[false] Take { $id } out of target group { $group }
 }
action-save_console = Save console output and screenshot of { $instance }
action-create_snapshots = Snapshot { $count ->
    [one] the volume
   *[other] all { $count } volumes
 } of { $instance }
action-create_group = Create security group { $group } in { $vpc }
action-set_group_rules = Set the rules of security group { $group }
action-set_interface_groups = { $stage ->
    [passage] Move { $interface } into the passage group
    [containment] Move { $interface } into the containment group
   *[other] Set the security groups of { $interface } to { $to }
 }
action-set_elastic_ip = { $to ->
    [true] Associate Elastic IP { $public_ip } with { $interface }
   *[false] Take Elastic IP { $public_ip } off { $interface }
 }
action-set_auto_public_address = { $to ->
    [true] Let AWS give { $interface } a public address again
   *[false] Take the automatic public address off { $interface } and allow no new one
 }
action-protect_stop = { $to ->
    [true] Turn on stop protection of { $instance }
   *[false] Turn off stop protection of { $instance }
 }
action-set_running = { $to ->
    [true] Start { $instance }
   *[false] { $how ->
        [hibernate] Hibernate { $instance }: its memory is written to the root volume, then it stops
        [force] Stop { $instance }, by force if it does not obey
        [skip_os] Stop { $instance } without its operating system
       *[graceful] Stop { $instance }
     }
 }
action-set_imds_tokens = { $to ->
    [required] Require IMDSv2 on { $instance }
   *[other] Set IMDS tokens of { $instance } to { $to }
 }
action-set_ebs_encryption = { $to ->
    [true] Encrypt new volumes in { $region } by default
   *[false] Do not encrypt new volumes in { $region } by default
 }
action-set_flow_log = { $to ->
    [true] Write all traffic of { $vpc } into a flow log at { $place }
   *[false] Delete our flow log of { $vpc } that goes to { $place }
 }
action-set_sshd = { $to ->
    [set] Have sshd on { $instance } read { $file } first: { $settings }
    [back] Put { $file } on { $instance } back as it was: { $settings }
   *[gone] Take { $file } off { $instance } again
 }
action-run_patches = { $what ->
    [scan] Have { $instance } count the patches that it lacks
    [install] Install the missing patches on { $instance }, without a restart
   *[reboot] Install the missing patches on { $instance }, and restart it where one needs it
 }
action-set_ingress = Change what may come in through { $group }: { $revoked } removed, { $authorized } added
action-deny_sessions = { $to ->
    [true] { $who ->
        [instance] Deny everything to the sessions of role { $role } that this instance holds
       *[all] Deny everything to all sessions of role { $role } that were begun before now
     } (inline policy { $policy })
   *[false] Take the deny policy { $policy } off role { $role }
 }
action-set_instance_profile = { $stage ->
    [off] Take the instance profile { $from } off { $instance }
    [on] Give { $instance } the instance profile { $to } again
   *[replaced] Replace the instance profile of { $instance }: { $from } → { $to }
 }
action-set_metadata_endpoint = { $to ->
    [disabled] Turn off the metadata service of { $instance }
   *[enabled] Turn on the metadata service of { $instance }
 }
action-set_acl_deny = { $to ->
    [true] Deny { $peers } in network ACL { $acl }, in both directions
   *[false] Take our deny entries for { $peers } out of network ACL { $acl }
 }
action-set_balancer = { $to ->
    [true] Register { $instance } with the classic load balancer { $balancer }
   *[false] Take { $instance } out of the classic load balancer { $balancer }
 }
action-set_scaling_membership = { $to ->
    [true] Attach { $instance } to scaling group { $group } again
   *[false] Detach { $instance } from scaling group { $group }
 }
action-wait_snapshots = Wait until the { $count ->
    [one] snapshot is
   *[other] { $count } snapshots are
 } complete
action-copy_snapshots = Copy the { $count ->
    [one] snapshot
   *[other] { $count } snapshots
 } under the key { $key }
action-share_snapshots = Let account { $account } use the snapshots
action-lock_snapshots = Lock the snapshots for { $days ->
    [one] one day
   *[other] { $days } days
 } ({ $mode })
action-scan_snapshots = Have GuardDuty look for malware in the snapshots
action-archive_finding = { $to ->
    [true] Archive finding { $finding }
   *[false] Take finding { $finding } out of the archive
 }
action-rate_finding = Tell GuardDuty that finding { $finding } was { $to ->
    [true] useful
   *[false] not useful
 }
action-edit_list = { $to ->
    [true] Put { $ip } back on the list { $list } as it was
   *[false] Take { $ip } off the list { $list }
 }
action-trust_address = { $to ->
    [true] Put { $ip } on the trusted list { $list }
   *[false] Take { $ip } off the trusted list { $list }
 }
action-activate_list = Have GuardDuty read the list { $list } anew
action-suppress_finding = { $to ->
    [true] Archive findings of { $instance } about { $ip } as they come ({ $kind })
   *[false] Delete the suppression rule { $rule }
 }
action-delete_group = Delete our security group { $group } in { $vpc }

## What an action may break

impact-protect_termination = None on the workload. { $to ->
    [true] Nobody can terminate the instance by API.
   *[false] The instance can be terminated by API.
 }
impact-set_shutdown_behavior = None while it runs. A shutdown from inside will { $to ->
    [terminate] terminate the instance.
   *[stop] stop the instance, not terminate it.
 }
impact-set_delete_on_termination = None on the workload. { $to ->
    [true] Termination deletes the volume.
   *[false] The volume outlives the instance and goes on costing.
 }
impact-set_tags = None on the workload. Automation that reads tags may react.
impact-set_scaling_minimum = The group may run with { $to ->
    [one] one instance
   *[other] { $to } instances
 } at least.
impact-set_standby = { $to ->
    [true] The group leaves the instance alone; capacity falls by one.
   *[false] The instance counts and takes load again.
 }
impact-set_target = { $to ->
    [true] The load balancer sends requests to it again.
   *[false] The load balancer sends it no new requests; open ones drain or break.
 }
impact-save_console = None.
impact-create_snapshots = None on the workload. Snapshots cost storage until they are deleted.
impact-create_group = None: no interface uses it yet.
impact-set_group_rules = { $role ->
    [passage] The group lets everything through. Interfaces are in it only between two calls.
   *[containment] The group lets nothing through. Every interface in it is cut off.
 }
impact-set_interface_groups = { $stage ->
    [passage] For a moment everything may pass; connections become untracked, so that the next step cuts them.
    [containment] All traffic of the interface ends, open connections included. Services on the instance go down.
   *[other] From then on, what { $to } allows may pass.
 }
impact-set_elastic_ip = { $to ->
    [true] The instance is reachable at { $public_ip } again.
   *[false] Nothing reaches the instance at { $public_ip }. The address stays reserved.
 }
impact-set_auto_public_address = { $to ->
    [true] The instance gets a public address, a new one.
   *[false] The instance loses its automatic public address. AWS never gives the same one back.
 }
impact-protect_stop = { $to ->
    [true] Nobody can stop the instance by API.
   *[false] The instance can be stopped.
 }
impact-set_running = { $to ->
    [true] The instance boots; its services and whatever the attacker left start again.
   *[false] Services go down. { $how ->
        [hibernate] Memory is kept on the root volume; instance-store data are lost.
        [skip_os] Memory and instance-store data are lost, and so is what was not written to disk yet.
       *[graceful] Memory and instance-store data are lost.
     }
 }
impact-set_imds_tokens = { $to ->
    [required] Programs that read instance metadata the old way (IMDSv1) lose their credentials.
   *[other] IMDSv1 answers again.
 }
impact-set_ebs_encryption = { $to ->
    [true] New volumes and copies of snapshots are encrypted, whoever makes them. Those that are there stay as they are.
   *[false] New volumes are encrypted only where somebody asks for it.
 }
impact-set_flow_log = { $to ->
    [true] None on the workload. AWS charges by the gigabyte that is delivered, and the place for what it keeps.
   *[false] No more records are written. Those that are there stay.
 }
impact-set_sshd = { $to ->
    [set] Whoever logs in from now on meets the new settings; sessions that are open go on. Without a confirmation the system puts the old state back within { $minutes } minutes.
   *[other] Whoever logs in from now on meets the old settings again.
 }
impact-run_patches = { $what ->
    [scan] None. It takes minutes.
    [install] Services whose packages change may restart. It may take an hour.
   *[reboot] Services whose packages change restart, and so may the whole instance. It may take an hour.
 }
impact-set_ingress = New connections that only the removed rules allowed are refused.
impact-deny_sessions = { $to ->
    [true] { $who ->
        [instance] Programs on this instance, and whoever stole its credentials, can call AWS no more. Others who use the role go on.
       *[all] Everybody who uses the role is denied until AWS gives out new credentials, within the hour as a rule.
     }
   *[false] Sessions of the role may call AWS again.
 }
impact-set_instance_profile = { $stage ->
    [on] The instance gets credentials of the role again.
   *[other] The instance gets no new credentials of { $from }; those it holds last until they expire, six hours at most.
 }
impact-set_metadata_endpoint = { $to ->
    [disabled] Programs on the instance get no credentials and no metadata; the SSM agent falls silent.
   *[enabled] Programs on the instance get credentials and metadata again.
 }
impact-set_acl_deny = { $to ->
    [true] Nobody in the subnets of this ACL can reach { $peers }, or be reached from there. Open connections end at once.
   *[false] { $peers } and the subnets of this ACL may reach each other again.
 }
impact-set_balancer = { $to ->
    [true] The load balancer sends requests to it again.
   *[false] The load balancer sends it no new requests; open ones drain or break.
 }
impact-set_scaling_membership = { $to ->
    [true] The instance counts and takes load again.
   *[false] The group forgets the instance; capacity falls by one, and its load balancers drop it.
 }
impact-wait_snapshots = None. It may take minutes to hours.
impact-copy_snapshots = None on the workload. The copies cost storage until they are deleted.
impact-share_snapshots = The account { $account } can read every byte of the volumes.
impact-lock_snapshots = { $mode ->
    [compliance] Nobody can delete the snapshots before the time is over, whatever happens. They go on costing.
   *[governance] Only who has the permission to unlock can delete the snapshots. They go on costing.
 }
impact-scan_snapshots = None on the workload. GuardDuty charges by the gigabyte.
impact-archive_finding = { $to ->
    [true] The list of current findings no longer shows it. It comes back if it fires again.
   *[false] The list of current findings shows it again.
 }
impact-rate_finding = None.
impact-edit_list = { $to ->
    [true] Traffic with { $ip } raises findings again once the list is read anew.
   *[false] Once the list is read anew, it raises no findings about { $ip } for any account. All other lines stay as they are.
 }
impact-trust_address = { $to ->
    [true] Once the list is read anew, GuardDuty raises nothing about { $ip } from flow logs and CloudTrail for any account.
   *[false] Traffic with { $ip } raises findings again once the list is read anew.
 }
impact-activate_list = All changes that lie in the object of { $list } count from then on.
impact-suppress_finding = { $to ->
    [true] Nobody is told of such a finding any more. It stays in the archive.
   *[false] Such findings show again.
 }
impact-delete_group = None: no interface uses it. AWS refuses otherwise, and it stays.

## Undo

undo-do = { $action }
undo-joined = undone together with the move into the passage group
undo-keep-evidence = kept: it is evidence
undo-keep-shared = kept: other cases in the VPC use it, and it harms nobody
undo-keep-nothing_changed = nothing to undo: it changed nothing
undo-keep-harmless = kept: the interface had no automatic address to give back
undo-keep-patches = kept: without its patches the system would be open again
undo-keep-opinion = kept: GuardDuty takes an opinion and gives none back
undo-impossible-address_lost = impossible: AWS never gives an automatic address back
