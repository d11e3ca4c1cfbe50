//! Who outside may be asked about an address, from the configuration and the command line. Must not ask.

use std::sync::Arc;

use rebato_core::investigate::Marking;
use rebato_intel::knowledge::Knowledge;
use rebato_intel::net::dns::Dns;
use rebato_intel::net::rdap::Bootstrap;
use rebato_intel::net::{Fetch, SetupError};
use rebato_intel::services::{ALL, Asker, Configured, KeySource, Names, Rules, Service};
use rebato_store::Answers;
use url::Url;

use crate::config::Intel;
use crate::context::Context;
use crate::failure::Failure;

/// What the command line wishes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wish {
    /// Registries and the DNS too, though the configuration names neither.
    pub(crate) network: bool,
    /// Ask although a kept answer still holds.
    pub(crate) fresh: bool,
    /// The marking; else the configuration's.
    pub(crate) marking: Option<Marking>,
}

/// Who asks: nobody with `--offline`, nor where nothing is configured or wished.
///
/// # Errors
/// [`Failure::Config`] for a service or URL that does not exist, [`Failure::Usage`] where the network cannot be set up.
pub(crate) async fn asker(context: &Context, wish: Wish) -> Result<Option<Asker>, Failure> {
    let config = &context.loaded.config.intel;
    let wrong = |why: String| Failure::Config {
        file: context
            .loaded
            .file
            .as_ref()
            .map(|file| file.display().to_string())
            .unwrap_or_default(),
        why,
    };
    let services = services(config).map_err(wrong)?;
    let known = Knowledge::of(context.intel()?);
    let registries = match config.rdap.as_ref().map(|rdap| &rdap.url) {
        Some(Some(server)) => Some(Bootstrap::only(&url(server).map_err(wrong)?)),
        Some(None) => Some(known.registries()),
        None => wish.network.then(|| known.registries()),
    };
    let asks_names = wish.network || config.dns.is_some();
    if context.common.offline || (services.is_empty() && registries.is_none() && !asks_names) {
        return Ok(None);
    }
    let kept = Arc::new(Answers::of(&context.state()?));
    let rules = Rules {
        fresh: wish.fresh,
        ..Rules::default()
    };
    let mut asker =
        Asker::new(Fetch::new().map_err(|e| unable(&e))?, kept, rules).services(services);
    // Who cannot reach the account cannot read these keys: their services are named as failed, the others are asked.
    if secrets(config).next().is_some()
        && let Ok(Some(cloud)) = context.cloud(None).await
    {
        asker = asker.secrets(Arc::new(cloud));
    }
    if let Some(registries) = registries {
        asker = asker.registries(registries);
    }
    if asks_names {
        let dns = config.dns.clone().unwrap_or_default();
        let resolver = match dns.resolver {
            Some(address) => Dns::at(address),
            None => Dns::system(),
        }
        .map_err(|e| unable(&e))?;
        asker = asker.names(Names::new(resolver, dns.spamhaus));
    }
    Ok(Some(asker))
}

/// The secrets of the account that the configuration names as places of keys.
pub(crate) fn secrets(config: &Intel) -> impl Iterator<Item = &str> {
    let of_services = config.services.values().filter_map(|one| one.key.as_ref());
    let of_names = config.dns.iter().filter_map(|dns| dns.spamhaus.as_ref());
    of_services.chain(of_names).filter_map(|key| match key {
        KeySource::Secret(id) => Some(id.as_str()),
        KeySource::Env(_) | KeySource::File(_) => None,
    })
}

fn unable(error: &SetupError) -> Failure {
    Failure::Usage(error.to_string())
}

fn services(config: &Intel) -> Result<Vec<Configured>, String> {
    let mut services = Vec::new();
    for (name, service) in &config.services {
        if Service::named(name).is_none() {
            let names: Vec<_> = ALL.iter().map(|service| service.name).collect();
            return Err(format!(
                "intel.services.{name}: no such service; there are {}",
                names.join(", ")
            ));
        }
        services.push(Configured {
            name: name.clone(),
            key: service.key.clone(),
            base: service.url.as_deref().map(url).transpose()?,
            business: service.business,
        });
    }
    Ok(services)
}

fn url(text: &str) -> Result<Url, String> {
    Url::parse(text).map_err(|error| format!("{text:?} is no URL: {error}"))
}
