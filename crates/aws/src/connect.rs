//! Finding credentials, Region and endpoint as the AWS command line does, and the clients made of them.
//! Must not know what the clients are used for.

use std::fmt;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use rebato_engine::ports::CloudError;

use crate::limits::Limits;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(3);
/// How long one attempt may take until its answer has begun.
const ATTEMPT: Duration = Duration::from_secs(20);
/// How long a read may take with all its attempts.
const OPERATION: Duration = Duration::from_secs(60);

/// Where to go and as whom. What is `None` comes from the environment and the AWS configuration files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// A profile's name.
    pub profile: Option<String>,
    /// A Region's name.
    pub region: Option<String>,
    /// One endpoint for all services, as in `AWS_ENDPOINT_URL`.
    pub endpoint_url: Option<String>,
    /// The name in the user agent; `rebato` when empty. Letters, digits and ``!#$%&'*+-.^_`|~``.
    pub app_name: Option<String>,
    /// Keys to use instead of those of the environment: those of a simulated account.
    pub keys: Option<Keys>,
}

/// Keys of an account. Its debug text shows no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// `AKIA…`.
    pub id: String,
    /// The secret.
    pub secret: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// One client a service.
#[derive(Debug, Clone)]
pub(crate) struct Clients {
    pub(crate) autoscaling: aws_sdk_autoscaling::Client,
    pub(crate) classic: aws_sdk_elasticloadbalancing::Client,
    pub(crate) cloudtrail: aws_sdk_cloudtrail::Client,
    pub(crate) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(crate) ec2: aws_sdk_ec2::Client,
    pub(crate) elb: aws_sdk_elasticloadbalancingv2::Client,
    pub(crate) events: aws_sdk_eventbridge::Client,
    pub(crate) guardduty: aws_sdk_guardduty::Client,
    pub(crate) iam: aws_sdk_iam::Client,
    pub(crate) logs: aws_sdk_cloudwatchlogs::Client,
    pub(crate) resolver: aws_sdk_route53resolver::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) secrets: aws_sdk_secretsmanager::Client,
    pub(crate) security: aws_sdk_securityir::Client,
    pub(crate) ssm: aws_sdk_ssm::Client,
    pub(crate) sts: aws_sdk_sts::Client,
    pub(crate) support: aws_sdk_support::Client,
}

/// The clients that change something: each call goes out once. What may be repeated is repeated in
/// [`crate::contain`], where it is known what a repetition does.
#[derive(Debug, Clone)]
pub(crate) struct Writers {
    pub(crate) autoscaling: aws_sdk_autoscaling::Client,
    pub(crate) classic: aws_sdk_elasticloadbalancing::Client,
    pub(crate) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(crate) ec2: aws_sdk_ec2::Client,
    pub(crate) elb: aws_sdk_elasticloadbalancingv2::Client,
    pub(crate) events: aws_sdk_eventbridge::Client,
    pub(crate) guardduty: aws_sdk_guardduty::Client,
    pub(crate) iam: aws_sdk_iam::Client,
    pub(crate) logs: aws_sdk_cloudwatchlogs::Client,
    pub(crate) security: aws_sdk_securityir::Client,
    pub(crate) ssm: aws_sdk_ssm::Client,
    pub(crate) support: aws_sdk_support::Client,
}

/// A live AWS account in one Region. Clones share the limits on how often it is called: whoever works on several cases at
/// once connects once.
#[derive(Debug, Clone)]
pub struct AwsCloud {
    pub(crate) read: Clients,
    pub(crate) write: Writers,
    pub(crate) limits: Limits,
    pub(crate) region: String,
}

impl AwsCloud {
    /// The Region that calls go to.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }
}

