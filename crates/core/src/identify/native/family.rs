//! What a finding is about. Must not know instances or what is done about families.

use crate::identify::json::{Node, get, text};

/// By the resource's type: samples about keys and buckets carry `instanceDetails` too, and must not stop an instance. A sequence
/// names no resource; its type does.
pub(super) fn family(resource: &Node<'_>, kind: &str) -> String {
    let purpose = kind
        .split_once(':')
        .and_then(|(_, rest)| rest.split_once('/'))
        .map(|(resource, _)| resource);
    let said = text(get(resource, "resourceType"))
        .filter(|said| !said.eq_ignore_ascii_case("AttackSequence"))
        // Scans of copies have types that say "EC2" as those of instances do.
        .or_else(|| scanned(resource).map(str::to_owned))
        .or_else(|| purpose.map(str::to_owned))
        .unwrap_or_else(|| "unknown".to_owned());
    let name = snake(&said);
    match name.as_str() {
        "instance" | "ec2_instance" | "ec2" => "ec2",
        "access_key" | "iam_user" | "iam" => "iam",
        "s3_bucket" | "s3_object" | "s3" => "s3",
        "eks_cluster" | "kubernetes_cluster" | "kubernetes" | "eks" => "kubernetes",
        "ecs_cluster" | "ecs" => "ecs",
        "rds_db_instance" | "rds_limitless_db" | "rdsdb_instance" | "rds" => "rds",
        "ec2_ami" | "image" => "ec2_image",
        "snapshot" => "ebs_snapshot",
        "ec2_recovery_point" | "ebs_recovery_point" | "s3_recovery_point" => "recovery_point",
        other => other,
    }
    .to_owned()
}

fn scanned(resource: &Node<'_>) -> Option<&'static str> {
    [
        ("instanceDetails", "ec2"),
        ("ebsSnapshotDetails", "ebs_snapshot"),
        ("ec2ImageDetails", "ec2_image"),
        ("recoveryPointDetails", "recovery_point"),
    ]
    .into_iter()
    .find(|(member, _)| get(resource, member).is_some())
    .filter(|(_, family)| *family != "ec2")
    .map(|(_, family)| family)
}

/// `EBSSnapshot` and `NETWORK_CONNECTION` in snake case: a word begins at a capital before a small letter or after one.
pub(super) fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut letters = name.trim().chars().peekable();
    let mut before: Option<char> = None;
    while let Some(letter) = letters.next() {
        if !letter.is_alphanumeric() {
            out.push('_');
        } else {
            let small = |c: Option<char>| c.is_some_and(char::is_lowercase);
            let after_digit = before.is_some_and(|c| c.is_ascii_digit());
            let in_word = before.is_some_and(char::is_alphanumeric);
            if letter.is_uppercase()
                && in_word
                && (small(before) || after_digit || small(letters.peek().copied()))
            {
                out.push('_');
            }
            out.extend(letter.to_lowercase());
        }
        before = Some(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn words_begin_at_capitals() {
        for (name, snaked) in [
            ("EBSSnapshot", "ebs_snapshot"),
            ("EC2Image", "ec2_image"),
            ("RecoveryPoint", "recovery_point"),
            ("NETWORK_CONNECTION", "network_connection"),
            ("IAMUser", "iam_user"),
            ("S3Bucket", "s3_bucket"),
            ("EC2_AMI", "ec2_ami"),
            ("RDSDBInstance", "rdsdb_instance"),
            ("S3RecoveryPoint", "s3_recovery_point"),
            ("Lambda", "lambda"),
            ("a b", "a_b"),
        ] {
            assert_eq!(snake(name), snaked);
        }
    }
}
