//! A registry's answer about a network (RFC 9083, section 5.4; contacts are jCards, RFC 7095). Must not trust it: what is
//! not of its form is left out, depth and lengths are bounded.

use std::net::IpAddr;

use serde_json::Value;

/// The longest text that is kept, in characters.
const LONGEST: usize = 200;
/// How deep contacts may lie within contacts, and how many are looked at.
const DEEPEST: usize = 5;
const MOST_CONTACTS: usize = 200;
/// The most abuse contacts that are kept.
const MOST_KEPT: usize = 3;

/// What a registry says of the network of an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Network {
    /// The registry's key of it.
    pub handle: Option<String>,
    /// What its holder calls it.
    pub name: Option<String>,
    /// Its first and last address.
    pub range: Option<(IpAddr, IpAddr)>,
    /// Country as the holder gave it, mostly by ISO 3166.
    pub country: Option<String>,
    /// Who holds it.
    pub organisation: Option<String>,
    /// Where abuse is reported: mail addresses, the nearest first.
    pub abuse: Vec<String>,
    /// The language of the contact or of the answer (BCP 47), where one is given.
    pub language: Option<String>,
    /// When it was registered and last changed, as written (RFC 3339).
    pub registered: Option<String>,
    /// When it was last changed.
    pub changed: Option<String>,
}

/// Reads an answer; nothing where it is not about a network that holds the address.
#[must_use]
pub fn network(body: &Value, ip: IpAddr) -> Option<Network> {
    let address = |name: &str| text(body.get(name)?)?.parse::<IpAddr>().ok();
    let (first, last) = (address("startAddress")?, address("endAddress")?);
    let same_family = first.is_ipv4() == ip.is_ipv4() && last.is_ipv4() == ip.is_ipv4();
    if !same_family || ip < first || last < ip {
        return None;
    }
    let mut found = Network {
        handle: body.get("handle").and_then(text),
        name: body.get("name").and_then(text),
        range: Some((first, last)),
        country: body.get("country").and_then(text),
        language: body.get("lang").and_then(text),
        ..Network::default()
    };
    for event in array(body.get("events")) {
        let date = event.get("eventDate").and_then(text);
        match event.get("eventAction").and_then(Value::as_str) {
            Some("registration") => found.registered = date,
            Some("last changed") => found.changed = date,
            _ => {}
        }
    }
    let mut left = MOST_CONTACTS;
    let mut contact_language = None;
    contacts(body, 0, &mut left, &mut |entity, depth| {
        let card = card(entity);
        let is = |role: &str| {
            array(entity.get("roles"))
                .iter()
                .any(|r| r.as_str() == Some(role))
        };
        if depth == 0 && is("registrant") && found.organisation.is_none() {
            found.organisation = property(card, "fn").next().and_then(|p| text(p.get(3)?));
        }
        let for_abuse = is("abuse");
        for mail in property(card, "email") {
            let typed = mail.pointer("/1/type").is_some_and(|t| says(t, "abuse"));
            let Some(address) = mail.get(3).and_then(mail_address) else {
                continue;
            };
            let known = found.abuse.contains(&address);
            if (for_abuse || typed) && !known && found.abuse.len() < MOST_KEPT {
                found.abuse.push(address);
                let spoken = property(card, "lang").next().and_then(|p| text(p.get(3)?));
                let spoken = spoken.or_else(|| entity.get("lang").and_then(text));
                contact_language = contact_language.take().or(spoken);
            }
        }
    });
    found.language = contact_language.or(found.language);
    Some(found)
}

/// Visits the contacts of an object and those within them, the outer ones first.
fn contacts(object: &Value, depth: usize, left: &mut usize, visit: &mut dyn FnMut(&Value, usize)) {
    if depth > DEEPEST {
        return;
    }
    let here = array(object.get("entities"));
    for entity in here {
        if *left == 0 {
            return;
        }
        *left -= 1;
        visit(entity, depth);
    }
    for entity in here {
        contacts(entity, depth + 1, left, visit);
    }
}

/// The properties of a contact's jCard: arrays of name, parameters, type and value.
fn card(entity: &Value) -> &[Value] {
    array(entity.pointer("/vcardArray/1"))
}

fn property<'a>(card: &'a [Value], name: &'a str) -> impl Iterator<Item = &'a Value> {
    card.iter()
        .filter(move |p| p.get(0).and_then(Value::as_str) == Some(name))
}

