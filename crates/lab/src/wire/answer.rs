//! One call from request to answer: who calls, what is asked, which fault applies, the effect, the record of it.

use std::time::Duration;

use crate::world::{ApiError, Caller, SessionCall};

use super::calls::{Call, Outcome};
use super::context::{Context, would_have_succeeded};
use super::credentials::{ACCESS_KEY, Key, Refusal};
use super::elb_classic;
use super::failure::{self, Common};
use super::faults::{CallInfo, Effect, Moment, Verdict};
use super::guardduty;
use super::operations::{self, Operation};
use super::reply::{Reply, Wire};
use super::request::{Request, Route};
use super::service::{Protocol, Service};
use super::state::{Shared, State};
use super::throttle::Throttling;
use super::trail;

/// Answers a request; none when the connection is to be closed without an answer.
pub(crate) async fn answer(shared: &Shared, request: &Request) -> Option<Wire> {
    let start_us = shared.elapsed_us();
    let Some(scope) = request.scope() else {
        return Some(unsigned(request));
    };
    let Some(service) = Service::from_signing_name(&scope.service) else {
        let error = failure::error(
            "NotImplemented",
            &format!("The lab has no service '{}'", scope.service),
            501,
        );
        return Some(failure::render(&error, Service::Sts, "-"));
    };
    let service = match request.params.text("Version") {
        Some(elb_classic::VERSION) if service == Service::Elb => Service::ElbClassic,
        _ => service,
    };
    let route = Route {
        service,
        operation: request
            .operation(service)
            .unwrap_or_else(|| "Unknown".to_owned()),
    };
    let operation = operations::find(service, &route.operation);
    let begun = begin(shared, request, &route, operation, start_us);

    let verdict = begun.faults.ask(&begun.info(&route, Moment::Before));
    let (wire, outcome) = match verdict {
        Verdict::Drop => (None, Outcome::Dropped { effect: false }),
        Verdict::Fail(error) => refused(&begun, service, &error),
        Verdict::Pass => act(
            shared,
            request,
            &scope.access_key,
            &scope.region,
            &route,
            operation,
            &begun,
        ),
    };
    if begun.faults.latency > Duration::ZERO {
        tokio::time::sleep(begun.faults.latency).await;
    }
    let end_us = shared.elapsed_us();
    shared.lock().finish(begun.n, end_us, outcome);
    wire.map(|mut wire| {
        if request.is_cbor() {
            wire = wire.into_cbor();
        }
        let name = if service.protocol() == Protocol::S3 {
            "x-amz-request-id"
        } else {
            "x-amzn-requestid"
        };
        wire.headers.push((name, begun.request_id.clone()));
        wire
    })
}

/// A call that has its number.
struct Begun {
    n: u64,
    request_id: String,
    effect: Option<Effect>,
    faults: super::faults::Faults,
    expired: bool,
    dry_run: bool,
    reads: bool,
}

impl Begun {
    fn info(&self, route: &Route, moment: Moment) -> CallInfo {
        CallInfo {
            n: self.n,
            service: route.service,
            operation: route.operation.clone(),
            moment,
            reads: self.reads,
        }
    }
}

fn begin(
    shared: &Shared,
    request: &Request,
    route: &Route,
    operation: Option<&Operation>,
    start_us: u64,
) -> Begun {
    let mut state = shared.lock();
    shared.step(&mut state);
    let n = state.calls.last().map_or(1, |call| call.n + 1);
    let request_id = shared.request_id(n);
    let dry_run = request.is_dry_run(route.service);
    let reads = dry_run || operation.is_none_or(|operation| !operation.writes);
    state.calls.push(Call {
        n,
        service: route.service,
        operation: route.operation.clone(),
        start_us,
        end_us: start_us,
        outcome: Outcome::Running,
        request_id: request_id.clone(),
        params: request.shown(route.service),
        invocation: request
            .header("amz-sdk-invocation-id")
            .map(ToOwned::to_owned),
        dry_run,
        reads,
    });
    let refused = state.faults.throttling == Throttling::Aws
        && operation
            .is_some_and(|operation| !state.buckets.admit(operation, &request.params, start_us));
    let effect = state
        .faults
        .hit(route.service, &route.operation)
        .or(refused.then_some(Effect::Throttle));
    let expired = state.faults.expired_from_call.is_some_and(|from| n >= from);
    Begun {
        n,
        request_id,
        effect,
        faults: state.faults.clone(),
        expired,
        dry_run,
        reads,
    }
}

