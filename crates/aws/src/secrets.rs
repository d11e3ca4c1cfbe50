//! Keys of services that lie in Secrets Manager (API reference, `GetSecretValue`). Must not show, log or keep what it reads.

use async_trait::async_trait;
use rebato_engine::ports::Secrets;
use serde_json::Value;

use crate::connect::AwsCloud;
use crate::error::cloud_error;

/// The IAM action that reading a secret needs: for the secrets that the configuration names, and no others.
pub const READ_SECRET: &str = "secretsmanager:GetSecretValue";

#[async_trait]
impl Secrets for AwsCloud {
    /// `id` is the ARN or the name, alone for the whole text, or with `#FIELD` for one field of a secret that is a JSON
    /// object, as the console makes them. Neither an ARN nor a name can hold a `#`.
    async fn secret(&self, id: &str) -> Result<String, String> {
        let (name, field) = match id.split_once('#') {
            Some((name, field)) => (name, Some(field)),
            None => (id, None),
        };
        let answer = self.read.secrets.get_secret_value().secret_id(name);
        let answer = answer
            .send()
            .await
            .map_err(|error| cloud_error(READ_SECRET, name, &error).to_string())?;
        let text = answer.secret_string.ok_or("the secret is no text")?;
        let Some(field) = field else {
            return Ok(text);
        };
        // The parser's own error could show a piece of it.
        let object: Value = serde_json::from_str(&text).map_err(|_| "the secret is no JSON")?;
        match object.get(field).and_then(Value::as_str) {
            Some(value) => Ok(value.to_owned()),
            None => Err(format!("the secret has no text in the field {field:?}")),
        }
    }
}