fn array(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Whether a parameter is a word, or several of which one is it.
fn says(value: &Value, word: &str) -> bool {
    value.as_str() == Some(word) || array(Some(value)).iter().any(|v| v.as_str() == Some(word))
}

fn text(value: &Value) -> Option<String> {
    let text: String = value.as_str()?.trim().chars().take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

/// A mail address that could be written to; nothing that could become more than one line or one address.
fn mail_address(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let (name, host) = text.split_once('@')?;
    let plain = |c: char| c.is_alphanumeric() || "-._+=&'".contains(c);
    let fits = text.len() <= 254
        && !name.is_empty()
        && host.contains('.')
        && name.chars().all(plain)
        && host
            .chars()
            .all(|c| c.is_alphanumeric() || "-.".contains(c));
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn contact(roles: &[&str], mail: &Value, within: &Value) -> Value {
        json!({"objectClassName": "entity", "roles": roles, "entities": within, "vcardArray": ["vcard", [
            ["version", {}, "text", "4.0"], ["fn", {}, "text", "Some Name"], ["email", {}, "text", mail]]]})
    }

    fn answer(entities: &Value) -> Value {
        json!({"objectClassName": "ip network", "handle": "X", "startAddress": "192.0.2.0", "endAddress": "192.0.2.255",
            "entities": entities})
    }

    fn read(body: &Value) -> Option<Network> {
        network(body, "192.0.2.7".parse().unwrap())
    }

    #[test]
    fn the_nearest_abuse_contact_comes_first_and_others_are_no_abuse_contact() {
        let inner = json!([contact(
            &["technical", "abuse"],
            &json!("inner@a.example"),
            &json!([])
        )]);
        let body = answer(&json!([
            contact(&["registrant"], &json!("owner@a.example"), &inner),
            contact(&["abuse"], &json!("outer@a.example"), &json!([])),
            contact(&["abuse"], &json!("outer@a.example"), &json!([])),
        ]));
        let found = read(&body).unwrap();
        assert_eq!(found.abuse, ["outer@a.example", "inner@a.example"]);
        assert_eq!(found.organisation.as_deref(), Some("Some Name"));
    }

    #[test]
    fn a_contact_that_is_more_than_an_address_is_none() {
        for bad in [
            json!("a@b.example\nbcc: c@d.example"),
            json!("a@b.example, c@d.example"),
            json!("\u{1b}[31m@b.example"),
            json!("<a@b.example>"),
            json!("a@localhost"),
            json!("@b.example"),
            json!(format!("{}@b.example", "x".repeat(300))),
            json!(["a@b.example"]),
            json!(null),
        ] {
            let body = answer(&json!([contact(&["abuse"], &bad, &json!([]))]));
            assert_eq!(read(&body).unwrap().abuse, Vec::<String>::new(), "{bad}");
        }
    }

    #[test]
    fn the_contacts_own_language_counts_before_that_of_the_answer() {
        let mut one = contact(&["abuse"], &json!("a@b.example"), &json!([]));
        let mut body = answer(&json!([one]));
        body["lang"] = json!("en");
        assert_eq!(read(&body).unwrap().language.as_deref(), Some("en"));
        one["vcardArray"][1]
            .as_array_mut()
            .unwrap()
            .push(json!(["lang", {"pref": "1"}, "language-tag", "es"]));
        body["entities"] = json!([one]);
        assert_eq!(read(&body).unwrap().language.as_deref(), Some("es"));
    }

    #[test]
    fn an_answer_about_another_network_is_none() {
        for (first, last) in [
            (json!("198.51.100.0"), json!("198.51.100.255")),
            (json!("192.0.2.8"), json!("192.0.2.255")),
            (json!("::"), json!("ffff::")),
            (json!("192.0.2.0"), json!(null)),
            (json!("x"), json!("192.0.2.255")),
        ] {
            let body = json!({"startAddress": first, "endAddress": last});
            assert_eq!(read(&body), None, "{body}");
        }
        assert_eq!(read(&json!([])), None);
    }

    #[test]
    fn contacts_within_contacts_end_somewhere() {
        let mut deep = json!([contact(&["abuse"], &json!("deep@a.example"), &json!([]))]);
        for _ in 0..DEEPEST + 1 {
            deep = json!([contact(&["registrant"], &json!("x@a.example"), &deep)]);
        }
        assert_eq!(read(&answer(&deep)).unwrap().abuse, Vec::<String>::new());
        let many: Vec<Value> = (0..10_000)
            .map(|n| contact(&["abuse"], &json!(format!("a{n}@b.example")), &json!([])))
            .collect();
        assert_eq!(read(&answer(&json!(many))).unwrap().abuse.len(), MOST_KEPT);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        const NAMES: &[&str] = &[
            "entities",
            "roles",
            "vcardArray",
            "events",
            "eventAction",
            "eventDate",
            "lang",
            "name",
            "country",
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            Just(json!("abuse")),
            Just(json!("email")),
            Just(json!("vcard")),
            ".{0,300}".prop_map(Value::from),
        ];
        leaf.prop_recursive(8, 200, 8, |inner| {
            let pair = (prop::sample::select(NAMES), inner.clone());
            prop_oneof![
                prop::collection::vec(inner, 0..8).prop_map(Value::Array),
                prop::collection::vec(pair, 0..8).prop_map(|pairs| Value::Object(
                    pairs.into_iter().map(|(n, v)| (n.into(), v)).collect()
                )),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_answer_breaks_it(entities in any_json(), events in any_json(), name in any_json()) {
            let mut body = answer(&entities);
            body["events"] = events;
            body["name"] = name;
            let found = read(&body).unwrap();
            prop_assert!(found.abuse.len() <= MOST_KEPT);
            prop_assert!(found.name.is_none_or(|n| n.chars().count() <= LONGEST));
        }
    }
}
