//! How often AWS may be called, for all cases that share an account: each operation has a bucket of tokens, and a call takes
//! one before it goes out. Where AWS throttles all the same, for others share the quota, all callers of that operation slow
//! down together, and come back to the full rate by and by. Must not know what a call is for, nor send one again.

mod bucket;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rebato_engine::ports::CloudError;
use tokio::time::{Instant, sleep, timeout};

use bucket::{Bucket, Rate};

/// How long a call may wait for its turn. A hundred instances contained at once wait a minute for `ModifyInstanceAttribute`.
const LONGEST: Duration = Duration::from_secs(120);
/// The code of a call that was never sent, because its turn did not come in time.
const NO_TURN: &str = "RateLimitedHere";

/// Operations with a limit of their own, by their IAM names. EC2 developer guide, "Request throttling for the Amazon EC2
/// API"; CloudTrail's quota of two `LookupEvents` a second.
const RATES: [(&str, Rate); 8] = [
    ("cloudtrail:LookupEvents", Rate::new(2.0, 2.0)),
    ("ec2:AssociateIamInstanceProfile", Rate::new(100.0, 5.0)),
    ("ec2:CreateSnapshots", Rate::new(100.0, 5.0)),
    ("ec2:CreateTags", Rate::new(100.0, 10.0)),
    ("ec2:DisassociateIamInstanceProfile", Rate::new(100.0, 5.0)),
    ("ec2:ModifyInstanceMetadataOptions", Rate::new(100.0, 5.0)),
    ("ec2:ModifyNetworkInterfaceAttribute", Rate::new(100.0, 5.0)),
    ("ec2:StartInstances", Rate::new(5.0, 2.0)),
];
/// Each other operation of EC2 that reads. None of Rebato's asks for all things at once, which is dearer.
const EC2_READS: Rate = Rate::new(100.0, 20.0);
/// Each other operation of EC2 that changes something.
const EC2_WRITES: Rate = Rate::new(50.0, 5.0);
/// An operation of a service that publishes no limits: a rate that no single case comes near, to slow down from.
const OTHERS: Rate = Rate::new(100.0, 20.0);

fn rate(operation: &str) -> Rate {
    if let Some((_, rate)) = RATES.iter().find(|(name, _)| *name == operation) {
        return *rate;
    }
    match operation.strip_prefix("ec2:") {
        Some(name) if name.starts_with("Describe") || name.starts_with("Get") => EC2_READS,
        Some(_) => EC2_WRITES,
        None => OTHERS,
    }
}

/// The buckets of one account in one Region. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits {
    gates: Arc<Mutex<BTreeMap<String, Arc<Gate>>>>,
}

/// Where the callers of one operation queue up.
#[derive(Debug)]
struct Gate {
    /// Who holds it is first in the queue; it serves in order of arrival.
    first: tokio::sync::Mutex<()>,
    bucket: Mutex<Bucket>,
}

impl Limits {
    /// Makes a call when its turn has come, and learns from its answer.
    pub(crate) async fn call<T>(
        &self,
        operation: &str,
        call: impl Future<Output = Result<T, CloudError>>,
    ) -> Result<T, CloudError> {
        self.turn(operation).await?;
        let answer = call.await;
        if matches!(answer, Err(CloudError::Throttled { .. })) {
            self.gate(operation).with(Bucket::throttled);
        }
        answer
    }

    /// Waits for a token.
    ///
    /// # Errors
    /// [`CloudError::Throttled`] when none came in time: nothing was sent.
    pub(crate) async fn turn(&self, operation: &str) -> Result<(), CloudError> {
        let gate = self.gate(operation);
        timeout(LONGEST, gate.pass())
            .await
            .map_err(|_| CloudError::Throttled {
                operation: operation.to_owned(),
                code: NO_TURN.to_owned(),
            })
    }

