//! `alarms`: whether somebody is told when the account's defences are changed (Security Hub CloudWatch.1, .5, .10 to .14;
//! CIS 1.4 section 4): a metric filter on a trail's log group that counts the calls, and an alarm on it that tells somebody.
//! Must not create them.

use crate::harden::{
    Alarm, Check, CheckResult, FixClass, MetricFilter, Posture, Scope, Seen, Shortfall, Trail,
};

pub(super) const CHECK: Check = Check {
    name: "alarms",
    controls: &[
        "CloudWatch.1",
        "CloudWatch.5",
        "CloudWatch.10",
        "CloudWatch.11",
        "CloudWatch.12",
        "CloudWatch.13",
        "CloudWatch.14",
    ],
    scope: Scope::Account,
    class: FixClass::Auto,
    run: check,
};

/// What must be noticed; words that a pattern has only when it counts that, each of which must be in it; and the pattern of CIS
/// AWS Foundations 1.4 (4.3, 4.5, 4.10 to 4.14), which a fix makes.
const WATCHED: [(&str, &[&str], &str); 7] = [
    (
        "root-use",
        &["userIdentity.type", "Root"],
        "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \
          \"AwsServiceEvent\" }",
    ),
    (
        "trail-changes",
        &["StopLogging", "DeleteTrail"],
        "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || \
          ($.eventName = StartLogging) || ($.eventName = StopLogging) }",
    ),
    (
        "group-changes",
        &[
            "AuthorizeSecurityGroupIngress",
            "RevokeSecurityGroupIngress",
        ],
        "{ ($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName = AuthorizeSecurityGroupEgress) || \
          ($.eventName = RevokeSecurityGroupIngress) || ($.eventName = RevokeSecurityGroupEgress) || \
          ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) }",
    ),
    (
        "acl-changes",
        &["CreateNetworkAclEntry", "DeleteNetworkAclEntry"],
        "{ ($.eventName = CreateNetworkAcl) || ($.eventName = CreateNetworkAclEntry) || ($.eventName = \
          DeleteNetworkAcl) || ($.eventName = DeleteNetworkAclEntry) || ($.eventName = ReplaceNetworkAclEntry) \
          || ($.eventName = ReplaceNetworkAclAssociation) }",
    ),
    (
        "gateway-changes",
        &["AttachInternetGateway", "CreateCustomerGateway"],
        "{ ($.eventName = CreateCustomerGateway) || ($.eventName = DeleteCustomerGateway) || ($.eventName = \
          AttachInternetGateway) || ($.eventName = CreateInternetGateway) || ($.eventName = \
          DeleteInternetGateway) || ($.eventName = DetachInternetGateway) }",
    ),
    (
        "route-changes",
        &["CreateRoute", "ReplaceRoute"],
        "{ ($.eventSource = ec2.amazonaws.com) && (($.eventName = CreateRoute) || ($.eventName = \
          CreateRouteTable) || ($.eventName = ReplaceRoute) || ($.eventName = ReplaceRouteTableAssociation) || \
          ($.eventName = DeleteRouteTable) || ($.eventName = DeleteRoute) || ($.eventName = \
          DisassociateRouteTable)) }",
    ),
    (
        "vpc-changes",
        &["CreateVpc", "ModifyVpcAttribute"],
        "{ ($.eventName = CreateVpc) || ($.eventName = DeleteVpc) || ($.eventName = ModifyVpcAttribute) || \
          ($.eventName = AcceptVpcPeeringConnection) || ($.eventName = CreateVpcPeeringConnection) || \
          ($.eventName = DeleteVpcPeeringConnection) || ($.eventName = RejectVpcPeeringConnection) || \
          ($.eventName = AttachClassicLinkVpc) || ($.eventName = DetachClassicLinkVpc) || ($.eventName = \
          DisableVpcClassicLink) || ($.eventName = EnableVpcClassicLink) }",
    ),
];

/// What nobody would notice, each with the pattern that counts it; `None` where filters or alarms could not be read.
pub(crate) fn unnoticed(posture: &Posture) -> Option<Vec<(&'static str, &'static str)>> {
    let short = shortfalls(posture)?;
    let named = short.into_iter().map(|(name, pattern, _)| (name, pattern));
    Some(named.collect())
}

/// What nobody would notice, with its pattern and what there is instead of an alarm that tells somebody; `None` where filters or
/// alarms could not be read.
fn shortfalls(posture: &Posture) -> Option<Vec<(&'static str, &'static str, &'static str)>> {
    let (filters, alarms) = (posture.metric_filters.as_ref()?, posture.alarms.as_ref()?);
    // A filter counts calls only on a group that a trail writes to.
    let of_trail = |filter: &&MetricFilter| match &posture.trails {
        Some(trails) => trails
            .iter()
            .any(|trail| log_group(trail) == Some(filter.group.as_str())),
        None => true,
    };
    let filters: Vec<&MetricFilter> = filters.iter().filter(of_trail).collect();
    let short = WATCHED
        .iter()
        .filter_map(|(name, words, pattern)| {
            Some((*name, *pattern, noticed(words, &filters, alarms)?))
        })
        .collect();
    Some(short)
}

