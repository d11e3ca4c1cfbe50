### What the linter refuses in a profile or a plan. For the terminal.

## What the linter refuses in a profile

lint-addresses_before_isolate = Addresses go before the instance is isolated. The attacker is warned and the traffic inside the VPC stays open. Put { $at } after isolate, or say accept = "before_isolate".
lint-blind_before_evidence = { $at } stands before { $evidence }. Take the evidence first: afterwards the host is down, or no agent on it can speak any more.
lint-cut_after_wait = { $at } stands after wait_snapshots. The wait may take hours, and the attacker is not cut off meanwhile.
lint-detach_for_good = An instance that is detached from its scaling group does not come back by itself: the group may have replaced it. Use how = "standby", or say accept = "irreversible".
lint-empty = The profile asks for nothing.
lint-irreversible = { $at } does something that cannot be undone. Say accept = "irreversible" if that is what you want.
lint-isolate_after_stop = isolate stands after stop. Isolate first: a stop can take minutes.
lint-name_taken = { $name } is the name of a built-in profile. Choose another, so that a plan says what it follows.
lint-needs_snapshots = { $at } needs snapshots: put snapshots before it.
lint-needs_wait = { $at } needs snapshots that are complete: put wait_snapshots before it.
lint-share_everyone = { $at } would give the disks of the instance to everybody. Name one account.
lint-share_needs_key = { $at } needs copies with a key of yours: what AWS's own key encrypts, no other account can read. Put copy_snapshots with a key before it.
lint-shared_role = Denying sessions by token time hits everybody who uses the role. Use deny = "instance", or say accept = "shared_role".
lint-stop_without_snapshots = stop without snapshots before it. What a shutdown deletes or overwrites is lost: put snapshots before it.
lint-twice = { $at } is asked for twice.

## What the linter refuses in a plan

lint-before_missing = Step { $at } says that it can be undone, but does not say what it found.
lint-cut_before_evidence = Step { $at } cuts traffic before the evidence of step { $evidence } is asked for.
lint-need_unmet = Step { $at } needs step { $need }, which does not end before it.
lint-passage_left = { $interface } would be left in the open passage group.
lint-same_thing_at_once = Steps { $at } and { $other } act on the same thing at once.
lint-step_twice = Two steps are called { $at }.
lint-stop_before_snapshot = Step { $at } stops the instance, and { $volume } has no snapshot before it.
