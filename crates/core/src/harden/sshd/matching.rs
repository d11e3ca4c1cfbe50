//! `Match` blocks: for which connections their settings hold. Must not know the settings.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::words::{first_word, matches, matches_address, matches_list};
use super::{Config, Place};

/// A `Match` block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The line that opens it.
    pub place: Place,
    /// Its criteria as written.
    pub text: String,
    /// The criteria; `None` when they cannot be read.
    pub criteria: Option<Vec<Criterion>>,
    /// The block that the file was included in.
    pub outer: Option<usize>,
}

/// One criterion of a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Everybody.
    All,
    /// User names.
    User(String),
    /// Groups of the user.
    Group(String),
    /// Names of the client's host.
    Host(String),
    /// Addresses of the client.
    Address(String),
    /// Addresses of the server.
    LocalAddress(String),
    /// The server's port.
    LocalPort(u16),
    /// The routing domain.
    RDomain(String),
    /// Users that do not exist (OpenSSH 9.9).
    InvalidUser,
}

/// A connection, as far as it is known. What is not known matches no criterion about it, as in `sshd -T -C`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// The user.
    pub user: Option<String>,
    /// The user's groups.
    pub groups: Vec<String>,
    /// The client's name.
    pub host: Option<String>,
    /// The client's address.
    pub address: Option<IpAddr>,
    /// The server's address.
    pub local_address: Option<IpAddr>,
    /// The server's port.
    pub local_port: Option<u16>,
}

impl Criterion {
    fn matches(&self, who: &Who) -> bool {
        let text = |value: &Option<String>, list: &str| {
            value
                .as_deref()
                .is_some_and(|value| matches_list(list, |pattern| matches(value, pattern)))
        };
        let address = |value: Option<IpAddr>, list: &str| {
            value.is_some_and(|value| matches_list(list, |p| matches_address(value, p)))
        };
        match self {
            Self::All => true,
            Self::User(list) => text(&who.user, list),
            // A group that is negated settles it whichever of the user's groups it is.
            Self::Group(list) => matches_list(list, |pattern| {
                who.groups.iter().any(|group| matches(group, pattern))
            }),
            Self::Host(list) => text(
                &who.host.as_deref().map(str::to_ascii_lowercase),
                &list.to_ascii_lowercase(),
            ),
            Self::Address(list) => address(who.address, list),
            Self::LocalAddress(list) => address(who.local_address, list),
            Self::LocalPort(port) => who.local_port == Some(*port),
            Self::RDomain(_) | Self::InvalidUser => false,
        }
    }
}

/// The criteria of a `Match` line, or `None` when sshd would refuse it.
pub(super) fn criteria(text: &str) -> Option<Vec<Criterion>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = first_word(rest) {
        if name.starts_with('#') {
            break;
        }
        let name = name.to_ascii_lowercase();
        if name == "all" {
            let nothing_more = first_word(after).is_none_or(|(word, _)| word.starts_with('#'));
            return (found.is_empty()
                && nothing_more
                && after.matches('"').count().is_multiple_of(2))
            .then(|| vec![Criterion::All]);
        }
        if name == "invalid-user" {
            found.push(Criterion::InvalidUser);
            rest = after;
            continue;
        }
        let (list, after) =
            first_word(after).filter(|(w, _)| !w.is_empty() && !w.starts_with('#'))?;
        rest = after;
        found.push(match name.as_str() {
            "user" => Criterion::User(list),
            "group" => Criterion::Group(list),
            "host" => Criterion::Host(list),
            "address" => Criterion::Address(list),
            "localaddress" => Criterion::LocalAddress(list),
            "localport" => Criterion::LocalPort(list.parse().ok().filter(|port| *port > 0)?),
            "rdomain" => Criterion::RDomain(list),
            _ => return None,
        });
    }
    (!found.is_empty() && rest.matches('"').count().is_multiple_of(2)).then_some(found)
}

