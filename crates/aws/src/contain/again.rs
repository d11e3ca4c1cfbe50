//! When a write may be sent a second time. The SDK's own retries are off for writes: it would also repeat a call whose
//! answer was lost. Must not know any single call.

use std::time::Duration;

use rebato_engine::ports::CloudError;

/// The first pause; each further one is twice as long.
const FIRST: Duration = Duration::from_millis(250);
/// The longest single pause.
const LONGEST: Duration = Duration::from_secs(8);
/// All pauses together.
const BOUND: Duration = Duration::from_secs(30);

/// What justifies sending a call again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// Nothing: a second call does harm.
    Never,
    /// AWS said that it did nothing because there were too many calls.
    WhenThrottled,
    /// As before, or a group that was made a moment ago is not seen yet.
    WhenThrottledOrGroupUnseen,
}

impl Again {
    fn allows(self, error: &CloudError) -> bool {
        match (self, error) {
            (Self::Never, _) => false,
            (
                Self::WhenThrottled | Self::WhenThrottledOrGroupUnseen,
                CloudError::Throttled { .. },
            ) => true,
            (Self::WhenThrottledOrGroupUnseen, CloudError::NotFound { code, .. }) => {
                code.starts_with("InvalidGroup") || code.starts_with("InvalidSecurityGroup")
            }
            _ => false,
        }
    }
}

/// Calls until it answers, until the error is no reason to call again, or until the pauses are used up.
pub(crate) async fn again<T, F>(when: Again, mut call: impl FnMut() -> F) -> Result<T, CloudError>
where
    F: Future<Output = Result<T, CloudError>>,
{
    let mut pause = FIRST;
    let mut waited = Duration::ZERO;
    loop {
        match call().await {
            Err(error) if when.allows(&error) && waited + pause <= BOUND => {
                tokio::time::sleep(pause).await;
                waited += pause;
                pause = (pause * 2).min(LONGEST);
            }
            other => return other,
        }
    }
}

/// Sends a request of the SDK, and again where that is allowed.
macro_rules! send {
    ($cloud:expr, $when:expr, $operation:expr, $what:expr, $request:expr) => {{
        let cloud: &$crate::connect::AwsCloud = $cloud;
        let request = $request;
        let what: &str = $what;
        $crate::contain::again::again($when, || {
            let request = request.clone();
            async move { $crate::limits::ask!(cloud, $operation, what, request) }
        })
        .await
    }};
}

pub(super) use send;

#[cfg(test)]
mod tests {
    use super::*;

    fn throttled() -> CloudError {
        CloudError::Throttled {
            operation: "ec2:X".into(),
            code: "RequestLimitExceeded".into(),
        }
    }

    fn unseen() -> CloudError {
        CloudError::NotFound {
            what: "sg-1".into(),
            code: "InvalidGroup.NotFound".into(),
            why: String::new(),
        }
    }

    fn no_answer() -> CloudError {
        CloudError::Unreachable {
            operation: "ec2:X".into(),
            why: String::new(),
        }
    }

    #[test]
    fn a_call_without_an_answer_is_never_sent_again() {
        for when in [
            Again::Never,
            Again::WhenThrottled,
            Again::WhenThrottledOrGroupUnseen,
        ] {
            assert!(!when.allows(&no_answer()));
        }
        assert!(!Again::Never.allows(&throttled()));
        assert!(!Again::WhenThrottled.allows(&unseen()));
        assert!(Again::WhenThrottledOrGroupUnseen.allows(&unseen()));
    }

    #[tokio::test]
    async fn a_throttled_call_is_sent_until_it_answers() {
        let mut calls = 0;
        let answer = again(Again::WhenThrottled, || {
            calls += 1;
            let answer = if calls < 2 {
                Err(throttled())
            } else {
                Ok(calls)
            };
            async move { answer }
        })
        .await;
        assert_eq!(answer, Ok(2));
    }
}