/// Finds credentials, Region and endpoint and makes the clients. No call goes out yet: whether the credentials are good
/// shows at the first one.
///
/// # Errors
/// [`CloudError::Refused`] when no Region can be found or the application's name has characters that AWS refuses.
pub async fn connect(options: Options) -> Result<AwsCloud, CloudError> {
    let name = options.app_name.unwrap_or_else(|| "rebato".to_owned());
    let app = AppName::new(name).map_err(|error| refused("InvalidAppName", error.to_string()))?;
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .app_name(app)
        .retry_config(
            RetryConfig::adaptive()
                .with_max_attempts(3)
                .with_initial_backoff(Duration::from_millis(300)),
        )
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT)
                .operation_attempt_timeout(ATTEMPT)
                .operation_timeout(OPERATION)
                .build(),
        );
    if let Some(profile) = options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = options.region {
        loader = loader.region(Region::new(region));
    }
    if let Some(url) = options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Some(keys) = options.keys {
        loader = loader.credentials_provider(Credentials::new(
            keys.id,
            keys.secret,
            None,
            None,
            "given",
        ));
    }
    let config = loader.load().await;
    let Some(region) = config.region().map(ToString::to_string) else {
        let why = "no Region: name one with --region, AWS_REGION or the profile".to_owned();
        return Err(refused("MissingRegion", why));
    };
    Ok(AwsCloud {
        read: clients(&config),
        write: writers(&config),
        limits: Limits::default(),
        region,
    })
}

fn clients(config: &SdkConfig) -> Clients {
    // Hosts named after buckets exist only in AWS's own name space.
    let path_style = config.endpoint_url().is_some();
    let s3 = aws_sdk_s3::config::Builder::from(config)
        .force_path_style(path_style)
        .build();
    Clients {
        autoscaling: aws_sdk_autoscaling::Client::new(config),
        classic: aws_sdk_elasticloadbalancing::Client::new(config),
        cloudtrail: aws_sdk_cloudtrail::Client::new(config),
        cloudwatch: aws_sdk_cloudwatch::Client::new(config),
        ec2: aws_sdk_ec2::Client::new(config),
        elb: aws_sdk_elasticloadbalancingv2::Client::new(config),
        events: aws_sdk_eventbridge::Client::new(config),
        guardduty: aws_sdk_guardduty::Client::new(config),
        iam: aws_sdk_iam::Client::new(config),
        logs: aws_sdk_cloudwatchlogs::Client::new(config),
        resolver: aws_sdk_route53resolver::Client::new(config),
        s3: aws_sdk_s3::Client::from_conf(s3),
        secrets: aws_sdk_secretsmanager::Client::new(config),
        security: aws_sdk_securityir::Client::new(config),
        ssm: aws_sdk_ssm::Client::new(config),
        sts: aws_sdk_sts::Client::new(config),
        support: support(config),
    }
}

fn writers(config: &SdkConfig) -> Writers {
    let once = config
        .to_builder()
        .retry_config(RetryConfig::disabled())
        .build();
    Writers {
        autoscaling: aws_sdk_autoscaling::Client::new(&once),
        classic: aws_sdk_elasticloadbalancing::Client::new(&once),
        cloudwatch: aws_sdk_cloudwatch::Client::new(&once),
        ec2: aws_sdk_ec2::Client::new(&once),
        elb: aws_sdk_elasticloadbalancingv2::Client::new(&once),
        events: aws_sdk_eventbridge::Client::new(&once),
        guardduty: aws_sdk_guardduty::Client::new(&once),
        iam: aws_sdk_iam::Client::new(&once),
        logs: aws_sdk_cloudwatchlogs::Client::new(&once),
        security: aws_sdk_securityir::Client::new(&once),
        ssm: aws_sdk_ssm::Client::new(&once),
        support: support(&once),
    }
}

/// AWS Support has one endpoint, in us-east-1, whatever the account's Region is.
fn support(config: &SdkConfig) -> aws_sdk_support::Client {
    let config = aws_sdk_support::config::Builder::from(config)
        .region(Region::from_static("us-east-1"))
        .build();
    aws_sdk_support::Client::from_conf(config)
}

fn refused(code: &str, why: String) -> CloudError {
    CloudError::Refused {
        operation: "connect".to_owned(),
        code: code.to_owned(),
        why,
    }
}
