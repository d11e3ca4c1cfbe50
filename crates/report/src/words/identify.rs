//! The neighbourhood of an instance, and what remains of one, as rows of a label and values. Values are as AWS gave them:
//! whoever shows them escapes them.

use rebato_core::identify::{Deed, Neighbourhood, Remains};

use super::Words;

/// A label and its values.
type Row = (String, Vec<String>);

impl Words {
    /// What stands around an instance: only the rows that have something to say.
    #[must_use]
    pub fn around(&self, around: &Neighbourhood) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut add = |key: &str, values: Vec<String>| {
            if !values.is_empty() {
                rows.push((self.key(key), values));
            }
        };
        add(
            "around-run-by",
            around
                .orchestration
                .iter()
                .map(|o| named(o.kind.product(), o.name.as_deref()))
                .chain(around.operator.clone())
                .collect(),
        );
        add(
            "around-owner",
            around
                .owner
                .iter()
                .map(|(key, value)| format!("{key} = {value}"))
                .collect(),
        );
        add("around-balancers", around.balancers.clone());
        add("around-made-of", made_of(around));
        let place = &around.placement;
        let spot = around
            .spot
            .as_ref()
            .map(|spot| named("Spot", spot.kind.as_deref().or(Some(spot.id.as_str()))));
        let parts = [
            &place.tenancy,
            &place.host,
            &place.capacity_reservation,
            &place.capacity_block,
            &place.outpost,
        ];
        let store = around.instance_store_gib.filter(|gib| *gib > 0);
        add(
            "around-place",
            spot.into_iter()
                .chain(parts.into_iter().flatten().cloned())
                .chain(store.map(|gib| format!("instance store {gib} GiB")))
                .chain(
                    around
                        .products
                        .iter()
                        .map(|(id, kind)| named(kind, Some(id))),
                )
                .collect(),
        );
        add(
            "around-subnets",
            around
                .exposure
                .iter()
                .map(|e| {
                    let way = e.internet_gateway.map(|out| {
                        self.key(if out {
                            "around-way-out"
                        } else {
                            "around-no-way-out"
                        })
                    });
                    let acl = e.acl.as_ref().map(|acl| acl.id.clone());
                    let about: Vec<String> = way.into_iter().chain(acl).collect();
                    format!("{}: {}", e.subnet, about.join(", "))
                })
                .collect(),
        );
        if let Some(role) = &around.role {
            add(
                "around-role",
                role.other_profiles
                    .iter()
                    .chain(&role.other_users)
                    .cloned()
                    .collect(),
            );
            add("around-role-policies", role.inline_policies.clone());
        }
        if let Some(scaling) = &around.scaling {
            add(
                "around-scaling",
                scaling
                    .max
                    .map(|max| format!("max {max}"))
                    .into_iter()
                    .chain(scaling.health_check.clone())
                    .chain(scaling.suspended.iter().cloned())
                    .chain(scaling.refresh.clone())
                    .collect(),
            );
        }
        rows
    }

    /// What is still told of an instance that is no more.
    #[must_use]
    pub fn remains(&self, remains: &Remains) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut add = |key: &str, values: Vec<String>| {
            if !values.is_empty() {
                rows.push((self.key(key), values));
            }
        };
        add(
            "around-made-of",
            [&remains.image, &remains.instance_type, &remains.key_name]
                .into_iter()
                .flatten()
                .cloned()
                .chain(
                    remains
                        .launch_template
                        .iter()
                        .map(|t| named(&t.id, t.version.as_deref())),
                )
                .collect(),
        );
        add(
            "remains-network",
            [&remains.vpc, &remains.subnet]
                .into_iter()
                .flatten()
                .cloned()
                .chain(remains.interfaces.iter().cloned())
                .chain(remains.private_ips.iter().map(ToString::to_string))
                .collect(),
        );
        add(
            "remains-deeds",
            remains.deeds.iter().map(|deed| self.deed(deed)).collect(),
        );
        add(
            "remains-snapshots",
            remains.snapshots.iter().map(|s| s.id.clone()).collect(),
        );
        add(
            "remains-unread",
            remains
                .unread
                .iter()
                .map(|unread| format!("{}: {}", unread.what, unread.why))
                .collect(),
        );
        rows
    }

    fn deed(&self, deed: &Deed) -> String {
        let about = [&deed.who, &deed.from, &deed.error];
        std::iter::once(self.time(deed.at))
            .chain(std::iter::once(deed.call.clone()))
            .chain(about.into_iter().flatten().cloned())
            .collect::<Vec<_>>()
            .join(" · ")
    }
}

fn named(what: &str, name: Option<&str>) -> String {
    name.map_or_else(|| what.to_owned(), |name| format!("{what} {name}"))
}

fn made_of(around: &Neighbourhood) -> Vec<String> {
    let image = around.image.as_ref();
    let owner = image.and_then(|i| i.owner_alias.as_ref().or(i.owner.as_ref()));
    let key = around.key.as_ref();
    image
        .map(|i| named(&i.id, i.name.as_deref()))
        .into_iter()
        .chain(owner.cloned())
        .chain(
            around
                .launch_template
                .iter()
                .map(|t| named(&t.id, t.version.as_deref())),
        )
        .chain(key.map(|key| named(&key.name, key.fingerprint.as_deref())))
        .collect()
}

#[cfg(test)]
mod tests {
    use rebato_core::identify::{Orchestration, Orchestrator};

    use super::*;
    use crate::Lang;

    #[test]
    fn only_what_is_there_is_told_in_either_language() {
        assert_eq!(Words::plain(Lang::En).around(&Neighbourhood::default()), []);
        let around = Neighbourhood {
            orchestration: vec![Orchestration {
                kind: Orchestrator::Eks,
                name: Some("shop".into()),
            }],
            instance_store_gib: Some(0),
            ..Neighbourhood::default()
        };
        for (lang, label) in [(Lang::En, "Run by"), (Lang::Es, "Lo maneja")] {
            let rows = Words::plain(lang).around(&around);
            assert_eq!(rows, [(label.to_owned(), vec!["EKS shop".to_owned()])]);
        }
    }
}
