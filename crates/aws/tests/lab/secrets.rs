//! Keys of services out of Secrets Manager.

use rebato_engine::ports::Secrets as _;

use crate::Stage;

#[tokio::test]
async fn a_secret_is_read_whole_or_by_a_field_and_no_error_shows_it() {
    let stage = Stage::new("breach").await;
    let secret = async |id: &str| stage.cloud.secret(id).await;
    let text = secret("rebato/otx").await.unwrap();
    assert_eq!(text, "lab-key-of-otx");
    let field = secret("rebato/services#abuseipdb").await.unwrap();
    assert_eq!(field, "lab-key-of-abuseipdb");
    let by_arn = stage.lab.world(|world| {
        let (region, account) = (&world.region, &world.account_id);
        format!("arn:aws:secretsmanager:{region}:{account}:secret:rebato/otx-Ab1Cd2")
    });
    assert_eq!(secret(&by_arn).await.unwrap(), text);
    for bad in ["rebato/services#greynoise", "rebato/otx#key", "rebato/none"] {
        let error = secret(bad).await.unwrap_err();
        assert!(!error.is_empty() && !error.contains("lab-key"), "{error}");
    }
}