/// The effect with the faults around it. The state is locked once, so that calls take effect one after the other.
fn act(
    shared: &Shared,
    request: &Request,
    access_key: &str,
    region: &str,
    route: &Route,
    operation: Option<&Operation>,
    begun: &Begun,
) -> (Option<Wire>, Outcome) {
    let service = route.service;
    let result = {
        let mut guard = shared.lock();
        let state = &mut *guard;
        state.unseen.begin(begun.n, begun.faults.unseen_for_looks);
        match admit(state, access_key, region, service, begun.expired) {
            Err(cause) => Err(failure::common(cause, service, &route.operation)),
            Ok(key) => {
                let caller = key.caller.clone();
                let result = if is_denied(state, &key, route) {
                    Err(failure::common(Common::Denied, service, &route.operation))
                } else if service == Service::GuardDuty && region != state.world.region {
                    guardduty::elsewhere(&state.world, region, request, &route.operation)
                } else {
                    perform(state, request, route, operation, begun, &caller)
                };
                trail::record(
                    &mut state.world,
                    request,
                    route,
                    operation,
                    &caller,
                    &begun.request_id,
                    result.as_ref().err(),
                );
                result
            }
        }
    };
    let result = match begun.faults.ask(&begun.info(route, Moment::After)) {
        Verdict::Drop => {
            return (
                None,
                Outcome::Dropped {
                    effect: result.is_ok(),
                },
            );
        }
        Verdict::Fail(error) => Err(error),
        Verdict::Pass => result,
    };
    match result {
        Err(error) => refused(begun, service, &error),
        Ok(_) if begun.effect == Some(Effect::LoseReply) => {
            (None, Outcome::Dropped { effect: true })
        }
        Ok(_) if begun.effect == Some(Effect::FailAfter) => refused(
            begun,
            service,
            &failure::common(Common::Internal, service, &route.operation),
        ),
        Ok(reply) => (
            Some(reply.dress(service, &route.operation, &begun.request_id)),
            Outcome::Ok,
        ),
    }
}

/// Who calls, if the credentials are good.
fn admit(
    state: &State,
    access_key: &str,
    region: &str,
    service: Service,
    expired: bool,
) -> Result<Key, Common> {
    let guarded =
        service == Service::GuardDuty && state.world.defences.elsewhere.contains_key(region);
    if !service.is_global() && region != state.world.region && !guarded {
        return Err(Common::WrongRegion);
    }
    if expired && access_key == ACCESS_KEY {
        return Err(Common::Expired);
    }
    state
        .keys
        .find(access_key, state.world.now)
        .map_err(|refusal| match refusal {
            Refusal::Unknown => Common::UnknownKey,
            Refusal::Expired => Common::Expired,
        })
}

/// Whether the policies of the role behind a session deny the call.
fn is_denied(state: &State, key: &Key, route: &Route) -> bool {
    let (Some((issued, _)), Some((_, _, role))) = (key.session, &key.caller.issuer) else {
        return false;
    };
    state.world.session_is_denied(&SessionCall {
        role,
        action: &route.service.action(&route.operation),
        issued,
        user_id: &key.caller.principal_id,
        instance_id: None,
    })
}

fn perform(
    state: &mut State,
    request: &Request,
    route: &Route,
    operation: Option<&Operation>,
    begun: &Begun,
    caller: &Caller,
) -> Result<Reply, ApiError> {
    let fail = |cause| Err(failure::common(cause, route.service, &route.operation));
    let Some(operation) = operation else {
        return fail(Common::UnknownOperation);
    };
    match &begun.effect {
        Some(Effect::Throttle) => return fail(Common::Throttled),
        Some(Effect::Deny) => return fail(Common::Denied),
        Some(Effect::FailBefore) => return fail(Common::Internal),
        Some(Effect::Error(error)) => return Err(error.clone()),
        Some(Effect::LoseReply | Effect::FailAfter) | None => {}
    }
    if begun.dry_run && !operation.writes {
        return Err(would_have_succeeded());
    }
    let mut context = Context {
        world: &mut state.world,
        unseen: &mut state.unseen,
        faults: &state.faults,
        keys: &mut state.keys,
        caller,
        request,
        request_id: &begun.request_id,
    };
    (operation.run)(&mut context)
}

fn refused(begun: &Begun, service: Service, error: &ApiError) -> (Option<Wire>, Outcome) {
    (
        Some(failure::render(error, service, &begun.request_id)),
        Outcome::Error(error.code.clone()),
    )
}

/// The answer to a request without a signature: the service can only be guessed.
fn unsigned(request: &Request) -> Wire {
    let service = if request.header("x-amz-target").is_some() {
        Service::CloudTrail
    } else if request.params.text("Action").is_some() {
        Service::Sts
    } else if request.segment(0) == "detector" {
        Service::GuardDuty
    } else {
        Service::S3
    };
    failure::render(
        &failure::common(Common::Unsigned, service, "Unknown"),
        service,
        "-",
    )
}