fn check(seen: &Seen<'_>) -> CheckResult {
    let Some(short) = shortfalls(seen.posture) else {
        return CHECK.unread(&seen.posture.unread, &["metric_filters", "alarms"]);
    };
    let short = short
        .into_iter()
        .map(|(name, _, is)| Shortfall::new(&seen.subject.account, name, is, "alarm"))
        .collect();
    CHECK.settings(short)
}

/// The name of the log group that a trail writes to (AWS gives its ARN, `arn:aws:logs:…:log-group:NAME:*`).
pub(crate) fn log_group(trail: &Trail) -> Option<&str> {
    let arn = trail.log_group.as_deref()?;
    let arn = arn.strip_suffix(":*").unwrap_or(arn);
    arn.split_once(":log-group:").map(|(_, name)| name)
}

/// What there is instead of an alarm that tells somebody; `None` when there is one.
fn noticed(words: &[&str], filters: &[&MetricFilter], alarms: &[Alarm]) -> Option<&'static str> {
    let counting: Vec<&&MetricFilter> = filters
        .iter()
        .filter(|filter| words.iter().all(|word| filter.pattern.contains(word)))
        .collect();
    if counting.is_empty() {
        return Some("none");
    }
    let on: Vec<&Alarm> = alarms
        .iter()
        .filter(|alarm| {
            counting
                .iter()
                .flat_map(|filter| &filter.metrics)
                .any(|(namespace, metric)| *namespace == alarm.namespace && *metric == alarm.metric)
        })
        .collect();
    if on.iter().any(|alarm| alarm.tells) {
        None
    } else if on.is_empty() {
        Some("filter-without-alarm")
    } else {
        Some("alarm-that-tells-nobody")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::monitor::fixture;

    fn filters() -> Vec<MetricFilter> {
        WATCHED
            .iter()
            .map(|(name, words, _)| MetricFilter {
                group: "trail".into(),
                name: (*name).into(),
                pattern: words.join(" || "),
                metrics: vec![("Cis".into(), (*name).into())],
            })
            .collect()
    }

    fn alarms(tells: bool) -> Vec<Alarm> {
        WATCHED
            .iter()
            .map(|(name, _, _)| Alarm {
                name: (*name).into(),
                namespace: "Cis".into(),
                metric: (*name).into(),
                tells,
            })
            .collect()
    }

    fn checked(filters: Option<Vec<MetricFilter>>, alarms: Option<Vec<Alarm>>) -> CheckResult {
        let posture = Posture {
            metric_filters: filters,
            alarms,
            ..Posture::default()
        };
        run(&CHECK, &fixture::subject(), &posture)
    }

    #[test]
    fn a_filter_an_alarm_and_somebody_who_is_told_are_all_needed() {
        let whole = checked(Some(filters()), Some(alarms(true)));
        assert_eq!(whole.status, Status::Pass);
        for (filters, alarms, is) in [
            (vec![], alarms(true), "none"),
            (filters(), vec![], "filter-without-alarm"),
            (filters(), alarms(false), "alarm-that-tells-nobody"),
        ] {
            let result = checked(Some(filters), Some(alarms));
            assert_eq!(result.shortfalls.len(), WATCHED.len());
            assert!(result.evidence[0].ends_with(is), "{result:?}");
        }
        let mut most = filters();
        most.remove(1);
        let result = checked(Some(most), Some(alarms(true)));
        assert_eq!(result.evidence, ["123456789012 trail-changes=none"]);
    }

    #[test]
    fn a_filter_on_another_group_counts_nothing() {
        let trail = |group: &str| Trail {
            log_group: Some(format!("arn:aws:logs:eu-west-1:1:log-group:{group}:*")),
            ..Trail::default()
        };
        for (group, wanted) in [("trail", Status::Pass), ("app", Status::Fail)] {
            let posture = Posture {
                metric_filters: Some(filters()),
                alarms: Some(alarms(true)),
                trails: Some(vec![trail(group)]),
                ..Posture::default()
            };
            let result = run(&CHECK, &fixture::subject(), &posture);
            assert_eq!(result.status, wanted, "{group}");
        }
    }

    #[test]
    fn what_was_not_read_is_unknown() {
        assert_eq!(checked(None, Some(vec![])).status, Status::Unknown);
        assert_eq!(checked(Some(vec![]), None).status, Status::Unknown);
    }
}
