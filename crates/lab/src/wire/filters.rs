//! Filters and pages of the describing operations: AND between filters, OR between the values of one, `*` and `?` as
//! wildcards; an unknown filter is refused, as AWS does, rather than ignored.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::world::ApiError;

use super::failure;
use super::params::Params;

/// The filters of one request.
#[derive(Debug, Default)]
pub(crate) struct Filters {
    wanted: Vec<(String, Vec<String>)>,
}

impl Filters {
    /// Reads `Filter.N.Name` and `Filter.N.Value.M` and refuses names that the operation does not list in `known`.
    /// `tag:KEY` and `tag-key` are known where `tags` is true.
    pub(crate) fn read(params: &Params, known: &[&str], tags: bool) -> Result<Self, ApiError> {
        let mut wanted = Vec::new();
        for filter in params.list("Filter") {
            let name = filter.need("Name")?;
            let is_tag = tags && (name == "tag-key" || name.starts_with("tag:"));
            if !is_tag && !known.contains(&name) {
                return Err(failure::invalid(&format!("The filter '{name}' is invalid")));
            }
            let values = filter.texts("Value");
            if values.is_empty() {
                return Err(failure::invalid(&format!(
                    "The filter '{name}' has no value"
                )));
            }
            wanted.push((name.to_owned(), values));
        }
        Ok(Self { wanted })
    }

    /// Whether a resource passes: `of` gives the values that the resource has for a filter's name.
    pub(crate) fn pass(
        &self,
        tags: &BTreeMap<String, String>,
        of: impl Fn(&str) -> Vec<String>,
    ) -> bool {
        self.wanted.iter().all(|(name, patterns)| {
            let values = match name.strip_prefix("tag:") {
                Some(key) => tags.get(key).cloned().into_iter().collect(),
                None if name == "tag-key" => tags.keys().cloned().collect(),
                None => of(name),
            };
            values
                .iter()
                .any(|value| patterns.iter().any(|pattern| matches(pattern, value)))
        })
    }
}

/// Whether a value fits a pattern with `*` (any run) and `?` (any one character).
fn matches(pattern: &str, value: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let mut reachable = vec![false; pattern.len() + 1];
    // reachable[i]: the first i characters of the pattern fit what was read of the value so far.
    let open = |reachable: &mut Vec<bool>| {
        for (i, c) in pattern.iter().enumerate() {
            if *c == '*'
                && reachable.get(i).copied().unwrap_or(false)
                && let Some(slot) = reachable.get_mut(i + 1)
            {
                *slot = true;
            }
        }
    };
    if let Some(first) = reachable.first_mut() {
        *first = true;
    }
    open(&mut reachable);
    for c in value.chars() {
        let mut next = vec![false; reachable.len()];
        for (i, p) in pattern.iter().enumerate() {
            if !reachable.get(i).copied().unwrap_or(false) {
                continue;
            }
            let to = match *p {
                '*' => i,
                '?' => i + 1,
                p if p == c => i + 1,
                _ => continue,
            };
            if let Some(slot) = next.get_mut(to) {
                *slot = true;
            }
        }
        open(&mut next);
        reachable = next;
    }
    reachable.last().copied().unwrap_or(false)
}

/// One page of the items, and the token of the next page. Without a size everything is on one page.
pub(crate) fn page<T>(
    items: Vec<T>,
    size: Option<i64>,
    token: Option<&str>,
    bad_token: impl Fn(&str) -> ApiError,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let start = match token {
        None | Some("") => 0,
        Some(token) => read_token(token).ok_or_else(|| bad_token(token))?,
    };
    let total = items.len();
    let size = size
        .and_then(|size| usize::try_from(size).ok())
        .filter(|size| *size > 0)
        .unwrap_or(total.max(1));
    let end = start.saturating_add(size);
    let page: Vec<T> = items.into_iter().skip(start).take(size).collect();
    Ok((page, (end < total).then(|| write_token(end))))
}