/// Whether a list of group patterns holds for whoever is in one of these groups, whatever else they are in.
fn surely_in(list: &str, groups: &[String]) -> bool {
    !list.contains('!')
        && matches_list(list, |pattern| {
            groups.iter().any(|group| matches(group, pattern))
        })
}

impl Config {
    /// Whether the value of a keyword hangs on groups of the user that `who` may not name: a block for a group sets it, and all
    /// else in the block holds.
    #[must_use]
    pub fn hangs_on_groups(&self, keyword: &str, who: &Who) -> bool {
        let may_hold = |criterion: &Criterion| match criterion {
            Criterion::Group(_) => true,
            other => other.matches(who),
        };
        let open = |criterion: &Criterion| matches!(criterion, Criterion::Group(list) if !surely_in(list, &who.groups));
        let all = |block| self.chain(block).map(|block| block.criteria.as_deref());
        self.settings
            .iter()
            .filter(|setting| setting.keyword == keyword)
            .any(|setting| {
                all(setting.block).all(|all| all.is_some_and(|all| all.iter().all(may_hold)))
                    && all(setting.block).flatten().flatten().any(open)
            })
    }

    /// The chain from a block outwards: an included file's blocks hold only where the including block does.
    fn chain(&self, block: Option<usize>) -> impl Iterator<Item = &Block> {
        std::iter::successors(block.and_then(|id| self.blocks.get(id)), |block| {
            block.outer.and_then(|id| self.blocks.get(id))
        })
    }

    /// Whether the block holds for everybody: it is none at all, or `Match all`.
    pub(super) fn holds_for_all(&self, block: Option<usize>) -> bool {
        self.chain(block)
            .all(|block| block.criteria.as_deref() == Some(&[Criterion::All]))
    }

    /// Whether the block holds for this connection.
    pub(super) fn holds(&self, block: Option<usize>, who: &Who) -> bool {
        self.chain(block).all(|block| {
            block
                .criteria
                .as_ref()
                .is_some_and(|criteria| criteria.iter().all(|c| c.matches(who)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_match_line() {
        for (text, wanted) in [
            ("all", Some(vec![Criterion::All])),
            ("User root", Some(vec![Criterion::User("root".into())])),
            (
                "User=root Address 10.0.0.0/8 # why",
                Some(vec![
                    Criterion::User("root".into()),
                    Criterion::Address("10.0.0.0/8".into()),
                ]),
            ),
            ("LocalPort 22", Some(vec![Criterion::LocalPort(22)])),
            ("LocalPort x", None),
            ("User", None),
            ("all User root", None),
            ("User root all", None),
            ("Colour red", None),
            ("", None),
        ] {
            assert_eq!(criteria(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_hangs_on_groups_is_known_to() {
        let root = |groups: &[&str]| Who {
            user: Some("root".into()),
            groups: groups.iter().map(|g| (*g).to_owned()).collect(),
            ..Who::default()
        };
        for (block, hangs) in [
            ("Match Group wheel", true),
            ("Match Group root", false),
            ("Match Group root,!wheel", true),
            ("Match Group wheel User ana", false),
            ("Match Group wheel User root", true),
            ("Match User root", false),
        ] {
            let text = format!("{block}\nPermitRootLogin yes\n");
            let config = super::super::read("f", &text, &|_| None);
            let root = root(&["root"]);
            assert_eq!(
                config.hangs_on_groups("permitrootlogin", &root),
                hangs,
                "{block}"
            );
            assert!(!config.hangs_on_groups("maxauthtries", &root), "{block}");
        }
    }

    #[test]
    fn what_is_not_known_matches_nothing() {
        let root = Who {
            user: Some("root".into()),
            ..Who::default()
        };
        assert!(Criterion::User("r*".into()).matches(&root));
        assert!(!Criterion::User("r*".into()).matches(&Who::default()));
        assert!(!Criterion::Address("0.0.0.0/0".into()).matches(&root));
        assert!(Criterion::All.matches(&Who::default()));
    }
}
