//! A record to a [`Call`] by the places of its quotes and braces, without parsing what is not asked for and without memory of its
//! own. Must not guess: whatever it does not recognise it leaves to the slow way, [`super::value`].

use super::split::skip_space;
use super::{Call, Detail};
use crate::time;

/// The call that a record tells of; `None` for the slow way.
pub(super) fn call<'t>(record: &'t [u8], index: &[u32]) -> Option<Call<'t>> {
    let mut walk = Walk {
        record,
        index,
        next: 0,
    };
    walk.brace(b'{')?;
    let mut call = Call::default();
    let mut who = Identity::default();
    let mut at = None;
    walk.members(|walk, key, value| {
        match key {
            b"eventName" => call.event = value.text()?.unwrap_or_default(),
            b"eventSource" => call.service = value.text()?.unwrap_or_default(),
            b"sourceIPAddress" => call.source_ip = value.text()?.unwrap_or_default(),
            b"eventID" => call.id = filled(value.text()?),
            b"errorCode" => call.error = filled(value.text()?),
            b"awsRegion" => call.region = filled(value.text()?),
            b"eventTime" => at = Some(value),
            b"readOnly" => {
                call.read_only = match value {
                    Value::Text(raw) | Value::Bare(raw) => match raw {
                        b"true" => Some(true),
                        b"false" => Some(false),
                        _ => None,
                    },
                    Value::Object | Value::List => None,
                }
            }
            b"userIdentity" if matches!(value, Value::Object) => {
                who = identity(walk)?;
                return Some(Entered::Yes);
            }
            // No events of the trail, or wrapped: rare, and read in full.
            b"insightDetails" | b"digestS3Object" | b"previousDigestSignature" | b"logFiles" => {
                return None;
            }
            b"eventCategory" if value.text()? == Some(b"Insight") => return None,
            _ => {}
        }
        Some(Entered::No)
    })?;
    // Its outcome stands in the answer.
    if call.event.is_empty() || call.event == b"ConsoleLogin" {
        return None;
    }
    call.at = match at {
        Some(Value::Text(raw)) => Some(time::of_text(raw)?),
        Some(_) => return None,
        None => None,
    };
    call.session = who
        .principal_id
        .and_then(session)
        .or_else(|| session_of_arn(who.arn?));
    call.principal = [who.arn, who.invoked_by, who.user_name, who.principal_id]
        .into_iter()
        .flatten()
        .next();
    (call.role, call.delivery) = (who.role, who.delivery);
    call.detail = Detail::In(record);
    Some(call)
}

/// Who called.
#[derive(Default)]
struct Identity<'t> {
    arn: Option<&'t [u8]>,
    invoked_by: Option<&'t [u8]>,
    user_name: Option<&'t [u8]>,
    principal_id: Option<&'t [u8]>,
    role: Option<&'t [u8]>,
    delivery: Option<&'t [u8]>,
}

fn identity<'t>(walk: &mut Walk<'t, '_>) -> Option<Identity<'t>> {
    let mut who = Identity::default();
    walk.members(|walk, key, value| {
        match key {
            b"arn" => who.arn = filled(value.text()?),
            b"invokedBy" => who.invoked_by = filled(value.text()?),
            b"userName" => who.user_name = filled(value.text()?),
            b"principalId" => who.principal_id = filled(value.text()?),
            b"sessionContext" if matches!(value, Value::Object) => {
                walk.members(|walk, key, value| {
                    match key {
                        b"sessionIssuer" if matches!(value, Value::Object) => {
                            walk.members(|_, key, value| {
                                if key == b"arn" {
                                    who.role = filled(value.text()?);
                                }
                                Some(Entered::No)
                            })?;
                            return Some(Entered::Yes);
                        }
                        b"ec2RoleDelivery" => match value {
                            Value::Text(_) => {
                                who.delivery = value.text()?;
                            }
                            _ => return None,
                        },
                        _ => {}
                    }
                    Some(Entered::No)
                })?;
                return Some(Entered::Yes);
            }
            _ => {}
        }
        Some(Entered::No)
    })?;
    Some(who)
}