/// The same for a list that grows at its head between two pages: the token says how many items, counted from the end,
/// are still to come, so that no item is shown twice.
pub(crate) fn page_from_end<T>(
    items: Vec<T>,
    size: i64,
    token: Option<&str>,
    bad_token: impl Fn(&str) -> ApiError,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let total = items.len();
    let left = match token {
        None | Some("") => total,
        Some(token) => read_token(token)
            .filter(|left| *left <= total)
            .ok_or_else(|| bad_token(token))?,
    };
    let size = usize::try_from(size).unwrap_or(total).max(1);
    let page = items.into_iter().skip(total - left).take(size).collect();
    let left = left.saturating_sub(size);
    Ok((page, (left > 0).then(|| write_token(left))))
}

fn write_token(offset: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("page:{offset}"))
}

fn read_token(token: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    std::str::from_utf8(&bytes)
        .ok()?
        .strip_prefix("page:")?
        .parse()
        .ok()
}

/// A page of an EC2 describing operation, by `MaxResults` and `NextToken`.
pub(crate) fn ec2_page<T>(
    items: Vec<T>,
    params: &Params,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    page(
        items,
        params.number("MaxResults")?,
        params.text("NextToken"),
        |token| {
            failure::error(
                "InvalidNextToken",
                &format!("The token '{token}' is invalid"),
                400,
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(pairs: &[(&str, &str)]) -> Result<Filters, ApiError> {
        Filters::read(
            &Params::from_pairs(pairs.iter().copied()),
            &["vpc-id"],
            true,
        )
    }

    #[test]
    fn wildcards() {
        for (pattern, value, fits) in [
            ("a*c", "abbbc", true),
            ("a*c", "ac", true),
            ("a?c", "ac", false),
            ("*", "", true),
            ("i-*1*", "i-0017", true),
            ("abc", "abcd", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, value), fits, "{pattern} {value}");
        }
    }

    #[test]
    fn unknown_filters_are_refused() {
        let error =
            filters(&[("Filter.1.Name", "colour"), ("Filter.1.Value.1", "red")]).unwrap_err();
        assert_eq!(error.code, "InvalidParameterValue");
    }

    #[test]
    fn all_filters_and_any_value() {
        let both = filters(&[
            ("Filter.1.Name", "tag:team"),
            ("Filter.1.Value.1", "x"),
            ("Filter.1.Value.2", "web"),
            ("Filter.2.Name", "vpc-id"),
            ("Filter.2.Value.1", "vpc-1"),
        ])
        .unwrap();
        let tags = BTreeMap::from([("team".to_owned(), "web".to_owned())]);
        assert!(both.pass(&tags, |_| vec!["vpc-1".to_owned()]));
        assert!(!both.pass(&tags, |_| vec!["vpc-2".to_owned()]));
        assert!(!both.pass(&BTreeMap::new(), |_| vec!["vpc-1".to_owned()]));
    }

    #[test]
    fn pages_from_the_end_bear_growth_at_the_head() {
        let bad = |token: &str| failure::invalid(token);
        let (first, next) = page_from_end(vec![3, 2, 1], 2, None, bad).unwrap();
        assert_eq!(first, [3, 2]);
        let (second, last) = page_from_end(vec![5, 4, 3, 2, 1], 2, next.as_deref(), bad).unwrap();
        assert_eq!((second, last), (vec![1], None));
    }

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let bad = |token: &str| failure::invalid(token);
        let mut seen = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let (part, next) = page(vec![1, 2, 3, 4, 5], Some(2), token.as_deref(), bad).unwrap();
            seen.extend(part);
            match next {
                Some(next) => token = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, [1, 2, 3, 4, 5]);
        assert_eq!(
            page(vec![1], None, Some("nonsense"), bad).unwrap_err().code,
            "InvalidParameterValue"
        );
    }
}
