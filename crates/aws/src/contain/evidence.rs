//! Evidence that a containment takes before it cuts: console and snapshots. Must not know where it is kept.

use aws_sdk_ec2::types::{CopyTagsFromSource, InstanceSpecification, ResourceType};
use aws_types::request_id::RequestId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rebato_engine::ports::{CloudError, Performed};

use super::again::{Again, send};
use super::{Marks, join, performed};
use crate::connect::AwsCloud;
use crate::limits::ask;

/// Console output and screenshot. Each may be missing, as a stopped instance has no screen and a new one no output yet;
/// the step fails only when AWS answered neither.
pub(super) async fn save_console(
    cloud: &AwsCloud,
    instance: &str,
) -> Result<Performed, CloudError> {
    let (output, screenshot) = futures::join!(
        console_output(cloud, instance),
        console_screenshot(cloud, instance)
    );
    match (output, screenshot) {
        (Ok(mut output), Ok(screenshot)) => {
            join(&mut output, screenshot);
            Ok(output)
        }
        (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(one),
        (Err(error), Err(_)) => Err(error),
    }
}

/// As IAM names it.
const CONSOLE: &str = "ec2:GetConsoleOutput";

/// The latest output where the hardware can give it, else what was kept at the last start.
async fn console_output(cloud: &AwsCloud, instance: &str) -> Result<Performed, CloudError> {
    let request = cloud.read.ec2.get_console_output().instance_id(instance);
    let latest = request.clone().latest(true);
    let answer = match ask!(cloud, CONSOLE, instance, latest) {
        // "Latest" is for Nitro instances only.
        Err(CloudError::Refused { .. }) => ask!(cloud, CONSOLE, instance, request)?,
        other => other?,
    };
    let mut done = performed(answer.request_id(), Vec::new());
    if let Some(bytes) = decoded(answer.output()) {
        done.bytes.push(("console_output".to_owned(), bytes));
    }
    Ok(done)
}

async fn console_screenshot(cloud: &AwsCloud, instance: &str) -> Result<Performed, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:GetConsoleScreenshot",
        instance,
        cloud
            .read
            .ec2
            .get_console_screenshot()
            .instance_id(instance)
    )?;
    let mut done = performed(answer.request_id(), Vec::new());
    if let Some(bytes) = decoded(answer.image_data()) {
        done.bytes.push(("console_screenshot".to_owned(), bytes));
    }
    Ok(done)
}

/// AWS gives Base64, broken into lines. What is no Base64 is kept as it came: it is evidence all the same.
fn decoded(text: Option<&str>) -> Option<Vec<u8>> {
    let text = text.filter(|text| !text.is_empty())?;
    let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    Some(
        STANDARD
            .decode(packed)
            .unwrap_or_else(|_| text.as_bytes().to_vec()),
    )
}

/// Snapshots of all attached volumes, of one moment, in one call that is made once.
pub(super) async fn create_snapshots(
    cloud: &AwsCloud,
    again: Again,
    marks: &Marks<'_>,
    instance: &str,
) -> Result<Performed, CloudError> {
    let answer = send!(
        cloud,
        again,
        "ec2:CreateSnapshots",
        instance,
        cloud
            .write
            .ec2
            .create_snapshots()
            .instance_specification(
                InstanceSpecification::builder()
                    .instance_id(instance)
                    .build()
            )
            .copy_tags_from_source(CopyTagsFromSource::Volume)
            .description(format!("Evidence of {instance}, case {}", marks.case))
            .tag_specifications(marks.tags(ResourceType::Snapshot, None))
    )?;
    let made = answer
        .snapshots()
        .iter()
        .filter_map(|s| s.snapshot_id.clone())
        .collect();
    Ok(performed(answer.request_id(), made))
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn base64_in_lines_is_read_and_anything_else_kept() {
        assert_eq!(decoded(Some("aGVs\nbG8=\r\n")).unwrap(), b"hello");
        assert_eq!(decoded(Some("not base64!")).unwrap(), b"not base64!");
        assert_eq!(decoded(Some("")), None);
    }
}