/// The session in a principal's id.
pub(super) fn session(principal_id: &[u8]) -> Option<&[u8]> {
    let colon = principal_id.iter().position(|byte| *byte == b':')?;
    principal_id.get(colon + 1..)
}

/// The session in an ARN.
pub(super) fn session_of_arn(arn: &[u8]) -> Option<&[u8]> {
    let slash = arn.iter().rposition(|byte| *byte == b'/')?;
    arn.get(slash + 1..)
}

fn filled(text: Option<&[u8]>) -> Option<&[u8]> {
    text.filter(|text| !text.is_empty())
}

/// A member's value.
#[derive(Clone, Copy)]
enum Value<'t> {
    /// Between its quotes.
    Text(&'t [u8]),
    /// The walk stands behind its opening brace.
    Object,
    List,
    /// A number, `true`, `false` or `null`.
    Bare(&'t [u8]),
}

impl<'t> Value<'t> {
    /// A text, if it is one; the outer `None` if it cannot be read.
    #[expect(
        clippy::option_option,
        reason = "no text is an answer, an unreadable one is none"
    )]
    fn text(self) -> Option<Option<&'t [u8]>> {
        match self {
            // A text with escapes is rare here.
            Value::Text(raw) if raw.contains(&b'\\') => None,
            Value::Text(raw) => Some(Some(raw)),
            _ => Some(None),
        }
    }
}

/// Whether the visitor walked through the object that it was shown.
enum Entered {
    Yes,
    No,
}

struct Walk<'t, 'i> {
    record: &'t [u8],
    index: &'i [u32],
    next: usize,
}

impl<'t> Walk<'t, '_> {
    /// The next mark and the byte there.
    fn mark(&mut self) -> Option<(usize, u8)> {
        let at = usize::try_from(*self.index.get(self.next)?).ok()?;
        self.next += 1;
        Some((at, *self.record.get(at)?))
    }

    fn brace(&mut self, wanted: u8) -> Option<()> {
        self.mark().filter(|(_, byte)| *byte == wanted).map(|_| ())
    }

    /// Shows every member of the object that the walk stands in; ends behind its closing brace.
    fn members(
        &mut self,
        mut visit: impl FnMut(&mut Self, &'t [u8], Value<'t>) -> Option<Entered>,
    ) -> Option<()> {
        let mut in_list = false;
        loop {
            let (at, byte) = self.mark()?;
            match byte {
                b'}' => return Some(()),
                b'{' if in_list => self.skip()?,
                b'{' => return None,
                _ => {
                    let (end, _) = self.mark()?;
                    let colon = skip_space(self.record, end + 1);
                    match self.record.get(colon)? {
                        b':' => {}
                        // A text in a list is no key.
                        b',' | b']' if in_list => continue,
                        _ => return None,
                    }
                    let key = self.record.get(at + 1..end)?;
                    let from = skip_space(self.record, colon + 1);
                    let value = match self.record.get(from)? {
                        b'"' => {
                            let (begin, end) = (self.mark()?.0, self.mark()?.0);
                            let after = skip_space(self.record, end + 1);
                            if begin != from || !matches!(self.record.get(after), Some(b',' | b'}'))
                            {
                                return None;
                            }
                            Value::Text(self.record.get(from + 1..end)?)
                        }
                        b'{' => {
                            self.brace(b'{')?;
                            Value::Object
                        }
                        b'[' => Value::List,
                        _ => {
                            let rest = self.record.get(from..)?;
                            let end = rest.iter().position(|byte| {
                                matches!(byte, b',' | b'}' | b' ' | b'\n' | b'\r' | b'\t')
                            })?;
                            Value::Bare(rest.get(..end)?)
                        }
                    };
                    in_list = matches!(value, Value::List);
                    let entered = visit(self, key, value)?;
                    if matches!((value, entered), (Value::Object, Entered::No)) {
                        self.skip()?;
                    }
                }
            }
        }
    }

    /// Goes behind the closing brace of the object that the walk stands in.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 1u32;
        while depth > 0 {
            match self.mark()?.1 {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
        }
        Some(())
    }
}