    fn gate(&self, operation: &str) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = gates.get(operation) {
            return Arc::clone(gate);
        }
        let gate = Arc::new(Gate::new(rate(operation)));
        gates.insert(operation.to_owned(), Arc::clone(&gate));
        gate
    }
}

impl Gate {
    fn new(rate: Rate) -> Self {
        Self {
            first: tokio::sync::Mutex::new(()),
            bucket: Mutex::new(Bucket::full(rate, Instant::now())),
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Bucket, Instant) -> T) -> T {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut bucket, Instant::now())
    }

    /// Only the first looks at the bucket, again after each wait: meanwhile AWS may have throttled.
    async fn pass(&self) {
        let _first = self.first.lock().await;
        while let Some(wait) = self.with(Bucket::take) {
            sleep(wait).await;
        }
    }
}

/// Sends a request of the SDK in its turn: the answer, or the port's error.
macro_rules! ask {
    ($cloud:expr, $operation:expr, $what:expr, $request:expr) => {{
        let request = $request;
        $cloud
            .limits
            .call($operation, async {
                request
                    .send()
                    .await
                    .map_err(|error| $crate::error::cloud_error($operation, $what, &error))
            })
            .await
    }};
}

pub(crate) use ask;

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    fn gate(holds: f64, a_second: f64) -> Gate {
        Gate::new(Rate::new(holds, a_second))
    }

    fn throttled<T>() -> Result<T, CloudError> {
        Err(CloudError::Throttled {
            operation: "ec2:X".into(),
            code: "RequestLimitExceeded".into(),
        })
    }

    #[test]
    fn an_operation_without_a_row_has_the_rate_of_its_kind() {
        assert_eq!(rate("ec2:CreateTags"), Rate::new(100.0, 10.0));
        assert_eq!(rate("ec2:DeleteTags"), EC2_WRITES);
        assert_eq!(rate("ec2:DescribeInstances"), EC2_READS);
        assert_eq!(rate("iam:PutRolePolicy"), OTHERS);
        assert!(RATES.is_sorted_by_key(|(name, _)| *name));
    }

    #[tokio::test]
    async fn who_comes_after_a_burst_waits_for_the_rate() {
        let gate = gate(10.0, 100.0);
        let begun = Instant::now();
        join_all((0..30).map(|_| gate.pass())).await;
        // Twenty of them at a hundred a second.
        assert!(begun.elapsed() >= Duration::from_millis(190));
    }

    #[tokio::test]
    async fn who_gives_up_takes_nobody_s_place() {
        let gate = gate(1.0, 20.0);
        gate.pass().await;
        assert!(
            timeout(Duration::from_millis(5), gate.pass())
                .await
                .is_err()
        );
        gate.pass().await;
    }

    #[tokio::test]
    async fn one_throttled_call_slows_all_callers_of_the_operation_and_no_other() {
        let limits = Limits::default();
        let clone = limits.clone();
        let answer = limits.call("ec2:DeleteTags", async { throttled::<()>() });
        assert_eq!(answer.await, throttled());
        let waits = |limits: &Limits, operation| limits.gate(operation).with(Bucket::take);
        assert!(waits(&clone, "ec2:DeleteTags").is_some(), "the clone knows");
        assert!(waits(&clone, "ec2:StopInstances").is_none());
        assert!(
            waits(&Limits::default(), "ec2:DeleteTags").is_none(),
            "another account or Region"
        );
    }

    #[tokio::test]
    async fn any_other_answer_slows_nobody() {
        let limits = Limits::default();
        let denied = CloudError::Denied {
            operation: "ec2:X".into(),
            code: "UnauthorizedOperation".into(),
            why: String::new(),
        };
        let answer = limits.call("ec2:StartInstances", async { Err::<(), _>(denied) });
        assert!(answer.await.is_err());
        assert!(
            limits
                .call("ec2:StartInstances", async { Ok(()) })
                .await
                .is_ok()
        );
        let gate = limits.gate("ec2:StartInstances");
        assert!((0..3).all(|_| gate.with(Bucket::take).is_none()));
    }
}
