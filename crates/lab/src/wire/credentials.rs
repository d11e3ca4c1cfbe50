//! Access keys of the simulated account and who stands behind them. Signatures are not recomputed: the lab is on
//! loopback and its keys are public. What is checked is that the key exists, that it has not expired, and its Region.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::world::Caller;

/// The access key of the lab, AWS's own documentation example: a secret scanner knows that it is none.
pub(crate) const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
/// Its secret, from the same example.
pub(crate) const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// The user behind it.
const USER: &str = "responder";

/// What a request says about who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) access_key: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

impl Scope {
    /// Reads `KEY/date/region/service/aws4_request` out of an `Authorization` header, or an `X-Amz-Credential`.
    pub(crate) fn read(authorization: Option<&str>, credential: Option<&str>) -> Option<Self> {
        let text = match authorization {
            Some(header) => header
                .split([' ', ','])
                .find_map(|part| part.trim().strip_prefix("Credential="))?,
            None => credential?,
        };
        let mut parts = text.split('/');
        let access_key = parts.next()?.to_owned();
        let _date = parts.next()?;
        let region = parts.next()?.to_owned();
        let service = parts.next()?.to_owned();
        Some(Self {
            access_key,
            region,
            service,
        })
    }
}

/// The keys.
#[derive(Debug)]
pub(crate) struct Keys {
    keys: BTreeMap<String, Key>,
}

/// A caller; for a session, from when to when its key is good.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) caller: Caller,
    pub(crate) session: Option<(Timestamp, Timestamp)>,
}

/// Why a key is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unknown,
    Expired,
}

impl Keys {
    /// Only the lab's own key.
    pub(crate) fn new(account: &str) -> Self {
        let caller = Caller {
            kind: "IAMUser".to_owned(),
            principal_id: "AIDAIOSFODNN7EXAMPLE".to_owned(),
            arn: format!("arn:aws:iam::{account}:user/{USER}"),
            access_key_id: ACCESS_KEY.to_owned(),
            name: USER.to_owned(),
            issuer: None,
            ec2_role_delivery: None,
        };
        Self {
            keys: BTreeMap::from([(
                ACCESS_KEY.to_owned(),
                Key {
                    caller,
                    session: None,
                },
            )]),
        }
    }

    /// A session's key.
    pub(crate) fn add(&mut self, caller: Caller, issued: Timestamp, expires: Timestamp) {
        let access_key = caller.access_key_id.clone();
        self.keys.insert(
            access_key,
            Key {
                caller,
                session: Some((issued, expires)),
            },
        );
    }

    /// Who stands behind a key.
    pub(crate) fn find(&self, access_key: &str, now: Timestamp) -> Result<Key, Refusal> {
        match self.keys.get(access_key) {
            None => Err(Refusal::Unknown),
            Some(Key {
                session: Some((_, expires)),
                ..
            }) if *expires <= now => Err(Refusal::Expired),
            Some(key) => Ok(key.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_is_read_from_header_and_query() {
        let header = "AWS4-HMAC-SHA256 Credential=AKIA1/20261124/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0";
        let scope = Scope::read(Some(header), None).unwrap();
        assert_eq!(
            (
                scope.access_key.as_str(),
                scope.region.as_str(),
                scope.service.as_str()
            ),
            ("AKIA1", "eu-west-1", "ec2")
        );
        assert_eq!(
            Scope::read(None, Some("AKIA1/20261124/eu-west-1/ec2/aws4_request")),
            Some(scope)
        );
        assert_eq!(Scope::read(Some("Basic x"), None), None);
    }

    #[test]
    fn session_keys_expire() {
        let mut keys = Keys::new("123456789012");
        let start: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
        let end: Timestamp = "2026-11-24T01:00:00Z".parse().unwrap();
        let mut caller = keys.find(ACCESS_KEY, start).unwrap().caller;
        caller.access_key_id = "ASIAX".to_owned();
        keys.add(caller, start, end);
        assert!(keys.find("ASIAX", start).is_ok());
        assert_eq!(keys.find("ASIAX", end).unwrap_err(), Refusal::Expired);
        assert_eq!(
            keys.find("AKIANOBODY", start).unwrap_err(),
            Refusal::Unknown
        );
    }
}
