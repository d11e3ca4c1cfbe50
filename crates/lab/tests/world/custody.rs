//! Copies, shares and locks of snapshots.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use rebato_lab::world::{CopyRequest, LockEnd, LockRequest, SnapshotRequest, World};

use crate::stage::*;

/// A world with one snapshot, still pending.
fn with_snapshot() -> (World, String) {
    let mut world = alerted("attempt");
    let id = world.target_instance.clone();
    let made = world.create_snapshots(&id, &SnapshotRequest::default());
    (world, made.unwrap().remove(0))
}

fn governed(days: i64) -> LockRequest {
    LockRequest {
        compliance: false,
        cool_off_hours: None,
        until: LockEnd::Days(days),
    }
}

fn people(who: &str) -> BTreeSet<String> {
    BTreeSet::from([who.to_owned()])
}

#[test]
fn a_copy_takes_its_time_and_what_the_default_key_encrypts_is_not_shared() {
    let (mut world, source) = with_snapshot();
    let plain = CopyRequest::default();
    assert_eq!(
        code(world.copy_snapshot(&source, plain.clone())),
        "IncorrectState"
    );
    pass(&mut world, 200);
    let keyed = CopyRequest {
        key: Some("alias/acme-evidence".to_owned()),
        ..plain.clone()
    };
    assert_eq!(
        code(world.copy_snapshot(&source, keyed.clone())),
        "InvalidParameterDependency"
    );
    let by_default = CopyRequest {
        encrypted: true,
        ..plain.clone()
    };
    let keyed = CopyRequest {
        encrypted: true,
        ..keyed
    };
    let lost = CopyRequest {
        key: Some("alias/nobody".to_owned()),
        ..by_default.clone()
    };
    let lost = world.copy_snapshot(&source, lost).unwrap();
    let plain = world.copy_snapshot(&source, plain).unwrap();
    let by_default = world.copy_snapshot(&source, by_default).unwrap();
    let keyed = world.copy_snapshot(&source, keyed).unwrap();
    let state = |world: &World, id: &str| world.snapshots[id].state(world.now);
    assert_eq!(state(&world, &keyed), "pending");
    pass(&mut world, 200);
    assert_eq!(state(&world, &keyed), "completed");
    assert_eq!(state(&world, &lost), "error", "its key is not there");
    let (nobody, other, all) = (BTreeSet::new(), people("210987654321"), people("all"));
    world.share_snapshot(&keyed, &other, &nobody).unwrap();
    assert_eq!(world.snapshots[&keyed].shared_with, other);
    world.share_snapshot(&keyed, &nobody, &other).unwrap();
    assert!(world.snapshots[&keyed].shared_with.is_empty());
    for (id, who) in [(&by_default, &other), (&keyed, &all)] {
        let refused = world.share_snapshot(id, who, &nobody);
        assert_eq!(code(refused), "OperationNotPermitted");
        assert!(world.snapshots[id].shared_with.is_empty());
    }
    world.share_snapshot(&plain, &all, &nobody).unwrap();
}

#[test]
fn a_lock_keeps_a_snapshot_and_its_days_begin_when_it_is_complete() {
    let (mut world, id) = with_snapshot();
    let lock = world.lock_snapshot(&id, &governed(2)).unwrap();
    assert_eq!(lock.begins, world.snapshots[&id].completes_at);
    assert_eq!(lock.expires, lock.begins + SignedDuration::from_hours(48));
    assert_eq!(code(world.delete_snapshot(&id)), "OperationNotPermitted");
    world.lock_snapshot(&id, &governed(1)).unwrap();
    world.unlock_snapshot(&id).unwrap();
    assert_eq!(code(world.unlock_snapshot(&id)), "IncorrectState");
    world.lock_snapshot(&id, &governed(1)).unwrap();
    let lock = world.snapshots[&id].lock.clone().unwrap();
    assert_eq!(lock.state(lock.expires), "expired");
}

#[test]
fn a_lock_in_compliance_mode_can_be_taken_off_while_it_cools_and_then_only_made_longer() {
    let (mut world, id) = with_snapshot();
    let sealed = |days, hours| LockRequest {
        compliance: true,
        cool_off_hours: hours,
        until: LockEnd::Days(days),
    };
    let cooling = world.lock_snapshot(&id, &sealed(3, Some(1))).unwrap();
    assert_eq!(cooling.state(world.now), "compliance-cooloff");
    world.unlock_snapshot(&id).unwrap();
    world.lock_snapshot(&id, &sealed(3, Some(1))).unwrap();
    pass(&mut world, 3_600);
    assert_eq!(code(world.unlock_snapshot(&id)), "OperationNotPermitted");
    assert_eq!(code(world.delete_snapshot(&id)), "OperationNotPermitted");
    assert_eq!(
        code(world.lock_snapshot(&id, &governed(9))),
        "OperationNotPermitted"
    );
    assert_eq!(
        code(world.lock_snapshot(&id, &sealed(2, None))),
        "OperationNotPermitted"
    );
    assert_eq!(
        code(world.lock_snapshot(&id, &sealed(4, Some(1)))),
        "InvalidParameterCombination"
    );
    let longer = world.lock_snapshot(&id, &sealed(4, None)).unwrap();
    assert_eq!(longer.state(world.now), "compliance");
    pass(&mut world, 5 * 86_400);
    world.delete_snapshot(&id).unwrap();
    assert!(!world.snapshots.contains_key(&id));
}
