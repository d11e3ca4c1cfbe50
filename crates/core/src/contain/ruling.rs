//! What the policy said of a plan and a person, and who a person is. Must not know the rules or how they are written.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// What the policy says of a plan, asked about one person at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Such a plan may be carried out, and this person may approve it.
    pub allowed: bool,
    /// It may be carried out without a person's word.
    pub auto: bool,
    /// How many different persons must approve when this one does: 1 or 2.
    pub approvals: u8,
    /// Minutes that an approval holds at the most.
    pub valid_for: u32,
    /// What was asked and which rules decided.
    pub reasons: Vec<Reason>,
    /// Digest of the policy that was asked.
    pub policy: Digest,
}

/// One question to the policy and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What was asked: `contain`, `release`, `fix`, `approve`, `approve_alone`, `override`, `auto`.
    pub asked: String,
    /// The answer.
    pub permitted: bool,
    /// Ids of the rules that decided; none where no rule grants it.
    pub rules: Vec<String>,
    /// Rules that could not be evaluated, in the evaluator's words: any denies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
}

/// How a person is known beyond the name they gave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The user of the operating system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The ARN that AWS told of the credentials in use (`sts:GetCallerIdentity`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
}

/// A person: the name they gave, and how they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name, as they gave it.
    pub name: String,
    /// What is known of them.
    #[serde(default)]
    pub identity: Identity,
}

impl Person {
    /// A person of whom nothing but a name is known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.into(),
            identity: Identity::default(),
        }
    }

    /// Whether both could be one person: they share a name, a user on one machine, or an AWS identity. Only who differs in
    /// everything that is known of both counts as somebody else.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        let same = |a: Option<String>, b: Option<String>| a.is_some() && a == b;
        let local = |person: &Self| {
            let Identity { user, host, .. } = &person.identity;
            Some((plain(user.as_ref()?), plain(host.as_ref()?)))
        };
        let arn = |person: &Self| person.identity.arn.as_deref().map(principal);
        principal(&self.name) == principal(&other.name)
            || (local(self).is_some() && local(self) == local(other))
            || same(arn(self), arn(other))
    }
}

/// Letters, digits and signs in lower case: neither case nor white space nor invisible characters make another name.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() || c.is_ascii_punctuation())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A name or ARN without what its bearer can choose at will. The name of a role session is chosen by whoever assumes the
/// role, except where IAM Identity Center sets it to the user's name (its roles begin with `AWSReservedSSO_`).
fn principal(text: &str) -> String {
    let text = plain(text);
    let Some((account, role)) = text.split_once(":assumed-role/") else {
        return text;
    };
    match role.split_once('/') {
        Some((name, _)) if !name.starts_with("awsreservedsso_") => {
            format!("{account}:assumed-role/{name}")
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, user: Option<(&str, &str)>, arn: Option<&str>) -> Person {
        Person {
            name: name.into(),
            identity: Identity {
                user: user.map(|(user, _)| user.into()),
                host: user.map(|(_, host)| host.into()),
                arn: arn.map(Into::into),
            },
        }
    }

    #[test]
    fn one_person_in_another_spelling_is_one_person() {
        const ROLE: &str = "arn:aws:sts::111122223333:assumed-role/Responder/ana";
        const OTHER_SESSION: &str = "arn:aws:sts::111122223333:assumed-role/responder/bob";
        let cases = [
            (person("ana", None, None), person(" Ana ", None, None)),
            (
                person("Ana Ruiz", None, None),
                person("ANA\u{a0}ruiz\u{200b}", None, None),
            ),
            (person("ÁNGEL", None, None), person("ángel", None, None)),
            (person(ROLE, None, None), person(OTHER_SESSION, None, None)),
            (
                person("ana", None, Some(ROLE)),
                person("bob", None, Some(OTHER_SESSION)),
            ),
            (
                person("ana", Some(("ana", "laptop")), None),
                person("bob", Some(("Ana", "LAPTOP")), None),
            ),
            // Whoever has two keys to AWS still has one account on the machine.
            (
                person(
                    "ana",
                    Some(("ana", "laptop")),
                    Some("arn:aws:iam::1:user/ana"),
                ),
                person(
                    "bob",
                    Some(("ana", "laptop")),
                    Some("arn:aws:iam::1:user/bob"),
                ),
            ),
        ];
        for (one, other) in cases {
            assert!(
                one.may_be(&other) && other.may_be(&one),
                "{one:?} {other:?}"
            );
        }
    }

    #[test]
    fn who_shares_nothing_is_somebody_else() {
        const SSO: &str = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Responder_0a1b/";
        let (ana, bob) = (
            format!("{SSO}ana@example.com"),
            format!("{SSO}bob@example.com"),
        );
        let cases = [
            (person("ana", None, None), person("bob", None, None)),
            (
                person("ana", None, Some(&ana)),
                person("bob", None, Some(&bob)),
            ),
            (
                person("ana", Some(("ubuntu", "one")), None),
                person("bob", Some(("ubuntu", "two")), None),
            ),
            (
                person("ana", Some(("ana", "jump")), None),
                person("bob", Some(("bob", "jump")), None),
            ),
        ];
        for (one, other) in cases {
            assert!(!one.may_be(&other), "{one:?} {other:?}");
        }
    }
}
