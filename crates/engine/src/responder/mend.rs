//! Step 4 again: a list that was wrong, mended by a plan. The lists are read as they are now. Must not choose how: a person
//! does.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::SignedDuration;
use rebato_core::case::{Case, PlanRecord};
use rebato_core::contain::{Action, Mend, Plan};
use rebato_core::identify::{Finding, Subject, read_alert};
use rebato_core::investigate::{
    Listed, NoMend, Others, edit_plan, suppress_plan, trust_plan, undo_plan,
};

use super::Responder;
use crate::error::EngineError;
use crate::ports::{AccountList, Cloud, CloudError, FindingQuery, Wanted};
use crate::writer::Writer;

/// Days in which other findings of a list are looked for.
const DAYS: u32 = 7;
/// Types that an address on a list of one's own can raise, beside the case's own (GuardDuty guide, "Finding types").
const OF_LISTS: [&str; 4] = [
    "Discovery:S3/MaliciousIPCaller.Custom",
    "Recon:IAMUser/MaliciousIPCaller.Custom",
    "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom",
    "UnauthorizedAccess:S3/MaliciousIPCaller.Custom",
];

impl Responder<'_> {
    /// The plan that keeps findings about `ip` from coming back, or puts back what was mended; [`NoMend`] where there is
    /// nothing to approve.
    ///
    /// # Errors
    /// AWS's and the store's; that of the list which the finding names and which cannot be read.
    pub async fn mend_plan(
        &self,
        writer: &Writer<'_>,
        how: Mend,
        ip: IpAddr,
    ) -> Result<Result<PlanRecord, NoMend>, EngineError> {
        self.refresh(writer).await?;
        let case = writer.case().await;
        let cloud = self.need_cloud()?;
        let Some(subject) = &case.subject else {
            return Err(EngineError::NoInstance(case.finding.id.clone()));
        };
        let made = match how {
            Mend::Edit => self.edit(cloud, &case, subject, ip).await?,
            Mend::Trust => {
                let lists = cloud.lists().await?;
                let trusted: Vec<&AccountList> = lists.iter().filter(|l| l.trusted).collect();
                trust_plan(&case, subject, ip, &self.listed(&trusted)?)
            }
            Mend::Suppress => suppress_plan(&case, subject, ip),
            Mend::Undo => undo_plan(&case, subject),
        };
        let plan = match made {
            Ok(plan) => plan,
            Err(why) => return Ok(Err(why)),
        };
        let digest = plan.digest();
        let record = self.write_plan(writer, plan).await?;
        Ok(Ok(record.ok_or_else(|| EngineError::NoPlan {
            case: case.id.clone(),
            digest: digest.to_string(),
        })?))
    }

    async fn edit(
        &self,
        cloud: &dyn Cloud,
        case: &Case,
        subject: &Subject,
        ip: IpAddr,
    ) -> Result<Result<Plan, NoMend>, EngineError> {
        let names = case.whole_finding().threat_lists;
        let lists = cloud.lists().await?;
        let raised: Vec<&AccountList> = lists
            .iter()
            .filter(|list| !list.trusted && names.contains(&list.name))
            .collect();
        let findings = self.of_lists(cloud, case).await;
        let listed: Vec<(Listed<'_>, Others)> = self
            .listed(&raised)?
            .into_iter()
            .map(|list| {
                let others = others(&findings, case, &list.set.name, ip);
                (list, others)
            })
            .collect();
        let made = edit_plan(case, subject, ip, &listed);
        // The reader of lists has the last word on what the changed lists say.
        if let Ok(plan) = &made
            && !plan.steps().all(|step| match &step.action {
                Action::EditList(change) => raised
                    .iter()
                    .filter(|list| list.set.as_ref() == Some(&change.edit.set))
                    .all(|list| {
                        let before = list.content.as_deref().unwrap_or_default();
                        change
                            .edit
                            .apply(before)
                            .is_some_and(|after| self.is_only_less(list, after, ip))
                    }),
                _ => true,
            })
        {
            return Ok(Err(NoMend::Unclear));
        }
        Ok(made)
    }

    /// Whether a list covers all that it covered but for `ip`.
    fn is_only_less(&self, list: &AccountList, after: Vec<u8>, ip: IpAddr) -> bool {
        let after = AccountList {
            content: Ok(after),
            ..list.clone()
        };
        let count = |list: &AccountList| {
            let mut nets: BTreeMap<IpNet, usize> = BTreeMap::new();
            for entry in self.intelligence.entries(list) {
                *nets.entry(entry.net).or_default() += 1;
            }
            nets
        };
        let (before, after) = (count(list), count(&after));
        let gone: Vec<IpNet> = before
            .keys()
            .filter(|net| net.contains(&ip))
            .copied()
            .collect();
        let kept = before
            .iter()
            .filter(|(net, _)| !net.contains(&ip))
            .all(|(net, many)| after.get(net).is_some_and(|now| now >= many));
        let nothing_new = after
            .keys()
            .all(|net| before.contains_key(net) || gone.iter().any(|wide| wide.contains(net)));
        let size =
            |net: &IpNet| 1_u128 << u32::from(net.max_prefix_len() - net.prefix_len()).min(127);
        let left = |wide: &IpNet| -> u128 {
            after
                .keys()
                .filter(|net| wide.contains(*net))
                .map(size)
                .sum()
        };
        kept && nothing_new
            && after.keys().all(|net| !net.contains(&ip))
            && gone.iter().all(|wide| left(wide) + 1 >= size(wide))
    }

    /// Lists with their entries.
    fn listed<'a>(&self, lists: &[&'a AccountList]) -> Result<Vec<Listed<'a>>, EngineError> {
        let mut listed = Vec::new();
        for list in lists {
            let Some(set) = &list.set else { continue };
            let content = list.content.as_ref().map_err(|why| CloudError::Refused {
                operation: "s3:GetObject".into(),
                code: "Unread".into(),
                why: format!("{}: {why}", list.location),
            })?;
            listed.push(Listed {
                set,
                format: &list.format,
                status: &list.status,
                content,
                entries: self.intelligence.entries(list),
            });
        }
        Ok(listed)
    }

    /// What lists raised lately. Only to be told: who may not read it is told nothing.
    async fn of_lists(&self, cloud: &dyn Cloud, case: &Case) -> Vec<Finding> {
        let types = OF_LISTS.iter().map(|t| (*t).to_owned());
        let wanted = Wanted {
            types: types.chain([case.finding.kind.clone()]).collect(),
            since: Some(self.clock.now() - SignedDuration::from_hours(24 * i64::from(DAYS))),
            archived: true,
            ..Wanted::default()
        };
        let Ok(bytes) = cloud.findings(&FindingQuery::Matching(wanted)).await else {
            return Vec::new();
        };
        read_alert("guardduty", &bytes)
            .into_iter()
            .filter_map(Result::ok)
            .map(|read| read.finding)
            .collect()
    }
}

/// Findings of other cases that a list raised.
fn others(findings: &[Finding], case: &Case, list: &str, ip: IpAddr) -> Others {
    let mut others = Others {
        days: DAYS,
        ..Others::default()
    };
    let own: Vec<String> = case.findings().map(|f| f.id.clone()).collect();
    for finding in findings {
        if own.contains(&finding.id) || !finding.threat_lists.iter().any(|name| name == list) {
            continue;
        }
        if finding.remote_ips().contains(&ip) {
            others.of_address += 1;
        } else {
            others.of_others += 1;
        }
    }
    others
}
