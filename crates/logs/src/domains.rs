//! Which domain of a name somebody can register: the public suffix and one label more. The list of suffixes with several labels is a
//! small part of the Public Suffix List: those of large countries, and of hosts that give names away. A suffix that is not in it makes
//! a group too wide, and nothing worse. Must not know what a name is asked for.

/// Suffixes of several labels.
const SUFFIXES: [&str; 113] = [
    "ac.jp",
    "ac.nz",
    "ac.uk",
    "ac.za",
    "appspot.com",
    "azurewebsites.net",
    "blogspot.com",
    "cloudapp.net",
    "co.at",
    "co.id",
    "co.il",
    "co.in",
    "co.jp",
    "co.ke",
    "co.kr",
    "co.nz",
    "co.th",
    "co.uk",
    "co.za",
    "com.ar",
    "com.au",
    "com.bd",
    "com.bo",
    "com.br",
    "com.cn",
    "com.co",
    "com.cy",
    "com.do",
    "com.ec",
    "com.eg",
    "com.es",
    "com.gh",
    "com.gr",
    "com.gt",
    "com.hk",
    "com.kh",
    "com.lb",
    "com.mt",
    "com.mx",
    "com.my",
    "com.na",
    "com.ng",
    "com.ni",
    "com.np",
    "com.pa",
    "com.pe",
    "com.ph",
    "com.pk",
    "com.pl",
    "com.pt",
    "com.py",
    "com.qa",
    "com.ru",
    "com.sa",
    "com.sg",
    "com.sv",
    "com.tr",
    "com.tw",
    "com.ua",
    "com.uy",
    "com.ve",
    "com.vn",
    "ddns.net",
    "duckdns.org",
    "dyndns.org",
    "edu.au",
    "edu.cn",
    "edu.es",
    "edu.mx",
    "eu.org",
    "firebaseapp.com",
    "github.io",
    "go.jp",
    "gob.ar",
    "gob.es",
    "gob.mx",
    "gov.au",
    "gov.br",
    "gov.cn",
    "gov.in",
    "gov.uk",
    "gov.za",
    "herokuapp.com",
    "hopto.org",
    "me.uk",
    "ne.jp",
    "net.au",
    "net.br",
    "net.cn",
    "net.in",
    "net.nz",
    "net.uk",
    "netlify.app",
    "ngrok-free.app",
    "ngrok.io",
    "no-ip.org",
    "nom.es",
    "or.jp",
    "or.kr",
    "org.ar",
    "org.au",
    "org.br",
    "org.cn",
    "org.es",
    "org.in",
    "org.mx",
    "org.nz",
    "org.uk",
    "org.za",
    "pages.dev",
    "trycloudflare.com",
    "vercel.app",
    "workers.dev",
];

/// The registrable domain of a name in lower case without its last dot; the name itself where it has no more labels.
pub(crate) fn registrable(name: &str) -> &str {
    let mut dots = name.rmatch_indices('.').map(|(at, _)| at);
    let (last, second, third) = (dots.next(), dots.next(), dots.next());
    if last.is_none() {
        return name;
    }
    let after = |dot: Option<usize>| dot.and_then(|dot| name.get(dot + 1..)).unwrap_or(name);
    if SUFFIXES.binary_search(&after(second)).is_ok() {
        after(third)
    } else {
        after(second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_and_labels_are_counted() {
        assert!(SUFFIXES.is_sorted());
        for (name, domain) in [
            ("a.b.example.com", "example.com"),
            ("example.com", "example.com"),
            ("com", "com"),
            ("", ""),
            ("a.b.example.co.uk", "example.co.uk"),
            ("example.co.uk", "example.co.uk"),
            ("co.uk", "co.uk"),
            ("x.eve.duckdns.org", "eve.duckdns.org"),
            ("ip-10-0-0-5.eu-west-1.compute.internal", "compute.internal"),
            ("5.0.0.10.in-addr.arpa", "in-addr.arpa"),
            ("..", "."),
        ] {
            assert_eq!(registrable(name), domain, "{name}");
        }
    }
}
