//! Secrets that the account keeps, such as keys of services.

use async_trait::async_trait;

/// A keeper of secrets. A text that comes from it is never shown, journaled or put into an error.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// The text of a secret by its ARN or name.
    ///
    /// # Errors
    /// Why it is not to be had, in words that hold nothing of it.
    async fn secret(&self, id: &str) -> Result<String, String>;
}
